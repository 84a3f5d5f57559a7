"""Which initiative of the library one was started like, so that its place is told."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0007_closed_periods'),
    ]

    operations = [
        migrations.AddField(
            model_name='initiative',
            name='like',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='likenesses', to='plans.initiative'),
        ),
    ]
