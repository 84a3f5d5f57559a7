"""What rows of seminars, proposals and self-checks cannot say alone: what is shown stays shown, what is decided stays.

A note may be written while its meeting is called or held, by its author; words written after the step was shown are
marked late here, so that no program can forget to.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

SEMINARS = """
CREATE FUNCTION dialogues_revealed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the steps of seminar % are shown one at a time, and stay shown', NEW.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'revealed_stays';
END $$;
CREATE TRIGGER revealed_stays BEFORE UPDATE OF revealed ON dialogues_meeting
  FOR EACH ROW WHEN (NEW.revealed <> OLD.revealed AND NEW.revealed <> OLD.revealed + 1)
  EXECUTE FUNCTION dialogues_revealed_stays();

CREATE FUNCTION dialogues_note_is_its_authors() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held dialogues_meeting%ROWTYPE;
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.meeting_id, NEW.person_id, NEW.step) <> (OLD.meeting_id, OLD.person_id, OLD.step)
    OR NEW.changed_by_id IS DISTINCT FROM NEW.person_id
  THEN
    RAISE EXCEPTION 'a note of a seminar is its author''s' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'note_is_its_authors';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.text = OLD.text THEN
    RETURN NEW;
  END IF;
  SELECT * INTO held FROM dialogues_meeting m WHERE m.id = NEW.meeting_id FOR SHARE;
  IF held.state NOT IN ('called', 'held') THEN
    RAISE EXCEPTION 'nothing is written in a seminar before it is called or after it has ended'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'note_in_its_time';
  END IF;
  NEW.late := held.revealed >= array_position(ARRAY['see', 'causes', 'priorities'], NEW.step::text);
  RETURN NEW;
END $$;
CREATE TRIGGER note_is_its_authors BEFORE INSERT OR UPDATE ON dialogues_seminarnote
  FOR EACH ROW EXECUTE FUNCTION dialogues_note_is_its_authors();

CREATE FUNCTION dialogues_use_is_let() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM dialogues_seminarnote n JOIN dialogues_meeting m ON m.id = n.meeting_id
    WHERE n.id = NEW.note_id AND n.may_use AND btrim(n.text) <> ''
      AND m.revealed >= array_position(ARRAY['see', 'causes', 'priorities'], n.step::text))
  THEN
    RAISE EXCEPTION 'note % is not let into an analysis', NEW.note_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'use_is_let';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER use_is_let BEFORE INSERT ON dialogues_seminaruse
  FOR EACH ROW EXECUTE FUNCTION dialogues_use_is_let();
"""

# Places merge: who is to decide may change hands until it is decided, and nothing else after that.
PROPOSALS = """
CREATE FUNCTION dialogues_proposal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.decision_id IS NOT NULL OR OLD.withdrawn_at IS NOT NULL)
    AND to_jsonb(NEW) - 'node_id' <> to_jsonb(OLD) - 'node_id'
  THEN
    RAISE EXCEPTION 'proposal % is decided or withdrawn', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_stays';
  END IF;
  IF NEW.decision_id IS DISTINCT FROM OLD.decision_id AND NOT EXISTS (
    SELECT FROM plans_decision d WHERE d.id = NEW.decision_id AND d.node_id = NEW.node_id AND d.kind = NEW.kind
      AND d.title = NEW.title)
  THEN
    RAISE EXCEPTION 'proposal % and its decision are not of the same thing', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_is_decided';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proposal_stays BEFORE UPDATE ON dialogues_proposal
  FOR EACH ROW EXECUTE FUNCTION dialogues_proposal_stays();
"""

SELF_CHECKS = """
CREATE TRIGGER self_check_stays_closed BEFORE UPDATE ON dialogues_selfcheck
  FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
  EXECUTE FUNCTION dialogues_refuse_undoing();

CREATE FUNCTION dialogues_sheet_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.handed_in_at IS DISTINCT FROM OLD.handed_in_at AND EXISTS (
    SELECT FROM dialogues_selfcheck c WHERE c.id = NEW.check_round_id AND c.closed_at IS NOT NULL FOR SHARE)
  THEN
    RAISE EXCEPTION 'the self-check of sheet % is closed', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sheet_stays BEFORE UPDATE ON dialogues_selfchecksheet
  FOR EACH ROW EXECUTE FUNCTION dialogues_sheet_stays();

CREATE FUNCTION dialogues_self_check_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sheet uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.sheet_id ELSE NEW.sheet_id END;
BEGIN
  IF EXISTS (
    SELECT FROM dialogues_selfchecksheet s JOIN dialogues_selfcheck c ON c.id = s.check_round_id
    WHERE s.id = sheet AND (s.handed_in_at IS NOT NULL OR c.closed_at IS NOT NULL))
  THEN
    RAISE EXCEPTION 'the answers of sheet % are handed in', sheet
      USING ERRCODE = 'check_violation', CONSTRAINT = 'self_check_answer_stays';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER self_check_answer_stays BEFORE INSERT OR UPDATE OR DELETE ON dialogues_selfcheckanswer
  FOR EACH ROW EXECUTE FUNCTION dialogues_self_check_answer_stays();
"""

UNDO = """
DROP TRIGGER self_check_stays_closed ON dialogues_selfcheck;
DROP FUNCTION dialogues_self_check_answer_stays, dialogues_sheet_stays, dialogues_proposal_stays,
  dialogues_use_is_let, dialogues_note_is_its_authors, dialogues_revealed_stays CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("dialogues", "0008_meeting_rules"), ("plans", "0008_like")]

    operations: ClassVar = [migrations.RunSQL(SEMINARS + PROPOSALS + SELF_CHECKS, UNDO)]
