from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_indexes_for_pages'),
        ('learning', '0003_teacher_figures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='enrollment',
            index=models.Index(condition=models.Q(('status', 'cancelled'), _negated=True), fields=['teacher', '-completed_at', '-created_at', '-id'], name='enrollment_students'),
        ),
        migrations.AddIndex(
            model_name='studentteacher',
            index=models.Index(fields=['user', '-is_active', '-id'], name='student_teacher_newest'),
        ),
    ]
