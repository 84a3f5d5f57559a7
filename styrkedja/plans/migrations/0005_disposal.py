"""What this room keeps of an operational plan goes with it: rows, earlier texts and what was said (invariant 23).

Goals and initiatives are no part of it: they stand for themselves.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

EMPTIED = """
CREATE FUNCTION plans_emptied() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  kind text;
BEGIN
  PERFORM set_config('styrkedja.disposing', 'on', true);
  FOREACH kind IN ARRAY ARRAY['plansection', 'planmeasure', 'measureoutcome', 'consultation'] LOOP
    EXECUTE format('DELETE FROM analyses_earliertext WHERE row_id IN (SELECT id FROM %I WHERE plan_id = $1)',
      'plans_' || kind) USING NEW.document_id;
    EXECUTE format('DELETE FROM %I WHERE plan_id = $1', 'plans_' || kind) USING NEW.document_id;
  END LOOP;
  DELETE FROM plans_planmention WHERE comment_id IN (SELECT id FROM plans_plancomment WHERE plan_id = NEW.document_id);
  DELETE FROM plans_commentresolution
    WHERE comment_id IN (SELECT id FROM plans_plancomment WHERE plan_id = NEW.document_id);
  DELETE FROM plans_plancomment WHERE plan_id = NEW.document_id;
  PERFORM set_config('styrkedja.disposing', '', true);
  RETURN NULL;
END $$;
CREATE TRIGGER plan_emptied AFTER INSERT ON documents_tombstone
  FOR EACH ROW EXECUTE FUNCTION plans_emptied();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("plans", "0004_operational_plan"),
        ("analyses", "0001_initial"),
        ("documents", "0006_retention_rules"),
    ]

    operations: ClassVar = [migrations.RunSQL(EMPTIED, "DROP FUNCTION plans_emptied CASCADE")]
