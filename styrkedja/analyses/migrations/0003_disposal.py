"""What this room keeps of an analysis goes with it: rows, earlier texts and search words (invariant 23)."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

EMPTIED = """
CREATE FUNCTION analyses_emptied() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  gone uuid;
  kind text;
BEGIN
  PERFORM set_config('styrkedja.disposing', 'on', true);
  DELETE FROM analyses_versionwords WHERE version_id IN (
    SELECT id FROM documents_documentversion WHERE document_id = NEW.document_id);
  SELECT id INTO gone FROM analyses_analysis WHERE document_id = NEW.document_id;
  IF gone IS NULL THEN
    PERFORM set_config('styrkedja.disposing', '', true);
    RETURN NULL;
  END IF;
  DELETE FROM analyses_ground WHERE cause_id IN (SELECT id FROM analyses_cause WHERE analysis_id = gone);
  DELETE FROM analyses_need_causes WHERE need_id IN (SELECT id FROM analyses_need WHERE analysis_id = gone);
  FOREACH kind IN ARRAY ARRAY['need', 'cause', 'finding', 'quote', 'evidence', 'citation', 'assessment',
    'participation', 'unitinclusion']
  LOOP
    EXECUTE format('DELETE FROM analyses_earliertext WHERE row_id IN (SELECT id FROM %I WHERE analysis_id = $1)',
      'analyses_' || kind) USING gone;
    EXECUTE format('DELETE FROM %I WHERE analysis_id = $1', 'analyses_' || kind) USING gone;
  END LOOP;
  PERFORM set_config('styrkedja.disposing', '', true);
  RETURN NULL;
END $$;
CREATE TRIGGER analysis_emptied AFTER INSERT ON documents_tombstone
  FOR EACH ROW EXECUTE FUNCTION analyses_emptied();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("analyses", "0002_words"), ("documents", "0006_retention_rules")]

    operations: ClassVar = [migrations.RunSQL(EMPTIED, "DROP FUNCTION analyses_emptied CASCADE")]
