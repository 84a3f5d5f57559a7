"""What is closed stays closed: nothing is decided in it any more, and no goal was left without an outcome."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CLOSED = """
CREATE FUNCTION plans_not_in_a_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE up(id) AS (
      SELECT NEW.node_id UNION SELECT p.parent_id FROM organisation_placement p JOIN up ON p.node_id = up.id
      WHERE p.valid_to IS NULL AND TG_TABLE_NAME = 'plans_initiative')
    SELECT FROM plans_closedperiod c JOIN up ON c.node_id = up.id WHERE c.period = NEW.period)
  THEN
    RAISE EXCEPTION '% % is decided in a closed period', TG_TABLE_NAME, NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'not_in_a_closed_period';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER goal_not_in_a_closed_period BEFORE UPDATE OF state ON plans_goal
  FOR EACH ROW WHEN (OLD.state = 'proposed' AND NEW.state <> 'proposed')
  EXECUTE FUNCTION plans_not_in_a_closed_period();
CREATE TRIGGER initiative_not_in_a_closed_period BEFORE UPDATE OF state ON plans_initiative
  FOR EACH ROW WHEN (OLD.state = 'proposed' AND NEW.state <> 'proposed')
  EXECUTE FUNCTION plans_not_in_a_closed_period();

CREATE FUNCTION plans_closed_period_has_outcomes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM plans_goal g
    WHERE g.node_id = NEW.node_id AND g.period = NEW.period AND g.state = 'decided')
  THEN
    RAISE EXCEPTION 'period % of % holds goals without an outcome', NEW.period, NEW.node_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_period_has_outcomes';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER closed_period_has_outcomes AFTER INSERT ON plans_closedperiod
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_closed_period_has_outcomes();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("plans", "0006_search"), ("organisation", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(
            CLOSED, "DROP FUNCTION plans_not_in_a_closed_period, plans_closed_period_has_outcomes CASCADE"
        )
    ]
