from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_search_of_many_signs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='course',
            index=models.Index(fields=['creator', '-created_at', '-id'], name='course_creator_newest'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(models.F('creator'), models.OrderBy(models.F('rating'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at', None), ('status', 'published')), name='course_creator_rating'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(models.F('category'), models.F('level'), models.OrderBy(models.F('rating'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at', None), ('status', 'published')), name='course_shelf_rating'),
        ),
    ]
