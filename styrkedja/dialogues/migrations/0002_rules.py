"""What a row alone cannot say (domain.md §6, invariant 6), checked by the database when a transaction ends.

The receivers' moves are the table of `dialogues/transitions.py`; the database knows them too.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

MOVES = """
CREATE FUNCTION dialogues_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
    RAISE EXCEPTION 'a receiver cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER receiver_moves BEFORE UPDATE OF state ON dialogues_requestreceiver
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION dialogues_refuse_move(
    'waiting>submitted', 'waiting>released', 'submitted>accepted', 'submitted>returned', 'submitted>released',
    'returned>submitted', 'returned>released');

CREATE FUNCTION dialogues_refuse_undoing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what has ended on % does not begin again', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER request_stays_closed BEFORE UPDATE ON dialogues_request
  FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
  EXECUTE FUNCTION dialogues_refuse_undoing();
CREATE TRIGGER obligation_stays_ended BEFORE UPDATE ON dialogues_obligation
  FOR EACH ROW WHEN (OLD.met_at IS NOT NULL AND NEW.met_at IS DISTINCT FROM OLD.met_at
    OR OLD.lifted_at IS NOT NULL AND NEW.lifted_at IS DISTINCT FROM OLD.lifted_at)
  EXECUTE FUNCTION dialogues_refuse_undoing();
"""

RECEIVERS = """
CREATE FUNCTION dialogues_receiver_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid := to_jsonb(NEW) ->> TG_ARGV[0];
  lacks text;
BEGIN
  SELECT CASE
    WHEN r.state IN ('waiting', 'returned') AND NOT o.answer_open THEN 'an obligation to answer'
    WHEN r.state NOT IN ('waiting', 'returned') AND o.answer_open THEN 'the end of its obligation to answer'
    WHEN r.state IN ('submitted', 'accepted', 'returned')
      AND NOT EXISTS (SELECT FROM dialogues_submission s WHERE s.receiver_id = r.id) THEN 'an answer'
    WHEN r.state = 'accepted' AND NOT o.feedback_owed THEN 'an obligation to give feedback'
    WHEN r.state <> 'accepted' AND o.feedback_owed THEN 'an accepted answer'
    END INTO lacks
    FROM dialogues_requestreceiver r, LATERAL (
      SELECT count(*) FILTER (WHERE kind = 'submission' AND met_at IS NULL AND lifted_at IS NULL) > 0 AS answer_open,
        count(*) FILTER (WHERE kind = 'feedback') > 0 AS feedback_owed
      FROM dialogues_obligation WHERE receiver_id = r.id) o
    WHERE r.id = wanted;
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'receiver % lacks %', wanted, lacks
      USING ERRCODE = 'check_violation', CONSTRAINT = 'receiver_is_whole';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER receiver_is_whole AFTER INSERT OR UPDATE ON dialogues_requestreceiver
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_receiver_is_whole('id');
CREATE CONSTRAINT TRIGGER receiver_is_whole AFTER INSERT OR UPDATE ON dialogues_obligation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_receiver_is_whole('receiver_id');
"""

OBLIGATIONS = """
CREATE FUNCTION dialogues_obligation_is_met() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong uuid;
BEGIN
  SELECT o.id INTO wrong FROM dialogues_obligation o
    WHERE o.id = NEW.id AND o.met_at IS NOT NULL AND NOT CASE o.kind
      WHEN 'submission' THEN EXISTS (
        SELECT FROM dialogues_submission s WHERE s.receiver_id = o.receiver_id AND s.made_at >= o.opened_at)
      WHEN 'feedback' THEN EXISTS (SELECT FROM dialogues_feedback f WHERE f.receiver_id = o.receiver_id)
      ELSE EXISTS (SELECT FROM dialogues_reply y WHERE y.obligation_id = o.id) END;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'obligation % is met by nothing', wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'obligation_is_met';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER obligation_is_met AFTER INSERT OR UPDATE ON dialogues_obligation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_obligation_is_met();

CREATE FUNCTION dialogues_answer_meets() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  met boolean;
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'dialogues_feedback' THEN
      met := EXISTS (SELECT FROM dialogues_obligation o
        WHERE o.receiver_id = NEW.receiver_id AND o.kind = 'feedback' AND o.met_at IS NOT NULL);
    ELSE
      met := EXISTS (SELECT FROM dialogues_obligation o WHERE o.id = NEW.obligation_id AND o.met_at IS NOT NULL);
  END CASE;
  IF NOT met THEN
    RAISE EXCEPTION '% % meets no obligation', TG_TABLE_NAME, NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'answer_meets';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER answer_meets AFTER INSERT ON dialogues_feedback
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_answer_meets();
CREATE CONSTRAINT TRIGGER answer_meets AFTER INSERT ON dialogues_reply
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_answer_meets();

CREATE FUNCTION dialogues_question_is_owed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.question <> '' AND NOT EXISTS (
    SELECT FROM dialogues_obligation o WHERE NEW.id IN (o.feedback_id, o.acknowledgement_id))
  THEN
    RAISE EXCEPTION 'nobody owes an answer to the question of %', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'question_is_owed';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER question_is_owed AFTER INSERT ON dialogues_feedback
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_question_is_owed();
CREATE CONSTRAINT TRIGGER question_is_owed AFTER INSERT ON dialogues_acknowledgement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_question_is_owed();
"""

REQUESTS = """
CREATE FUNCTION dialogues_closed_request_is_answered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
  IF EXISTS (
    SELECT FROM dialogues_request q JOIN dialogues_requestreceiver r ON r.request_id = q.id
    WHERE q.id = wanted AND q.closed_at IS NOT NULL AND r.state <> 'released' AND NOT (
      r.state = 'accepted' AND EXISTS (SELECT FROM dialogues_feedback f WHERE f.receiver_id = r.id)))
  THEN
    RAISE EXCEPTION 'request % is closed but not answered', wanted
      USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_request_is_answered';
  END IF;
  IF NOT EXISTS (SELECT FROM dialogues_requestreceiver r WHERE r.request_id = wanted) THEN
    RAISE EXCEPTION 'request % asks nobody', wanted
      USING ERRCODE = 'check_violation', CONSTRAINT = 'request_asks_somebody';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER closed_request_is_answered AFTER INSERT OR UPDATE ON dialogues_request
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_closed_request_is_answered('id');
CREATE CONSTRAINT TRIGGER closed_request_is_answered AFTER INSERT OR UPDATE ON dialogues_requestreceiver
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dialogues_closed_request_is_answered('request_id');
"""

UNDO = """
DROP FUNCTION dialogues_closed_request_is_answered, dialogues_question_is_owed, dialogues_answer_meets,
  dialogues_obligation_is_met, dialogues_receiver_is_whole, dialogues_refuse_undoing, dialogues_refuse_move CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("dialogues", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(MOVES + RECEIVERS + OBLIGATIONS + REQUESTS, UNDO),
    ]
