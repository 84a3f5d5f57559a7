"""The words of requests, answers, feedback and replies, written by the database with them: none is forgotten."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# A search index holds at most a megabyte a row: of more than a quarter of a million letters the rest is not found.
KEPT = """
CREATE FUNCTION dialogues_keep_words(id uuid, kind text, request uuid, receiver uuid, at timestamptz,
    VARIADIC said text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO dialogues_dialoguewords (id, kind, request_id, receiver_id, at, text)
    SELECT id, kind, request, receiver, at, left(whole, 250000)
    FROM array_to_string(array_remove(said, ''), E'\\n') whole WHERE whole <> ''
$$;
CREATE FUNCTION dialogues_request_words(r dialogues_request) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_words(r.id, 'request', r.id, NULL, r.asked_at, r.title, r.text, r.purpose)
$$;
CREATE FUNCTION dialogues_submission_words(s dialogues_submission) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_words(s.id, 'submission', r.request_id, r.id, s.made_at, s.text)
    FROM dialogues_requestreceiver r WHERE r.id = s.receiver_id
$$;
CREATE FUNCTION dialogues_feedback_words(f dialogues_feedback) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_words(f.id, 'feedback', r.request_id, r.id, f.made_at, f.saw, f.use, f.action, f.question)
    FROM dialogues_requestreceiver r WHERE r.id = f.receiver_id
$$;
CREATE FUNCTION dialogues_acknowledgement_words(a dialogues_acknowledgement) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_words(a.id, 'question', r.request_id, r.id, a.made_at, a.question)
    FROM dialogues_requestreceiver r WHERE r.id = a.receiver_id
$$;
CREATE FUNCTION dialogues_reply_words(said dialogues_reply) RETURNS void LANGUAGE sql AS $$
  SELECT dialogues_keep_words(said.id, 'reply', r.request_id, r.id, said.made_at, said.text)
    FROM dialogues_obligation o JOIN dialogues_requestreceiver r ON r.id = o.receiver_id
    WHERE o.id = said.obligation_id
$$;
"""
SAID = ("request", "submission", "feedback", "acknowledgement", "reply")
KEEPING = "".join(
    f"""
CREATE FUNCTION dialogues_{one}_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dialogues_{one}_words(NEW);
  RETURN NULL;
END $$;
CREATE TRIGGER {one}_words AFTER INSERT ON dialogues_{one} FOR EACH ROW EXECUTE FUNCTION dialogues_{one}_words();
SELECT dialogues_{one}_words(said) FROM dialogues_{one} said;
"""
    for one in SAID
)
UNDO = (
    "".join(
        f"DROP TRIGGER {one}_words ON dialogues_{one};"
        f"DROP FUNCTION dialogues_{one}_words(), dialogues_{one}_words(dialogues_{one});"
        for one in SAID
    )
    + "DROP FUNCTION dialogues_keep_words;"
)


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0003_longer_kinds'),
    ]

    operations = [
        migrations.CreateModel(
            name='DialogueWords',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('request', 'Request'), ('submission', 'Answer to a request'), ('feedback', 'Feedback'), ('question', 'Question back'), ('reply', 'Reply to a question')], max_length=10)),
                ('at', models.DateTimeField()),
                ('text', models.TextField()),
                ('words', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('text', config='swedish'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('receiver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dialogues.requestreceiver')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dialogues.request')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='dialogue_words'), models.Index(fields=['-at'], name='dialogue_words_latest')],
            },
        ),
        migrations.RunSQL(KEPT + KEEPING, UNDO),
    ]
