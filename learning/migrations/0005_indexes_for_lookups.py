from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_indexes_for_pages'),
        ('learning', '0004_indexes_for_pages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='enrollment',
            index=models.Index(fields=['student', 'course'], name='enrollment_student_course'),
        ),
        migrations.AddIndex(
            model_name='teachingapplication',
            index=models.Index(fields=['user', 'course'], name='application_user_course'),
        ),
    ]
