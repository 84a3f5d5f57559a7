"""What a row alone cannot say of a year, its activities and their tasks (issue of the year wheel, §1 and §3).

A year goes from draft over published to closed, and never back. What is published is never removed, only cancelled;
whose an activity is never changes, so what comes from above cannot be taken over or away below. A closed year is fixed,
and it is closed only when every task of it has an outcome. The actions of `wheel/years` lock the row of the year.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CYCLES = """
CREATE FUNCTION wheel_refuse(what text, rule text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', what USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

CREATE FUNCTION wheel_cycle_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN ('draft>published', 'published>closed') THEN
    PERFORM wheel_refuse(format('a year cannot go from %s to %s', OLD.state, NEW.state), 'cycle_moves');
  END IF;
  IF OLD.state <> 'draft' AND (OLD.node_id, OLD.period, OLD.wheel, OLD.published_at)
      IS DISTINCT FROM (NEW.node_id, NEW.period, NEW.wheel, NEW.published_at) THEN
    PERFORM wheel_refuse(format('year %s is published', OLD.id), 'cycle_published_stays');
  END IF;
  IF OLD.state = 'closed' AND (to_jsonb(OLD) - 'embedded_at' - 'version')
      IS DISTINCT FROM (to_jsonb(NEW) - 'embedded_at' - 'version') THEN
    PERFORM wheel_refuse(format('year %s is closed', OLD.id), 'cycle_closed_stays');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cycle_moves BEFORE UPDATE ON wheel_annualcycle FOR EACH ROW EXECUTE FUNCTION wheel_cycle_moves();

CREATE FUNCTION wheel_closed_has_no_open_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM wheel_task t JOIN wheel_activity a ON a.id = t.activity_id
    WHERE a.cycle_id = NEW.id AND a.cancelled_at IS NULL AND t.outcome = '')
  THEN
    PERFORM wheel_refuse(format('year %s has open tasks', NEW.id), 'cycle_closed_without_open_tasks');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cycle_closed_without_open_tasks AFTER UPDATE OF state ON wheel_annualcycle
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'closed')
  EXECUTE FUNCTION wheel_closed_has_no_open_task();

CREATE FUNCTION wheel_units_of_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  reached text;
BEGIN
  SELECT state INTO reached FROM wheel_annualcycle WHERE id = COALESCE(NEW.cycle_id, OLD.cycle_id);
  IF reached = 'closed' OR reached = 'published' AND (TG_OP <> 'INSERT' OR NEW.joined_at IS NULL) THEN
    PERFORM wheel_refuse('the units of a published year only grow', 'cycle_units_stay');
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER cycle_units_stay BEFORE INSERT OR UPDATE OR DELETE ON wheel_cycleunit
  FOR EACH ROW EXECUTE FUNCTION wheel_units_of_a_draft();
"""

ACTIVITIES = """
CREATE FUNCTION wheel_activity_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  year wheel_annualcycle;
BEGIN
  SELECT * INTO year FROM wheel_annualcycle WHERE id = COALESCE(NEW.cycle_id, OLD.cycle_id);
  IF year.state = 'closed' THEN
    PERFORM wheel_refuse(format('year %s is closed', year.id), 'activity_of_a_closed_year');
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF year.state <> 'draft' THEN
      PERFORM wheel_refuse(format('activity %s is published', OLD.id), 'activity_published_stays');
    END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (OLD.cycle_id, OLD.node_id) IS DISTINCT FROM (NEW.cycle_id, NEW.node_id) THEN
      PERFORM wheel_refuse(format('activity %s is not moved', OLD.id), 'activity_stays_whose_it_is');
    END IF;
    IF year.state = 'published' AND (OLD.process <> NEW.process OR OLD.level <> NEW.level
        OR NEW.sequence < OLD.sequence OR OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS NULL) THEN
      PERFORM wheel_refuse(format('activity %s is published', OLD.id), 'activity_published_stays');
    END IF;
  ELSIF NEW.node_id <> year.node_id THEN
    IF year.state = 'draft' OR NOT EXISTS (
      SELECT FROM organisation_node n WHERE n.id = NEW.node_id AND n.kind IN ('unit', 'team', 'group'))
    THEN
      PERFORM wheel_refuse('only units and teams add to a published year', 'activity_of_a_unit');
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER activity_stays BEFORE INSERT OR UPDATE OR DELETE ON wheel_activity
  FOR EACH ROW EXECUTE FUNCTION wheel_activity_stays();
"""

TASKS = """
CREATE FUNCTION wheel_tasks_of_a_published_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT activity_id FROM made) m JOIN wheel_activity a ON a.id = m.activity_id
    JOIN wheel_annualcycle c ON c.id = a.cycle_id WHERE c.state <> 'published')
  THEN
    PERFORM wheel_refuse('tasks are made of a published year', 'task_of_a_published_year');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER task_of_a_published_year AFTER INSERT ON wheel_task REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION wheel_tasks_of_a_published_year();

CREATE FUNCTION wheel_of_an_open_year() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
  IF EXISTS (
    SELECT FROM wheel_task t JOIN wheel_activity a ON a.id = t.activity_id
    JOIN wheel_annualcycle c ON c.id = a.cycle_id WHERE t.id = wanted AND c.state = 'closed')
  THEN
    PERFORM wheel_refuse('the year is closed', 'task_of_a_closed_year');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER task_of_a_closed_year BEFORE UPDATE ON wheel_task
  FOR EACH ROW EXECUTE FUNCTION wheel_of_an_open_year('id');
CREATE TRIGGER task_of_a_closed_year BEFORE INSERT ON wheel_tick
  FOR EACH ROW EXECUTE FUNCTION wheel_of_an_open_year('task_id');

CREATE FUNCTION wheel_task_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM wheel_refuse(format('task %s stays what it is of', OLD.id), 'task_stays');
  RETURN NULL;
END $$;
CREATE TRIGGER task_stays BEFORE UPDATE ON wheel_task FOR EACH ROW
  WHEN (OLD.activity_id <> NEW.activity_id OR OLD.original_id <> NEW.original_id)
  EXECUTE FUNCTION wheel_task_stays();
"""

UNDO = """
DROP FUNCTION wheel_task_stays, wheel_of_an_open_year, wheel_tasks_of_a_published_year, wheel_activity_stays,
  wheel_units_of_a_draft, wheel_closed_has_no_open_task, wheel_cycle_moves CASCADE;
DROP FUNCTION wheel_refuse;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("wheel", "0001_initial"), ("organisation", "0001_initial")]

    operations: ClassVar = [migrations.RunSQL(CYCLES + ACTIVITIES + TASKS, UNDO)]
