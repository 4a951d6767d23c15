import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_schema"),
        ("scheduling", "0002_recordings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="balanceadjustment",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["note"], name="adjustment_note_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
