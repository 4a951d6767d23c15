from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0005_excess_refunds'),
        ('learning', '0007_unsettled_and_newest'),
        ('scheduling', '0003_indexes_for_lookups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='balanceadjustment',
            index=models.Index(fields=['recipient', '-created_at', '-id'], name='adjustment_newest'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(condition=models.Q(('status__in', ['pending', 'approved', 'processing', 'failed'])), fields=['transaction'], name='refund_request_unsettled'),
        ),
    ]
