"""What a row alone cannot say about documents (domain.md §6, invariants 1 and 2), checked by the database.

Moves are the table of `documents/transitions.py`. Of `authority.toml` the database knows the law's part, which no data
may loosen: the quality report above the units is not established on own authority, and the organiser's own is never
delegated (Kommunallagen 6:38).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

MOVES = """
CREATE FUNCTION documents_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
    RAISE EXCEPTION 'a document cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER document_moves BEFORE UPDATE OF state ON documents_document
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION documents_refuse_move(
    'draft>submitted', 'returned>submitted', 'submitted>returned', 'submitted>established', 'established>published',
    'established>draft', 'published>draft', 'established>archived', 'published>archived');
"""

AUTHORITY = """
CREATE FUNCTION documents_established_with_authority() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  day date := (NEW.made_at AT TIME ZONE 'Europe/Stockholm')::date;
  wrong text;
BEGIN
  SELECT CASE
    WHEN d.kind = 'quality_report' AND n.kind IN ('council', 'committee', 'administration') AND NEW.authority = 'own'
      THEN 'is for the committee to establish'
    WHEN d.kind = 'quality_report' AND n.kind IN ('council', 'committee') AND NEW.authority = 'delegation'
      THEN 'cannot be delegated'
    WHEN NEW.authority = 'own' AND NEW.made_by_id IS NULL THEN 'is established by nobody'
    WHEN NEW.decided_on > day THEN 'is established by a decision still to come'
    WHEN NEW.authority = 'delegation' AND NOT EXISTS (
      SELECT FROM documents_delegationrule r WHERE r.id = NEW.delegation_id AND r.kind = d.kind AND r.level = n.kind
      AND daterange(r.valid_from, r.valid_to, '[]') @> day)
      THEN 'is established on a delegation that does not hold that day'
    END INTO wrong
  FROM documents_document d JOIN organisation_node n ON n.id = d.node_id
  WHERE d.id = NEW.document_id AND NEW.state = 'established';
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'document % %', NEW.document_id, wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'document_established_with_authority';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER document_established_with_authority AFTER INSERT ON documents_documentversion
  FOR EACH ROW EXECUTE FUNCTION documents_established_with_authority();
"""

EVENTS = """
CREATE FUNCTION documents_version_event_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong text;
BEGIN
  SELECT CASE
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
CREATE TRIGGER document_version_event_fits AFTER INSERT ON documents_versionevent
  FOR EACH ROW EXECUTE FUNCTION documents_version_event_fits();
"""

DELEGATION = """
CREATE FUNCTION documents_delegation_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(OLD) - 'valid_to' - 'version') <> (to_jsonb(NEW) - 'valid_to' - 'version')
    OR NEW.valid_to IS NULL OR NEW.valid_to > OLD.valid_to
    OR EXISTS (SELECT FROM documents_documentversion v WHERE v.delegation_id = OLD.id
      AND (v.made_at AT TIME ZONE 'Europe/Stockholm')::date > NEW.valid_to)
  THEN
    RAISE EXCEPTION 'delegation rule % can only be ended, after what was established on it', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_only_ends';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER delegation_only_ends BEFORE UPDATE ON documents_delegationrule
  FOR EACH ROW EXECUTE FUNCTION documents_delegation_only_ends();
"""

UNDO = """
DROP FUNCTION documents_refuse_move, documents_established_with_authority, documents_version_event_fits,
  documents_delegation_only_ends CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0002_authority")]

    operations: ClassVar = [migrations.RunSQL(MOVES + AUTHORITY + EVENTS + DELEGATION, UNDO)]
