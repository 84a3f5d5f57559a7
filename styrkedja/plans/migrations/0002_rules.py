"""What a row alone cannot say (domain.md §6, invariants 3, 4, 5 and 9), checked by the database when a transaction ends.

The states' moves are the table of `plans/transitions.py`; the database knows them too.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

MOVES = """
CREATE FUNCTION plans_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
    RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER initiative_moves BEFORE UPDATE OF state ON plans_initiative
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION plans_refuse_move(
    'proposed>decided', 'decided>ongoing', 'decided>stopped', 'ongoing>completed', 'ongoing>stopped',
    'completed>evaluated', 'stopped>evaluated');
CREATE TRIGGER goal_moves BEFORE UPDATE OF state ON plans_goal
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION plans_refuse_move(
    'proposed>decided', 'decided>closed');
"""

GOALS = """
CREATE FUNCTION plans_period(text) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN $1 LIKE '%/%'
    THEN daterange(make_date(left($1, 4)::int, 7, 1), make_date(left($1, 4)::int + 1, 6, 30), '[]')
    ELSE daterange(make_date($1::int, 1, 1), make_date($1::int, 12, 31), '[]') END
$$;
CREATE FUNCTION plans_goal_serves_a_national_goal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid;
BEGIN
  IF TG_TABLE_NAME = 'plans_goal' THEN wanted := NEW.id; ELSE wanted := OLD.goal_id; END IF;
  IF EXISTS (
    SELECT FROM plans_goal g WHERE g.id = wanted AND g.state <> 'proposed' AND NOT EXISTS (
      SELECT FROM plans_goalnational n WHERE n.goal_id = g.id
      AND daterange(n.valid_from, n.valid_to, '[]') && plans_period(g.period)))
  THEN
    RAISE EXCEPTION 'goal % serves no national goal that holds in its period', wanted
      USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_serves_a_national_goal';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER goal_serves_a_national_goal AFTER INSERT OR UPDATE ON plans_goal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_goal_serves_a_national_goal();
CREATE CONSTRAINT TRIGGER goal_serves_a_national_goal AFTER UPDATE OR DELETE ON plans_goalnational
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_goal_serves_a_national_goal();
"""

INITIATIVES = """
CREATE FUNCTION plans_initiative_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid;
  lacks text;
BEGIN
  IF TG_TABLE_NAME = 'plans_initiative' THEN wanted := NEW.id; ELSE wanted := OLD.initiative_id; END IF;
  SELECT CASE
    WHEN NOT EXISTS (SELECT FROM plans_initiativeneed n WHERE n.initiative_id = i.id) THEN 'needs'
    WHEN NOT EXISTS (SELECT FROM plans_participant p WHERE p.initiative_id = i.id) THEN 'participants'
    WHEN NOT EXISTS (SELECT FROM plans_activity a WHERE a.initiative_id = i.id AND a.deleted_at IS NULL)
      THEN 'activities'
    WHEN i.state = 'evaluated' AND NOT EXISTS (SELECT FROM plans_evaluation e WHERE e.initiative_id = i.id)
      THEN 'an evaluation'
    END INTO lacks FROM plans_initiative i WHERE i.id = wanted AND i.state <> 'proposed';
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'initiative % lacks %', wanted, lacks
      USING ERRCODE = 'check_violation', CONSTRAINT = 'initiative_is_whole';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER initiative_is_whole AFTER INSERT OR UPDATE ON plans_initiative
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_initiative_is_whole();
CREATE CONSTRAINT TRIGGER initiative_is_whole AFTER UPDATE OR DELETE ON plans_initiativeneed
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_initiative_is_whole();
CREATE CONSTRAINT TRIGGER initiative_is_whole AFTER UPDATE OR DELETE ON plans_participant
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_initiative_is_whole();
CREATE CONSTRAINT TRIGGER initiative_is_whole AFTER UPDATE OR DELETE ON plans_activity
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_initiative_is_whole();

CREATE FUNCTION plans_evaluation_of_what_has_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM plans_initiative i WHERE i.id = NEW.initiative_id AND i.state <> 'evaluated') THEN
    RAISE EXCEPTION 'initiative % has an evaluation but is not evaluated', NEW.initiative_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'evaluation_of_what_has_ended';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER evaluation_of_what_has_ended AFTER INSERT ON plans_evaluation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_evaluation_of_what_has_ended();
"""

PERIODS = """
CREATE FUNCTION plans_closed_period_is_judged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM plans_initiative i WHERE i.node_id = NEW.node_id AND i.period = NEW.period
    AND i.state IN ('decided', 'ongoing', 'completed', 'stopped')
    AND (i.state IN ('completed', 'stopped') OR i.evaluation_date <= upper(plans_period(NEW.period)) - 1))
  THEN
    RAISE EXCEPTION 'period % of % holds unjudged initiatives', NEW.period, NEW.node_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_period_is_judged';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER closed_period_is_judged AFTER INSERT ON plans_closedperiod
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_closed_period_is_judged();
"""

UNDO = """
DROP FUNCTION plans_closed_period_is_judged, plans_evaluation_of_what_has_ended, plans_initiative_is_whole,
  plans_goal_serves_a_national_goal, plans_refuse_move CASCADE;
DROP FUNCTION plans_period;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("plans", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(MOVES + GOALS + INITIATIVES + PERIODS, UNDO),
    ]
