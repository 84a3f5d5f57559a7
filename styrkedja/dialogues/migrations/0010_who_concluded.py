"""Who concluded, and when, beside who wrote the point; and which point opens with what was agreed last time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0009_thinking_alone'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='agendapoint',
            name='concluded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='agendapoint',
            name='concluded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='agendapoint',
            name='conclusion_version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='agendapoint',
            name='opening',
            field=models.BooleanField(default=False),
        ),
    ]
