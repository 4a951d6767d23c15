from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_indexes_for_pages'),
        ('learning', '0006_listed_with_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='teachingapplication',
            name='application_user_course',
        ),
        migrations.AddIndex(
            model_name='teachingapplication',
            index=models.Index(fields=['user', 'course', '-created_at', '-id'], name='application_newest_of_course'),
        ),
    ]
