"""Retention deletion needs a rule and leaves a tombstone (domain.md §6, invariant 23), kept by the database.

To insert a tombstone is to dispose of the document. Before the row: is the rule due, and has somebody else proposed it?
After it: the words are taken away, by a function with the owner's rights, for the program has none to change a version.
Rooms above empty what they keep of the document by triggers of their own on the same table. A version stays as a row,
with its number, state and hash, so that everything that points at it still finds it; its body keeps no word.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

HUSK = """
CREATE FUNCTION documents_husk(body jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(body) <> 'object' THEN '{}'::jsonb ELSE coalesce((
    SELECT jsonb_object_agg(key, CASE
      WHEN key IN ('schema', 'kind', 'node', 'period', 'number', 'report', 'hash') THEN value
      WHEN jsonb_typeof(value) = 'array' THEN '[]'::jsonb
      ELSE 'null'::jsonb END)
    FROM jsonb_each(body)), '{}'::jsonb) END
$$;
"""

DUE = """
CREATE FUNCTION documents_tombstone_due() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  today date := (clock_timestamp() AT TIME ZONE 'Europe/Stockholm')::date;
  d documents_document%ROWTYPE;
  r documents_retentionrule%ROWTYPE;
  established boolean;
  kept_from date;
  wrong text;
BEGIN
  SELECT * INTO STRICT d FROM documents_document WHERE id = NEW.document_id FOR NO KEY UPDATE;
  SELECT * INTO STRICT r FROM documents_retentionrule WHERE id = NEW.rule_id;
  established := EXISTS (
    SELECT FROM documents_documentversion v WHERE v.document_id = d.id AND v.state = 'established');
  kept_from := CASE WHEN d.period LIKE '%/%' THEN make_date(left(d.period, 4)::int + 1, 6, 30)
    ELSE make_date(d.period::int, 12, 31) END;
  IF NOT established THEN
    kept_from := greatest(kept_from, (d.changed_at AT TIME ZONE 'Europe/Stockholm')::date);
  END IF;
  SELECT p.by_id INTO NEW.proposed_by_id FROM documents_disposalproposal p
    WHERE p.document_id = d.id AND p.rule_id = r.id;
  wrong := CASE
    WHEN NEW.proposed_by_id IS NULL THEN 'has not been proposed'
    WHEN NEW.proposed_by_id = NEW.by_id THEN 'is proposed and confirmed by the same person'
    WHEN NOT daterange(r.valid_from, r.valid_to, '[]') @> today THEN 'goes by a rule that does not hold today'
    WHEN r.kind <> d.kind THEN 'is not of the kind of the rule'
    WHEN r.what = 'drafts' AND (established OR d.state NOT IN ('draft', 'submitted', 'returned'))
      THEN 'is no draft'
    WHEN r.what = 'archived' AND d.state <> 'archived' THEN 'is not archived'
    WHEN (kept_from + r.years * interval '1 year')::date >= today THEN 'is not due'
    WHEN NOT EXISTS (
      WITH RECURSIVE up(id) AS (
        SELECT d.node_id UNION SELECT p.parent_id FROM organisation_placement p JOIN up ON p.node_id = up.id)
      SELECT FROM up WHERE up.id = r.node_id) THEN 'lies outside what the rule is about'
    END;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'document % %', d.id, wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'tombstone_under_a_rule';
  END IF;
  NEW.kind := d.kind;
  NEW.node_id := d.node_id;
  NEW.period := d.period;
  NEW.at := clock_timestamp();
  NEW.versions := coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'number', v.number, 'state', v.state, 'hash', v.content_hash, 'made_at', v.made_at) ORDER BY v.number)
    FROM documents_documentversion v WHERE v.document_id = d.id), '[]');
  RETURN NEW;
END $$;
CREATE TRIGGER tombstone_due BEFORE INSERT ON documents_tombstone
  FOR EACH ROW EXECUTE FUNCTION documents_tombstone_due();
"""

EMPTIED = """
CREATE FUNCTION documents_emptied() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('styrkedja.disposing', 'on', true);
  UPDATE documents_documentversion SET body = documents_husk(body), reason = '' WHERE document_id = NEW.document_id;
  UPDATE documents_versionevent SET reason = '–' WHERE reason <> '' AND version_id IN (
    SELECT v.id FROM documents_documentversion v WHERE v.document_id = NEW.document_id);
  INSERT INTO documents_versionevent (id, version_id, state, reason, by_id, at)
    SELECT gen_random_uuid(), v.id, 'disposed', '', NEW.by_id, NEW.at
    FROM documents_documentversion v WHERE v.document_id = NEW.document_id;
  UPDATE documents_document SET state = 'disposed', version = version + 1, correction_reason = '',
    changed_by_id = NEW.by_id, changed_at = NEW.at WHERE id = NEW.document_id;
  DELETE FROM documents_disposalproposal WHERE document_id = NEW.document_id;
  PERFORM set_config('styrkedja.disposing', '', true);
  RETURN NULL;
END $$;
CREATE TRIGGER document_emptied AFTER INSERT ON documents_tombstone
  FOR EACH ROW EXECUTE FUNCTION documents_emptied();
"""

# The moves as they were, and the last one: only with the tombstone.
MOVES = """
CREATE OR REPLACE FUNCTION documents_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV)
    OR NEW.state = 'disposed' AND NOT EXISTS (SELECT FROM documents_tombstone t WHERE t.document_id = NEW.id)
  THEN
    RAISE EXCEPTION 'a document cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER document_moves ON documents_document;
CREATE TRIGGER document_moves BEFORE UPDATE OF state ON documents_document
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION documents_refuse_move(
    'draft>submitted', 'returned>submitted', 'submitted>returned', 'submitted>established', 'established>published',
    'established>draft', 'published>draft', 'established>archived', 'published>archived',
    'draft>disposed', 'submitted>disposed', 'returned>disposed', 'archived>disposed');
"""

EVENTS = """
CREATE OR REPLACE FUNCTION documents_version_event_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong text;
BEGIN
  SELECT CASE
    WHEN NEW.state = 'disposed' THEN CASE WHEN NOT EXISTS (
      SELECT FROM documents_tombstone t WHERE t.document_id = v.document_id) THEN 'is still there' END
    WHEN (NEW.state = 'returned') <> (v.state = 'submitted') THEN 'cannot be ' || NEW.state
    WHEN NEW.state = 'published' AND NEW.by_id IS NOT DISTINCT FROM (
      SELECT s.made_by_id FROM documents_documentversion s
      WHERE s.document_id = v.document_id AND s.state = 'submitted' AND s.number < v.number
      ORDER BY s.number DESC LIMIT 1) THEN 'is published by the one who handed it in'
    END INTO wrong
  FROM documents_documentversion v WHERE v.id = NEW.version_id;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'version % %', NEW.version_id, wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'document_version_event_fits';
  END IF;
  RETURN NULL;
END $$;
"""

RULES = """
CREATE FUNCTION documents_retention_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(OLD) - 'valid_to' - 'version') <> (to_jsonb(NEW) - 'valid_to' - 'version')
    OR NEW.valid_to IS NULL OR NEW.valid_to > OLD.valid_to
  THEN
    RAISE EXCEPTION 'retention rule % can only be ended', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'retention_only_ends';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER retention_only_ends BEFORE UPDATE ON documents_retentionrule
  FOR EACH ROW EXECUTE FUNCTION documents_retention_only_ends();
"""

UNDO = "DROP FUNCTION documents_retention_only_ends, documents_emptied, documents_tombstone_due, documents_husk CASCADE"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0005_retention"), ("organisation", "0006_former_names")]

    operations: ClassVar = [migrations.RunSQL(HUSK + DUE + EMPTIED + MOVES + EVENTS + RULES, UNDO)]
