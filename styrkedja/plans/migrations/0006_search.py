"""The words of what is decided, aimed at, done and planned, written by the database with it, so that none is forgotten.

A search index holds at most a megabyte a row: of more than a quarter of a million letters the rest is not found.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE FUNCTION plans_keep_words(id uuid, kind text, node uuid, period text, state text, at timestamptz, title text,
    VARIADIC said text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO plans_planwords (id, kind, node_id, period, state, at, title, text)
    VALUES (id, kind, node, period, state, at, title, left(array_to_string(array_remove(said, ''), E'\\n'), 250000))
    ON CONFLICT ON CONSTRAINT plans_planwords_pkey DO UPDATE
      SET state = excluded.state, at = excluded.at, title = excluded.title, text = excluded.text
      WHERE (plans_planwords.state, plans_planwords.at, plans_planwords.title, plans_planwords.text)
        IS DISTINCT FROM (excluded.state, excluded.at, excluded.title, excluded.text)
$$;
CREATE FUNCTION plans_drop_words(wanted uuid) RETURNS void LANGUAGE sql AS $$
  DELETE FROM plans_planwords WHERE id = wanted
$$;
"""

DECISIONS = """
CREATE FUNCTION plans_decision_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM plans_keep_words(NEW.id, 'decision', NEW.node_id, '', 'established', NEW.decided_on::timestamptz, NEW.title,
    NEW.text, NEW.paragraph, NEW.registry_number);
  RETURN NULL;
END $$;
CREATE TRIGGER decision_words AFTER INSERT ON plans_decision FOR EACH ROW EXECUTE FUNCTION plans_decision_words();
SELECT plans_keep_words(id, 'decision', node_id, '', 'established', decided_on::timestamptz, title, text, paragraph,
  registry_number) FROM plans_decision;
"""

GOALS = """
CREATE FUNCTION plans_goal_words(g plans_goal) RETURNS void LANGUAGE sql AS $$
  SELECT CASE WHEN g.deleted_at IS NOT NULL THEN plans_drop_words(g.id) ELSE
    plans_keep_words(g.id, 'goal', g.node_id, g.period,
      CASE g.state WHEN 'proposed' THEN 'proposed' ELSE 'established' END,
      coalesce(g.closed_at, g.decided_at, g.changed_at), g.title, g.text, g.outcome) END
$$;
CREATE FUNCTION plans_goal_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM plans_goal_words(NEW);
  RETURN NULL;
END $$;
CREATE TRIGGER goal_words AFTER INSERT OR UPDATE ON plans_goal FOR EACH ROW EXECUTE FUNCTION plans_goal_words();
SELECT plans_goal_words(g) FROM plans_goal g;
"""

# What is done in an initiative, how it goes and what was learned is found as the initiative. Figures are left out.
INITIATIVES = """
CREATE FUNCTION plans_initiative_words(i plans_initiative) RETURNS void LANGUAGE sql AS $$
  SELECT CASE WHEN i.deleted_at IS NOT NULL THEN plans_drop_words(i.id) ELSE
    plans_keep_words(i.id, 'initiative', i.node_id, i.period,
      CASE i.state WHEN 'proposed' THEN 'proposed' WHEN 'evaluated' THEN 'judged' ELSE 'established' END,
      coalesce((SELECT max(made_at) FROM plans_evaluation WHERE initiative_id = i.id), i.ended_at, i.decided_at,
        i.changed_at),
      i.title, i.aim, i.sign, i.reference, i.resources, i.evaluation_form, i.end_reason,
      (SELECT string_agg(concat_ws(E'\\n', e.learned, e.other_explanations, nullif(e.carried_out_how, ''),
        nullif(e.actual ->> 'words', '')), E'\\n' ORDER BY e.number DESC)
        FROM plans_evaluation e WHERE e.initiative_id = i.id),
      (SELECT string_agg(concat_ws(E'\\n', nullif(f.done, ''), nullif(f.deviation, ''), nullif(f.measure, '')), E'\\n'
        ORDER BY f.number DESC) FROM plans_followup f WHERE f.initiative_id = i.id),
      (SELECT string_agg(a.what, E'\\n' ORDER BY a.created_at) FROM plans_activity a
        WHERE a.initiative_id = i.id AND a.deleted_at IS NULL AND a.what <> '')) END
$$;
CREATE FUNCTION plans_initiative_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'plans_initiative' THEN
    PERFORM plans_initiative_words(NEW);
  ELSE
    PERFORM plans_initiative_words(i) FROM plans_initiative i WHERE i.id = NEW.initiative_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER initiative_words AFTER INSERT OR UPDATE ON plans_initiative
  FOR EACH ROW EXECUTE FUNCTION plans_initiative_words();
CREATE TRIGGER initiative_words AFTER INSERT OR UPDATE ON plans_activity
  FOR EACH ROW EXECUTE FUNCTION plans_initiative_words();
CREATE TRIGGER initiative_words AFTER INSERT ON plans_followup
  FOR EACH ROW EXECUTE FUNCTION plans_initiative_words();
CREATE TRIGGER initiative_words AFTER INSERT ON plans_evaluation
  FOR EACH ROW EXECUTE FUNCTION plans_initiative_words();
SELECT plans_initiative_words(i) FROM plans_initiative i;
"""

# Only a plan's own words: the needs, goals and initiatives it gathers are found as what they are.
PLANS = """
CREATE FUNCTION plans_body_words(body jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(string_agg(said #>> '{}', E'\\n'), '')
  FROM unnest(ARRAY['$.sections[*].text', '$.measures[*].what', '$.last_year.measures[*].outcome',
    '$.consultations[*].forum', '$.consultations[*].views']::jsonpath[]) path,
  jsonb_path_query(body, path) said
  WHERE jsonb_typeof(said) = 'string' AND said #>> '{}' <> ''
$$;
-- Of a plan the latest version that is handed in is found, and the one that holds.
CREATE FUNCTION plans_version_words(v documents_documentversion) RETURNS void LANGUAGE sql AS $$
  DELETE FROM plans_planwords WHERE id IN (
    SELECT id FROM documents_documentversion WHERE document_id = v.document_id AND number < v.number
      AND (state = v.state OR v.state = 'established'));
  SELECT plans_keep_words(v.id, 'plan', d.node_id, d.period, v.state, v.made_at, '', plans_body_words(v.body))
    FROM documents_document d
    WHERE d.id = v.document_id AND d.kind IN ('operational_plan', 'degrading_treatment_plan');
$$;
CREATE FUNCTION plans_version_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM plans_version_words(NEW);
  RETURN NULL;
END $$;
CREATE TRIGGER plan_version_words AFTER INSERT ON documents_documentversion
  FOR EACH ROW EXECUTE FUNCTION plans_version_words();
CREATE FUNCTION plans_words_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM plans_planwords WHERE id IN (
    SELECT id FROM documents_documentversion WHERE document_id = NEW.document_id);
  RETURN NULL;
END $$;
CREATE TRIGGER plan_words_emptied AFTER INSERT ON documents_tombstone
  FOR EACH ROW EXECUTE FUNCTION plans_words_emptied();
SELECT plans_version_words(v) FROM (SELECT * FROM documents_documentversion ORDER BY number OFFSET 0) v;
"""

UNDO = """
DROP TRIGGER plan_words_emptied ON documents_tombstone;
DROP TRIGGER plan_version_words ON documents_documentversion;
DROP TRIGGER decision_words ON plans_decision;
DROP TRIGGER goal_words ON plans_goal;
DROP TRIGGER initiative_words ON plans_initiative;
DROP TRIGGER initiative_words ON plans_activity;
DROP TRIGGER initiative_words ON plans_followup;
DROP TRIGGER initiative_words ON plans_evaluation;
DROP FUNCTION plans_words_emptied, plans_version_words(), plans_version_words(documents_documentversion),
  plans_body_words, plans_initiative_words(), plans_initiative_words(plans_initiative), plans_goal_words(), plans_goal_words(plans_goal),
  plans_decision_words, plans_drop_words, plans_keep_words;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0006_retention_rules'),
        ('organisation', '0006_former_names'),
        ('plans', '0005_disposal'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanWords',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10)),
                ('period', models.CharField(max_length=7)),
                ('state', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('title', models.TextField()),
                ('text', models.TextField()),
                ('words', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('title', config='swedish', weight='A'), '||', django.contrib.postgres.search.SearchVector('text', config='swedish', weight='D'), django.contrib.postgres.search.SearchConfig('swedish')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('node', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.node')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='plan_words'), models.Index(fields=['-at'], name='plan_words_latest')],
            },
        ),
        migrations.RunSQL(KEPT + DECISIONS + GOALS + INITIATIVES + PLANS, UNDO),
    ]
