"""The words of a version, written by the database with it, so that none is forgotten and no figure slips in."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# A search index holds at most a megabyte a row: of more than a quarter of a million letters the rest is not found.
WORDS = """
CREATE FUNCTION analysis_words(body jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT left(coalesce(string_agg(said #>> '{}', E'\\n'), ''), 250000)
  FROM unnest(ARRAY[
    '$.needs[*].text', '$.causes[*].text', '$.areas[*].findings[*].text', '$.areas[*].assessment.text',
    '$.areas[*].evidence[*].text', '$.areas[*].citations[*].passage', '$.causes[*].rival']::jsonpath[]) path,
  jsonb_path_query(body, path) said
  WHERE jsonb_typeof(said) = 'string' AND said #>> '{}' <> ''
$$;
CREATE FUNCTION analysis_words_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO analyses_versionwords (version_id, node_id, state, at, text)
    SELECT NEW.id, d.node_id, NEW.state, NEW.made_at, analysis_words(NEW.body)
    FROM documents_document d WHERE d.id = NEW.document_id AND d.kind = 'analysis';
  RETURN NULL;
END $$;
CREATE TRIGGER analysis_words_kept AFTER INSERT ON documents_documentversion
  FOR EACH ROW EXECUTE FUNCTION analysis_words_kept();
INSERT INTO analyses_versionwords (version_id, node_id, state, at, text)
  SELECT v.id, d.node_id, v.state, v.made_at, analysis_words(v.body)
  FROM documents_documentversion v JOIN documents_document d ON d.id = v.document_id WHERE d.kind = 'analysis';
"""
UNDO = """
DROP TRIGGER analysis_words_kept ON documents_documentversion;
DROP FUNCTION analysis_words_kept, analysis_words;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("analyses", "0001_initial"),
        ("documents", "0001_initial"),
        ("organisation", "0001_initial"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="VersionWords",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="documents.documentversion",
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.node",
                    ),
                ),
                ("state", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector("text", config="swedish"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="analysis_words"),
                    models.Index(fields=["-at"], name="analysis_words_latest"),
                ],
            },
        ),
        migrations.RunSQL(WORDS, UNDO),
    ]
