"""A freeze is a row for each cause: a split is frozen exactly while a hold stands on it.

Causes stood as words in the audit rows of splits, one at a time, so that the end of one could thaw
what another froze (fault M1). Such rows are frozen again here.
"""

from typing import Any

import django.db.models.deletion
import peerloop.kit.clock
import peerloop.kit.ids
import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations, models

# What the audit rows said -> cause, and which column of the split names its source.
CAUSES = {
    "flagged by the creator": ("flag", "session_id"),
    "enrollment cancelled": ("cancellation", "enrollment_id"),
    "paid twice": ("duplicate", "transaction_id"),
}


def fill(apps: Any, schema_editor: Any) -> None:
    """Holds for what is frozen, and for every open dispute, which freezes all that is unpaid."""
    PaymentSplit = apps.get_model("billing", "PaymentSplit")
    SplitEvent = apps.get_model("billing", "SplitEvent")
    CardDispute = apps.get_model("billing", "CardDispute")
    Hold = apps.get_model("billing", "Hold")
    before = {}
    for split in PaymentSplit.objects.filter(status="frozen"):
        frozen = SplitEvent.objects.filter(split=split, to_status="frozen").latest("created_at")
        before[split.pk] = frozen.from_status if frozen.from_status == "releasable" else "held"
        if frozen.reason not in CAUSES:
            continue
        cause, source = CAUSES[frozen.reason]
        Hold.objects.create(
            split=split,
            cause=cause,
            source_id=getattr(split, source),
            status_before=before[split.pk],
            placed_at=frozen.at,
            placed_by=split.flagged_by if cause == "flag" else frozen.actor,
            reason=split.flagged_reason if cause == "flag" else "",
        )
    disputes = CardDispute.objects.filter(closed_at=None).exclude(status__startswith="warning_")
    for dispute in disputes:
        unpaid = PaymentSplit.objects.filter(transaction=dispute.transaction_id)
        for split in unpaid.filter(status__in=["held", "releasable", "frozen"]):
            Hold.objects.create(
                split=split,
                cause="card_dispute",
                source_id=dispute.pk,
                status_before=before.setdefault(split.pk, split.status),
                placed_at=dispute.opened_at,
            )
            if split.status != "frozen":
                SplitEvent.objects.create(
                    split=split,
                    from_status=split.status,
                    to_status="frozen",
                    reason="card dispute",
                    at=dispute.opened_at,
                )
                PaymentSplit.objects.filter(pk=split.pk).update(status="frozen")
    for split in PaymentSplit.objects.filter(status="frozen", holds=None):
        # Frozen by a dispute that is over meanwhile: nothing stands on it.
        split.status = before[split.pk]
        split.save()


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_triggers_beside_models'),
        ('learning', '0002_dispute_without_memory'),
        ('scheduling', '0005_rating_reminder'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=peerloop.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=peerloop.kit.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=peerloop.kit.clock.now, editable=False)),
                ('cause', models.CharField(choices=[('flag', 'flagged by the creator'), ('cancellation', 'enrollment cancelled'), ('duplicate', 'paid twice'), ('card_dispute', 'card dispute')], max_length=12)),
                ('source_id', models.UUIDField()),
                ('status_before', models.CharField(max_length=10)),
                ('placed_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lift_reason', models.TextField(blank=True, max_length=2000)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('split', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='billing.paymentsplit')),
            ],
            options={
                'db_table': 'holds',
            },
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('split', 'cause', 'source_id'), name='hold_once_a_cause'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('cause__in', ['flag', 'cancellation', 'duplicate', 'card_dispute'])), name='hold_cause'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('status_before__in', ['held', 'releasable'])), name='hold_status_before'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_by', None), ('lifted_at__isnull', False), _connector='OR'), name='hold_lifted_by'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        # What the rows were filled with is checked now: the columns can't change under it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='paymentsplit',
            name='flagged_by',
        ),
        migrations.RemoveField(
            model_name='paymentsplit',
            name='flagged_reason',
        ),
        migrations.AddConstraint(
            model_name='paymentsplit',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT status INTO stands FROM payment_splits WHERE id = asked;\nis_held := EXISTS (SELECT FROM holds WHERE split_id = asked AND lifted_at IS NULL);\nIF (stands = 'frozen') <> is_held THEN\n    RAISE EXCEPTION 'split % is %, but a hold stands on it: %', asked, stands, is_held\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;", condition="OLD.status <> NEW.status AND 'frozen' IN (OLD.status, NEW.status)", declare='asked uuid := NEW.id; stands text; is_held boolean;', is_deferred=True, name='split_is_held', on='AFTER UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='paymentsplit',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT status INTO stands FROM payment_splits WHERE id = asked;\nis_held := EXISTS (SELECT FROM holds WHERE split_id = asked AND lifted_at IS NULL);\nIF (stands = 'frozen') <> is_held THEN\n    RAISE EXCEPTION 'split % is %, but a hold stands on it: %', asked, stands, is_held\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;", condition="NEW.status = 'frozen'", declare='asked uuid := NEW.id; stands text; is_held boolean;', is_deferred=True, name='new_split_is_held', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a hold is not edited, only lifted'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition='(OLD.split_id, OLD.cause, OLD.source_id, OLD.status_before, OLD.placed_at, OLD.placed_by_id) IS DISTINCT FROM (NEW.split_id, NEW.cause, NEW.source_id, NEW.status_before, NEW.placed_at, NEW.placed_by_id)', name='hold_not_edited', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a hold that was lifted stays lifted'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition='(OLD.lifted_at, OLD.lifted_by_id) IS DISTINCT FROM (NEW.lifted_at, NEW.lifted_by_id) AND OLD.lifted_at IS NOT NULL', name='hold_lifted_once', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='hold_not_deleted', on='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT status INTO stands FROM payment_splits WHERE id = asked;\nis_held := EXISTS (SELECT FROM holds WHERE split_id = asked AND lifted_at IS NULL);\nIF (stands = 'frozen') <> is_held THEN\n    RAISE EXCEPTION 'split % is %, but a hold stands on it: %', asked, stands, is_held\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;", declare='asked uuid := NEW.split_id; stands text; is_held boolean;', is_deferred=True, name='hold_freezes', on='AFTER INSERT OR UPDATE OF lifted_at'),
        ),
    ]
