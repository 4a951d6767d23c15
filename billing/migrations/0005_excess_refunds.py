import django.db.models.deletion
from django.db import migrations, models

import peerloop.kit.clock
import peerloop.kit.ids
import peerloop.kit.triggers


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_payouts_wait")]

    operations = [
        migrations.AddField(
            model_name="payout",
            name="failure_words",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.CreateModel(
            name="ExcessRefund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("provider_id", models.CharField(max_length=255, unique=True)),
                ("amount_cents", models.PositiveIntegerField()),
                ("seen_at", models.DateTimeField()),
                ("came_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "transaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="excess_refunds",
                        to="billing.transaction",
                    ),
                ),
            ],
            options={
                "db_table": "excess_refunds",
                "indexes": [models.Index(fields=["seen_at"], name="excess_refund_seen")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="excess_refund_positive"
                    ),
                    peerloop.kit.triggers.Trigger(
                        name="excess_refund_not_edited",
                        on="BEFORE UPDATE",
                        condition=(
                            "(OLD.transaction_id, OLD.provider_id, OLD.amount_cents) IS DISTINCT "
                            "FROM (NEW.transaction_id, NEW.provider_id, NEW.amount_cents)"
                        ),
                        body=(
                            "RAISE EXCEPTION 'an excess refund is not edited'\n"
                            "    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;"
                        ),
                    ),
                    peerloop.kit.triggers.Trigger(
                        name="excess_refund_not_deleted",
                        on="BEFORE DELETE",
                        body=(
                            "RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n"
                            "    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;"
                        ),
                    ),
                ],
            },
        ),
    ]
