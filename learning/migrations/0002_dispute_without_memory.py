"""Where a disputed enrollment goes back to follows from ``started_at`` and ``completed_at``."""

from django.db import migrations

# One that had begun says so from now on by its date alone.
BEGUN = """
UPDATE enrollments SET started_at = created_at
WHERE status = 'disputed' AND status_before_dispute = 'in_progress' AND started_at IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(BEGUN, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='enrollment',
            name='status_before_dispute',
        ),
    ]
