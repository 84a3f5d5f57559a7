"""What a row of a meeting cannot say alone: how it moves, and that nothing of it changes after its minutes."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

MOVES = """
CREATE TRIGGER meeting_moves BEFORE UPDATE OF state ON dialogues_meeting
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION dialogues_refuse_move(
    'planned>called', 'called>held', 'held>minuted', 'planned>cancelled', 'called>cancelled');

CREATE FUNCTION dialogues_meeting_is_minuted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
  IF EXISTS (SELECT FROM dialogues_meeting m WHERE m.id = wanted AND (m.state = 'minuted') <> EXISTS (
    SELECT FROM dialogues_minutes p WHERE p.meeting_id = m.id))
  THEN
    RAISE EXCEPTION 'meeting % and its minutes do not agree', wanted
      USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_is_minuted';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER meeting_is_minuted AFTER INSERT OR UPDATE ON dialogues_meeting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_meeting_is_minuted('id');
CREATE CONSTRAINT TRIGGER meeting_is_minuted AFTER INSERT ON dialogues_minutes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_meeting_is_minuted('meeting_id');
"""

# Places merge, so the nodes may change; nothing else does once minutes are established or the meeting is cancelled.
STAYS = """
CREATE FUNCTION dialogues_meeting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('minuted', 'cancelled')
    AND to_jsonb(NEW) - ARRAY['node_id', 'changed_at'] <> to_jsonb(OLD) - ARRAY['node_id', 'changed_at']
  THEN
    RAISE EXCEPTION 'meeting % has ended', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER meeting_stays BEFORE UPDATE ON dialogues_meeting
  FOR EACH ROW EXECUTE FUNCTION dialogues_meeting_stays();

CREATE FUNCTION dialogues_part_of_meeting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  part jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
  held text;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
    RETURN NEW;
  END IF;
  SELECT m.state INTO held FROM dialogues_meeting m
    WHERE m.id = COALESCE((part ->> 'meeting_id')::uuid,
      (SELECT a.meeting_id FROM dialogues_agendapoint a WHERE a.id = (part ->> 'point_id')::uuid))
    FOR SHARE;
  IF held IN ('minuted', 'cancelled') THEN
    RAISE EXCEPTION 'the meeting of % has ended', TG_TABLE_NAME
      USING ERRCODE = 'check_violation', CONSTRAINT = 'part_of_meeting_stays';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER part_of_meeting_stays BEFORE INSERT OR UPDATE OR DELETE ON dialogues_agendapoint
  FOR EACH ROW EXECUTE FUNCTION dialogues_part_of_meeting_stays();
CREATE TRIGGER part_of_meeting_stays BEFORE INSERT OR UPDATE OR DELETE ON dialogues_pointnote
  FOR EACH ROW EXECUTE FUNCTION dialogues_part_of_meeting_stays();
CREATE TRIGGER part_of_meeting_stays BEFORE INSERT OR UPDATE OR DELETE ON dialogues_meetingperson
  FOR EACH ROW EXECUTE FUNCTION dialogues_part_of_meeting_stays('node_id');
CREATE TRIGGER part_of_meeting_stays BEFORE INSERT OR UPDATE OR DELETE ON dialogues_meetingnode
  FOR EACH ROW EXECUTE FUNCTION dialogues_part_of_meeting_stays('node_id');
CREATE TRIGGER part_of_meeting_stays BEFORE INSERT ON dialogues_material
  FOR EACH ROW EXECUTE FUNCTION dialogues_part_of_meeting_stays();
CREATE TRIGGER part_of_meeting_stays BEFORE INSERT OR UPDATE ON dialogues_agreedpoint
  FOR EACH ROW EXECUTE FUNCTION dialogues_part_of_meeting_stays('version', 'changed_at', 'changed_by_id', 'holder_id',
    'node_id', 'due', 'sequence', 'done_at', 'done_by_id', 'done_words', 'dropped_at', 'dropped_reason');
"""

# What was agreed is done or dropped once, and stays so.
ENDED = """
CREATE TRIGGER agreed_point_stays_ended BEFORE UPDATE ON dialogues_agreedpoint
  FOR EACH ROW WHEN (OLD.done_at IS NOT NULL AND NEW.done_at IS DISTINCT FROM OLD.done_at
    OR OLD.dropped_at IS NOT NULL AND NEW.dropped_at IS DISTINCT FROM OLD.dropped_at)
  EXECUTE FUNCTION dialogues_refuse_undoing();
"""

UNDO = """
DROP TRIGGER agreed_point_stays_ended ON dialogues_agreedpoint;
DROP TRIGGER meeting_moves ON dialogues_meeting;
DROP FUNCTION dialogues_part_of_meeting_stays, dialogues_meeting_stays, dialogues_meeting_is_minuted CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("dialogues", "0007_meetings")]

    operations: ClassVar = [migrations.RunSQL(MOVES + STAYS + ENDED, UNDO)]
