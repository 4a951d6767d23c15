"""A session remembers which cancelled one it was booked instead of (rule LATE-3)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0003_room_marks")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="rescheduled_from",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="scheduling.session",
            ),
        ),
    ]
