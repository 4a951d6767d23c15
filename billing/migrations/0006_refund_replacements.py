"""Refunds that came back are counted by amount: one may be made good by several, or by a part."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import peerloop.kit.clock
import peerloop.kit.ids


def fill(apps: Any, schema_editor: Any) -> None:
    """What came back, and what went out for it, from the pairs kept so far."""
    failures = apps.get_model("billing", "RefundFailure")
    replacements = apps.get_model("billing", "RefundReplacement")
    for failure in failures.objects.select_related("refund"):
        failure.transaction_id = failure.refund.transaction_id
        failure.amount_cents = failure.refund.amount_cents
        failure.save()
        if failure.replaced_by:
            replacements.objects.create(
                transaction_id=failure.transaction_id,
                stripe_refund_id=failure.replaced_by,
                amount_cents=failure.amount_cents,
            )


REPLACEMENTS_STAY = """
CREATE TRIGGER refund_replacements_append_only BEFORE UPDATE OR DELETE ON refund_replacements
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
"""
REPLACEMENTS_STAY_BACK = "DROP TRIGGER refund_replacements_append_only ON refund_replacements;"


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_money_guards")]

    operations = [
        migrations.CreateModel(
            name="RefundReplacement",
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
                ("stripe_refund_id", models.CharField(max_length=255, unique=True)),
                ("amount_cents", models.PositiveIntegerField()),
                (
                    "transaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_replacements",
                        to="billing.transaction",
                    ),
                ),
            ],
            options={"db_table": "refund_replacements"},
        ),
        migrations.AddConstraint(
            model_name="refundreplacement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gt", 0)), name="refund_replacement_positive"
            ),
        ),
        migrations.AddField(
            model_name="refundfailure",
            name="transaction",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refund_failures",
                to="billing.transaction",
            ),
        ),
        migrations.AddField(
            model_name="refundfailure",
            name="amount_cents",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        # What the rows were filled with is checked now: the columns can't change under it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="refundfailure",
            name="transaction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refund_failures",
                to="billing.transaction",
            ),
        ),
        migrations.AlterField(
            model_name="refundfailure",
            name="amount_cents",
            field=models.PositiveIntegerField(),
        ),
        migrations.RemoveConstraint(
            model_name="refundfailure", name="refund_failure_one_open"
        ),
        migrations.RemoveField(model_name="refundfailure", name="refund"),
        migrations.RemoveField(model_name="refundfailure", name="replaced_by"),
        migrations.RunSQL(REPLACEMENTS_STAY, REPLACEMENTS_STAY_BACK),
    ]
