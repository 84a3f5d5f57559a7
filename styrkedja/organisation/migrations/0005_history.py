"""Earlier years keep the organisation they had (domain.md §6, invariants 21 and 22), whoever writes to the tables.

What a row says of the past is fixed when it is written. An end is set once (nodes and places) or only moved earlier
(roles). The walls against deleting come with `core.database.walls`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

FIXED = """
CREATE FUNCTION organisation_keeps_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% %: what has been is not rewritten', TG_TABLE_NAME, OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER node_keeps_history BEFORE UPDATE ON organisation_node FOR EACH ROW
  WHEN (OLD.id <> NEW.id OR OLD.kind <> NEW.kind OR OLD.valid_from <> NEW.valid_from
    OR OLD.valid_to IS NOT NULL AND OLD.valid_to IS DISTINCT FROM NEW.valid_to)
  EXECUTE FUNCTION organisation_keeps_history();
CREATE TRIGGER placement_keeps_history BEFORE UPDATE ON organisation_placement FOR EACH ROW
  WHEN (OLD.id <> NEW.id OR OLD.node_id <> NEW.node_id OR OLD.parent_id <> NEW.parent_id
    OR OLD.valid_from <> NEW.valid_from
    OR OLD.valid_to IS NOT NULL AND OLD.valid_to IS DISTINCT FROM NEW.valid_to)
  EXECUTE FUNCTION organisation_keeps_history();
CREATE TRIGGER assignment_keeps_history BEFORE UPDATE ON organisation_assignment FOR EACH ROW
  WHEN (OLD.id <> NEW.id OR OLD.person_id <> NEW.person_id OR OLD.role <> NEW.role OR OLD.node_id <> NEW.node_id
    OR OLD.school_forms <> NEW.school_forms OR OLD.valid_from <> NEW.valid_from
    OR OLD.valid_to IS NOT NULL AND (NEW.valid_to IS NULL OR NEW.valid_to > OLD.valid_to))
  EXECUTE FUNCTION organisation_keeps_history();
"""
UNDO = "DROP FUNCTION organisation_keeps_history CASCADE"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organisation", "0004_mail_declined")]

    operations: ClassVar = [migrations.RunSQL(FIXED, UNDO)]
