from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_indexes_for_admin_search'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('is_admin', True), ('is_moderator', True), _connector='OR'), fields=['name'], name='users_staff_names'),
        ),
    ]
