"""The words of meetings, written by the database with them; what material is about; and what is held may be reopened.

A search index holds at most a megabyte a row: of more than a quarter of a million letters the rest is not found.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE FUNCTION dialogues_keep_meeting_words(id uuid, kind text, meeting uuid, at timestamptz, VARIADIC said text[])
    RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
  whole text := left(array_to_string(array_remove(said, ''), E'\\n'), 250000);
BEGIN
  IF whole !~ '\\S' THEN
    DELETE FROM dialogues_meetingwords w WHERE w.id = dialogues_keep_meeting_words.id;
    RETURN;
  END IF;
  INSERT INTO dialogues_meetingwords (id, kind, meeting_id, at, text) VALUES (id, kind, meeting, at, whole)
    ON CONFLICT ON CONSTRAINT dialogues_meetingwords_pkey DO UPDATE SET at = excluded.at, text = excluded.text
      WHERE (dialogues_meetingwords.at, dialogues_meetingwords.text) IS DISTINCT FROM (excluded.at, excluded.text);
END $$;

CREATE FUNCTION dialogues_meeting_words(m dialogues_meeting) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_meeting_words(m.id, 'meeting', m.id, m.day::timestamptz, m.title)
$$;
CREATE FUNCTION dialogues_agendapoint_words(p dialogues_agendapoint) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_meeting_words(p.id, 'conclusion', m.id, m.day::timestamptz, p.conclusion)
    FROM dialogues_meeting m WHERE m.id = p.meeting_id
$$;
CREATE FUNCTION dialogues_agreedpoint_words(a dialogues_agreedpoint) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_meeting_words(a.id, 'agreed', a.meeting_id, a.created_at, a.what, a.done_words,
    a.dropped_reason)
$$;
CREATE FUNCTION dialogues_seminarnote_words(n dialogues_seminarnote) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_meeting_words(n.id, 'note', n.meeting_id, n.changed_at, n.text)
$$;
-- The last number holds, and it says what was concluded.
CREATE FUNCTION dialogues_minutes_words(p dialogues_minutes) RETURNS void LANGUAGE sql AS $$
  DELETE FROM dialogues_meetingwords w WHERE w.meeting_id = p.meeting_id AND w.kind IN ('conclusion', 'minutes');
  SELECT dialogues_keep_meeting_words(p.id, 'minutes', p.meeting_id, p.established_at, (
    SELECT coalesce(string_agg(said #>> '{}', E'\\n'), '')
    FROM unnest(ARRAY['$.purpose', '$.points[*].title', '$.points[*].conclusion', '$.points[*].notes[*].text',
      '$.agreed[*].what', '$.questions[*].text', '$.proposals[*].title', '$.proposals[*].text',
      '$.proposals[*].ground']::jsonpath[]) path, jsonb_path_query(p.body, path) said
    WHERE jsonb_typeof(said) = 'string' AND said #>> '{}' <> ''))
$$;
"""
SAID = {
    "meeting": "INSERT OR UPDATE OF title, day",
    "agendapoint": "INSERT OR UPDATE OF conclusion",
    "agreedpoint": "INSERT OR UPDATE OF what, done_words, dropped_reason",
    "seminarnote": "INSERT OR UPDATE OF text",
    "minutes": "INSERT",
}
KEEPING = "".join(
    f"""
CREATE FUNCTION dialogues_{one}_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dialogues_{one}_words(NEW);
  RETURN NULL;
END $$;
CREATE TRIGGER {one}_words AFTER {when} ON dialogues_{one} FOR EACH ROW EXECUTE FUNCTION dialogues_{one}_words();
SELECT dialogues_{one}_words(said) FROM dialogues_{one} said;
"""
    for one, when in SAID.items()
)
WORDS_UNDO = (
    "".join(
        f"DROP TRIGGER {one}_words ON dialogues_{one};"
        f"DROP FUNCTION dialogues_{one}_words(), dialogues_{one}_words(dialogues_{one});"
        for one in SAID
    )
    + "DROP FUNCTION dialogues_keep_meeting_words;"
)

MOVES = """
DROP TRIGGER meeting_moves ON dialogues_meeting;
CREATE TRIGGER meeting_moves BEFORE UPDATE OF state ON dialogues_meeting
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION dialogues_refuse_move(
    'planned>called', 'called>held', 'held>called', 'held>minuted', 'planned>cancelled', 'called>cancelled');
"""
MOVES_UNDO = MOVES.replace(" 'held>called',", "")


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0010_who_concluded'),
    ]

    operations = [
        migrations.AddField(
            model_name='material',
            name='about',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='MeetingWords',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('meeting', 'Meeting'), ('conclusion', 'Conclusion of a meeting'), ('agreed', 'Agreed at a meeting'), ('minutes', 'Minutes'), ('note', 'Note of a seminar')], max_length=10)),
                ('at', models.DateTimeField()),
                ('text', models.TextField()),
                ('words', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('text', config='swedish'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='dialogues.meeting')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='meeting_words'), models.Index(fields=['-at'], name='meeting_words_latest')],
            },
        ),
        migrations.RunSQL(KEPT + KEEPING + MOVES, WORDS_UNDO + MOVES_UNDO),
    ]
