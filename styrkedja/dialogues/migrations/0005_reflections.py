"""Reflections: a request with questions, its answers and what is said about them; handed in, an answer stays."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


STAYS = """
CREATE FUNCTION dialogues_reflection_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM dialogues_requestreceiver r WHERE r.id = NEW.receiver_id AND r.state IN ('waiting', 'returned'))
  THEN
    RAISE EXCEPTION 'the reflection of receiver % is handed in', NEW.receiver_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reflection_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reflection_stays BEFORE INSERT OR UPDATE ON dialogues_reflectionanswer
  FOR EACH ROW EXECUTE FUNCTION dialogues_reflection_stays();
CREATE TRIGGER reflection_stays BEFORE INSERT ON dialogues_reflectioncomment
  FOR EACH ROW EXECUTE FUNCTION dialogues_reflection_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0004_search'),
        ('organisation', '0006_former_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReflectionAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ('receiver', 'number'),
            },
        ),
        migrations.CreateModel(
            name='ReflectionComment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('made_at', 'id'),
            },
        ),
        migrations.RemoveConstraint(
            model_name='request',
            name='request_says_what',
        ),
        migrations.AddField(
            model_name='request',
            name='questions',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None),
        ),
        migrations.AlterField(
            model_name='request',
            name='what',
            field=models.CharField(choices=[('document', 'A document'), ('figures', 'Figures'), ('question', 'An answer in words'), ('reflection', 'A reflection, written together')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('what', 'document'), models.Q(('kind', ''), _negated=True), models.Q(('period', ''), _negated=True)), models.Q(('what', 'figures'), models.Q(('period', ''), _negated=True), ('indicators__len__gt', 0)), models.Q(('what', 'question'), models.Q(('text', ''), _negated=True), models.Q(('title', ''), _negated=True)), models.Q(('what', 'reflection'), models.Q(('title', ''), _negated=True), ('questions__len__gte', 1), ('questions__len__lte', 3)), _connector='OR'), name='request_says_what'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('what', 'reflection'), ('questions__len', 0), _connector='OR'), name='request_questions_of_a_reflection'),
        ),
        migrations.AddField(
            model_name='reflectionanswer',
            name='changed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reflectionanswer',
            name='receiver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='dialogues.requestreceiver'),
        ),
        migrations.AddField(
            model_name='reflectioncomment',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reflectioncomment',
            name='receiver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='dialogues.requestreceiver'),
        ),
        migrations.AddConstraint(
            model_name='reflectionanswer',
            constraint=models.UniqueConstraint(fields=('receiver', 'number'), name='reflection_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='reflectionanswer',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 3)), name='reflection_answer_of_a_question'),
        ),
        migrations.AddConstraint(
            model_name='reflectioncomment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='reflection_comment_has_words'),
        ),
        migrations.AddConstraint(
            model_name='reflectioncomment',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 3)), name='reflection_comment_of_a_question'),
        ),
        migrations.RunSQL(STAYS, "DROP FUNCTION dialogues_reflection_stays CASCADE"),
    ]
