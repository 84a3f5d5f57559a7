"""Every report of the node and period goes with the document behind them (invariant 23): number and hash stay."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

EMPTIED = """
CREATE FUNCTION reports_emptied() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('styrkedja.disposing', 'on', true);
  UPDATE reports_report SET snapshot = '{}'
    WHERE NEW.kind = 'quality_report' AND kind = 'quality' AND node_id = NEW.node_id AND period = NEW.period;
  PERFORM set_config('styrkedja.disposing', '', true);
  RETURN NULL;
END $$;
CREATE TRIGGER report_emptied AFTER INSERT ON documents_tombstone
  FOR EACH ROW EXECUTE FUNCTION reports_emptied();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reports", "0001_initial"), ("documents", "0006_retention_rules")]

    operations: ClassVar = [migrations.RunSQL(EMPTIED, "DROP FUNCTION reports_emptied CASCADE")]
