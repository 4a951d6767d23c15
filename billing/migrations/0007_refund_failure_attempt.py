from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_unsettled_and_newest")]

    operations = [
        migrations.AddField(
            model_name="refundfailure",
            name="attempt",
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
