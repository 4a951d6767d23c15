from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_indexes_for_admin_search")]

    operations = [
        migrations.AddField(
            model_name="checkoutsession",
            name="attempt",
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
