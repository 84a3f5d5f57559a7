"""The questions of a reflection are among the words of its request."""

from django.db import migrations

WORDS = """
CREATE OR REPLACE FUNCTION dialogues_request_words(r dialogues_request) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_words(r.id, 'request', r.id, NULL, r.asked_at, r.title, r.text,
    array_to_string(r.questions, E'\\n'), r.purpose)
$$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION dialogues_request_words(r dialogues_request) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_words(r.id, 'request', r.id, NULL, r.asked_at, r.title, r.text, r.purpose)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0005_reflections")]

    operations = [migrations.RunSQL(WORDS, BEFORE)]
