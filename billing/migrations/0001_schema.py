import django.db.models.deletion
import peerloop.kit.clock
import peerloop.kit.ids
import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # The steps that this one stands for, where they were applied before.
    replaces = [
        ("billing", "0001_initial"),
        ("billing", "0002_ledger_guards"),
        ("billing", "0003_provider_records"),
        ("billing", "0004_reversals_and_failed_refunds"),
        ("billing", "0005_money_guards"),
        ("billing", "0006_refund_replacements"),
        ("billing", "0007_triggers_beside_models"),
        ("billing", "0008_holds"),
        ("billing", "0009_lists_without_counting"),
        ("billing", "0010_pages_of_pending_payouts"),
        ("billing", "0011_earnings_without_history"),
    ]

    dependencies = [
        ("accounts", "__first__"),
        ("catalog", "0001_schema"),
        ("learning", "0001_schema"),
        ("scheduling", "0001_schema"),
    ]

    operations = [
        migrations.CreateModel(
            name="Refund",
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
                ("amount_cents", models.PositiveIntegerField()),
                ("stripe_refund_id", models.CharField(max_length=255, unique=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("request", "Request"),
                            ("console", "Console"),
                            ("duplicate", "Duplicate"),
                            ("dispute", "Dispute"),
                        ],
                        max_length=10,
                    ),
                ),
                ("booked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "refunds",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="refund_positive"
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="refunds_append_only",
                        on="BEFORE UPDATE OR DELETE",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckoutSession",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("course", "Course"), ("extra", "Extra"), ("sponsor", "Sponsor")],
                        default="course",
                        max_length=8,
                    ),
                ),
                ("amount_cents", models.PositiveIntegerField()),
                ("currency", models.CharField(default="usd", max_length=3)),
                ("modules_paid", models.PositiveSmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("paid", "Paid"),
                            ("expired", "Expired"),
                            ("failed", "Failed"),
                            ("refunded_duplicate", "Refunded Duplicate"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                (
                    "stripe_session_id",
                    models.CharField(blank=True, max_length=255, null=True, unique=True),
                ),
                ("url", models.TextField(blank=True)),
                ("expires_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.course",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "teacher",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "checkout_sessions",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")),
                        fields=["expires_at"],
                        name="checkout_open_expires",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("student", "course", "kind"),
                        name="checkout_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gte", 50)), name="checkout_least"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modules_paid__gte", 1)), name="checkout_modules"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["open", "paid", "expired", "failed", "refunded_duplicate"],
                            )
                        ),
                        name="checkout_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalPaymentObject",
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
                ("object_id", models.CharField(max_length=255, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("checkout", "Checkout"),
                            ("payment", "Payment"),
                            ("charge", "Charge"),
                            ("refund", "Refund"),
                            ("account", "Account"),
                            ("transfer", "Transfer"),
                            ("reversal", "Reversal"),
                            ("dispute", "Dispute"),
                            ("event", "Event"),
                        ],
                        max_length=10,
                    ),
                ),
                ("belongs_to", models.CharField(blank=True, max_length=255)),
                (
                    "idempotency_key",
                    models.CharField(blank=True, max_length=255, null=True, unique=True),
                ),
                ("data", models.JSONField()),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "db_table": "local_payment_objects",
                "indexes": [
                    models.Index(fields=["kind", "belongs_to"], name="local_payment_belongs"),
                    models.Index(
                        condition=models.Q(("delivered_at", None), ("kind", "event")),
                        fields=["created_at"],
                        name="local_payment_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "checkout",
                                    "payment",
                                    "charge",
                                    "refund",
                                    "account",
                                    "transfer",
                                    "reversal",
                                    "dispute",
                                    "event",
                                ],
                            )
                        ),
                        name="local_payment_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentSplit",
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
                ("part_no", models.PositiveSmallIntegerField()),
                (
                    "share",
                    models.CharField(
                        choices=[
                            ("platform", "Platform"),
                            ("royalty", "Royalty"),
                            ("teaching", "Teaching"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "recipient_type",
                    models.CharField(
                        choices=[
                            ("platform", "Platform"),
                            ("creator", "Creator"),
                            ("student_teacher", "Student Teacher"),
                        ],
                        max_length=15,
                    ),
                ),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("amount_cents", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("frozen", "Frozen"),
                            ("releasable", "Releasable"),
                            ("queued", "Queued"),
                            ("paid", "Paid"),
                            ("retained", "Retained"),
                            ("refunded", "Refunded"),
                            ("reversed", "Reversed"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("releasable_at", models.DateTimeField(blank=True, null=True)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("stripe_transfer_id", models.CharField(blank=True, max_length=255)),
                (
                    "enrollment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="learning.enrollment",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.session",
                    ),
                ),
            ],
            options={
                "db_table": "payment_splits",
                "indexes": [
                    models.Index(fields=["recipient", "status"], name="split_recipient_status"),
                    models.Index(
                        fields=["status", "releasable_at"], name="split_status_releasable"
                    ),
                    models.Index(fields=["session"], name="split_session"),
                    models.Index(
                        condition=models.Q(("status", "releasable")),
                        fields=["delivered_at", "recipient"],
                        name="split_releasable_oldest",
                    ),
                    models.Index(
                        condition=models.Q(("status", "releasable")),
                        fields=["recipient", "delivered_at", "id"],
                        name="split_releasable_of",
                    ),
                    models.Index(
                        condition=models.Q(("delivered_at__isnull", False)),
                        fields=["recipient", "-delivered_at", "-id"],
                        name="split_recipient_delivered",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("part_no__gte", 1)), name="split_part_from_1"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("share", "platform"), _negated=True),
                            ("recipient__isnull", True),
                            _connector="OR",
                        ),
                        name="split_platform_has_no_recipient",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("share", "teaching"),
                                ("status__in", ["releasable", "queued", "paid"]),
                                _negated=True,
                            ),
                            models.Q(("recipient__isnull", False), ("session__isnull", False)),
                            _connector="OR",
                        ),
                        name="split_teaching_needs_session",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "paid"), _negated=True),
                            ("paid_at__isnull", False),
                            _connector="OR",
                        ),
                        name="split_paid_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "retained"), _negated=True),
                            ("share", "platform"),
                            _connector="OR",
                        ),
                        name="split_retained_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share__in", ["platform", "royalty", "teaching"])),
                        name="split_share",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="split_not_deleted",
                        on="BEFORE DELETE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="SELECT status INTO stands FROM payment_splits WHERE id = asked;\nis_held := EXISTS (SELECT FROM holds WHERE split_id = asked AND lifted_at IS NULL);\nIF (stands = 'frozen') <> is_held THEN\n    RAISE EXCEPTION 'split % is %, but a hold stands on it: %', asked, stands, is_held\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;",
                        condition="OLD.status <> NEW.status AND 'frozen' IN (OLD.status, NEW.status)",
                        declare="asked uuid := NEW.id; stands text; is_held boolean;",
                        is_deferred=True,
                        name="split_is_held",
                        on="AFTER UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="SELECT status INTO stands FROM payment_splits WHERE id = asked;\nis_held := EXISTS (SELECT FROM holds WHERE split_id = asked AND lifted_at IS NULL);\nIF (stands = 'frozen') <> is_held THEN\n    RAISE EXCEPTION 'split % is %, but a hold stands on it: %', asked, stands, is_held\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;",
                        condition="NEW.status = 'frozen'",
                        declare="asked uuid := NEW.id; stands text; is_held boolean;",
                        is_deferred=True,
                        name="new_split_is_held",
                        on="AFTER INSERT",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
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
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("flag", "flagged by the creator"),
                            ("cancellation", "enrollment cancelled"),
                            ("duplicate", "paid twice"),
                            ("card_dispute", "card dispute"),
                        ],
                        max_length=12,
                    ),
                ),
                ("source_id", models.UUIDField()),
                ("status_before", models.CharField(max_length=10)),
                ("placed_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True, max_length=2000)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", models.TextField(blank=True, max_length=2000)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "split",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="billing.paymentsplit",
                    ),
                ),
            ],
            options={
                "db_table": "holds",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("split", "cause", "source_id"),
                        name="hold_once_a_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cause__in", ["flag", "cancellation", "duplicate", "card_dispute"])
                        ),
                        name="hold_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status_before__in", ["held", "releasable"])),
                        name="hold_status_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_by", None), ("lifted_at__isnull", False), _connector="OR"
                        ),
                        name="hold_lifted_by",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'a hold is not edited, only lifted'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        condition="(OLD.split_id, OLD.cause, OLD.source_id, OLD.status_before, OLD.placed_at, OLD.placed_by_id) IS DISTINCT FROM (NEW.split_id, NEW.cause, NEW.source_id, NEW.status_before, NEW.placed_at, NEW.placed_by_id)",
                        name="hold_not_edited",
                        on="BEFORE UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'a hold that was lifted stays lifted'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        condition="(OLD.lifted_at, OLD.lifted_by_id) IS DISTINCT FROM (NEW.lifted_at, NEW.lifted_by_id) AND OLD.lifted_at IS NOT NULL",
                        name="hold_lifted_once",
                        on="BEFORE UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="hold_not_deleted",
                        on="BEFORE DELETE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="SELECT status INTO stands FROM payment_splits WHERE id = asked;\nis_held := EXISTS (SELECT FROM holds WHERE split_id = asked AND lifted_at IS NULL);\nIF (stands = 'frozen') <> is_held THEN\n    RAISE EXCEPTION 'split % is %, but a hold stands on it: %', asked, stands, is_held\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;",
                        declare="asked uuid := NEW.split_id; stands text; is_held boolean;",
                        is_deferred=True,
                        name="hold_freezes",
                        on="AFTER INSERT OR UPDATE OF lifted_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payout",
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
                ("amount_cents", models.PositiveIntegerField()),
                ("currency", models.CharField(default="usd", max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("processing", "Processing"),
                            ("paid", "Paid"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                (
                    "stripe_transfer_id",
                    models.CharField(blank=True, max_length=255, null=True, unique=True),
                ),
                ("reversed_cents", models.PositiveIntegerField(default=0)),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("failure_reason", models.TextField(blank=True, max_length=2000)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "payouts",
                "indexes": [
                    models.Index(fields=["recipient", "-created_at"], name="payout_recipient"),
                    models.Index(
                        condition=models.Q(("status__in", ["pending", "processing"])),
                        fields=["created_at", "id"],
                        name="payout_open_oldest",
                    ),
                    models.Index(
                        condition=models.Q(("status", "paid")),
                        fields=["recipient"],
                        include=("amount_cents", "reversed_cents"),
                        name="payout_paid_of",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["pending", "processing"])),
                        fields=["recipient"],
                        include=("amount_cents",),
                        name="payout_open_of",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["pending", "processing"])),
                        fields=("recipient",),
                        name="payout_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="payout_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("recipient")), _negated=True),
                            _connector="OR",
                        ),
                        name="payout_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "paid"), _negated=True),
                            models.Q(
                                ("paid_at__isnull", False), ("stripe_transfer_id__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="payout_paid_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "processing", "paid", "failed", "cancelled"])
                        ),
                        name="payout_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reversed_cents__lte", models.F("amount_cents"))),
                        name="payout_reversed_at_most_all",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'a payout does not go from % to %', OLD.status, NEW.status\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        condition="OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('failed', 'pending'), ('pending', 'cancelled'), ('pending', 'processing'), ('processing', 'failed'), ('processing', 'paid'))",
                        name="payout_transitions",
                        on="BEFORE UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'a payout is not edited'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        condition="(OLD.recipient_id, OLD.currency) IS DISTINCT FROM (NEW.recipient_id, NEW.currency)",
                        name="payout_not_edited",
                        on="BEFORE UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'a payout is not edited'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        condition="NEW.amount_cents <> OLD.amount_cents AND OLD.status <> 'failed'",
                        name="payout_amount_not_edited",
                        on="BEFORE UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="payout_not_deleted",
                        on="BEFORE DELETE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;",
                        declare="asked uuid[] := ARRAY[NEW.id];\npayout payouts%ROWTYPE;\nbehind bigint;",
                        is_deferred=True,
                        name="payout_adds_up",
                        on="AFTER INSERT OR UPDATE OF amount_cents, status",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="paymentsplit",
            name="payout",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="splits",
                to="billing.payout",
            ),
        ),
        migrations.CreateModel(
            name="PayoutAccount",
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
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("missing", models.JSONField(blank=True, default=list)),
                ("disabled_reason", models.CharField(blank=True, max_length=200)),
                ("synced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "payout_accounts",
            },
        ),
        migrations.AddField(
            model_name="paymentsplit",
            name="refund",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="splits",
                to="billing.refund",
            ),
        ),
        migrations.CreateModel(
            name="BalanceAdjustment",
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
                ("amount_cents", models.IntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("clawback", "Clawback"),
                            ("chargeback", "Chargeback"),
                            ("correction", "Correction"),
                            ("bonus", "Bonus"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=2000)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.session",
                    ),
                ),
                (
                    "split",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.paymentsplit",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="billing.payout",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.refund",
                    ),
                ),
            ],
            options={
                "db_table": "balance_adjustments",
                "indexes": [
                    models.Index(
                        condition=models.Q(("payout__isnull", True)),
                        fields=["recipient"],
                        name="adjustment_open_by_recipient",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents", 0), _negated=True),
                        name="adjustment_not_zero",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'an adjustment is not edited, only bound to a payout'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        condition="(to_jsonb(NEW) - 'payout_id' - 'updated_at') IS DISTINCT FROM (to_jsonb(OLD) - 'payout_id' - 'updated_at')",
                        name="adjustment_not_edited",
                        on="BEFORE UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="adjustment_not_deleted",
                        on="BEFORE DELETE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;",
                        condition="OLD.payout_id IS DISTINCT FROM NEW.payout_id",
                        declare="asked uuid[] := ARRAY[OLD.payout_id, NEW.payout_id];\npayout payouts%ROWTYPE;\nbehind bigint;",
                        is_deferred=True,
                        name="payout_adjustments_add_up",
                        on="AFTER UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;",
                        condition="NEW.payout_id IS NOT NULL",
                        declare="asked uuid[] := ARRAY[NEW.payout_id];\npayout payouts%ROWTYPE;\nbehind bigint;",
                        is_deferred=True,
                        name="payout_new_adjustments_add_up",
                        on="AFTER INSERT",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundRequest",
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
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "policy",
                    models.CharField(
                        choices=[
                            ("full", "Full"),
                            ("guarantee", "Guarantee"),
                            ("pro_rata", "Pro Rata"),
                            ("admin", "Admin"),
                            ("duplicate", "Duplicate"),
                        ],
                        max_length=10,
                    ),
                ),
                ("policy_cents", models.PositiveIntegerField()),
                ("approved_cents", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("approved", "Approved"),
                            ("processing", "Processing"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                ("auto_approve_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrollment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="learning.enrollment",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "refund_requests",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["pending", "approved", "processing"])),
                        fields=["auto_approve_at"],
                        name="refund_request_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_cents__isnull", True),
                            ("approved_cents__gte", models.F("policy_cents")),
                            _connector="OR",
                        ),
                        name="refund_request_at_least_policy",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="refund_request_not_deleted",
                        on="BEFORE DELETE",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="refund",
            name="request",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="billing.refundrequest",
            ),
        ),
        migrations.CreateModel(
            name="SplitEvent",
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
                ("from_status", models.CharField(blank=True, max_length=10)),
                ("to_status", models.CharField(max_length=10)),
                ("event_id", models.CharField(blank=True, max_length=255)),
                ("reason", models.TextField(blank=True, max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "split",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="billing.paymentsplit",
                    ),
                ),
            ],
            options={
                "db_table": "split_events",
                "constraints": [
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="split_events_append_only",
                        on="BEFORE UPDATE OR DELETE",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transaction",
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
                ("kind", models.CharField(default="course", max_length=8)),
                ("amount_cents", models.PositiveIntegerField()),
                ("currency", models.CharField(default="usd", max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("paid", "Paid"),
                            ("partially_refunded", "Partially Refunded"),
                            ("refunded", "Refunded"),
                            ("disputed", "Disputed"),
                            ("dispute_lost", "Dispute Lost"),
                        ],
                        default="paid",
                        max_length=20,
                    ),
                ),
                (
                    "stripe_payment_intent_id",
                    models.CharField(blank=True, max_length=255, null=True, unique=True),
                ),
                (
                    "stripe_charge_id",
                    models.CharField(blank=True, max_length=255, null=True, unique=True),
                ),
                ("fee_cents", models.PositiveIntegerField(blank=True, null=True)),
                ("refunded_cents", models.PositiveIntegerField(default=0)),
                ("paid_at", models.DateTimeField()),
                (
                    "checkout",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transaction",
                        to="billing.checkoutsession",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.course",
                    ),
                ),
                (
                    "enrollment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="learning.enrollment",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "transactions",
                "indexes": [
                    models.Index(fields=["paid_at"], name="transaction_paid_at"),
                    models.Index(fields=["course", "paid_at"], name="transaction_course_paid_at"),
                    models.Index(fields=["enrollment"], name="transaction_enrollment"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="transaction_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refunded_cents__lte", models.F("amount_cents"))),
                        name="transaction_refunded_at_most_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "refunded"), _negated=True),
                            ("refunded_cents", models.F("amount_cents")),
                            _connector="OR",
                        ),
                        name="transaction_refunded_is_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "paid",
                                    "partially_refunded",
                                    "refunded",
                                    "disputed",
                                    "dispute_lost",
                                ],
                            )
                        ),
                        name="transaction_status",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'a payment does not go from % to %', OLD.status, NEW.status\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        condition="OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('disputed', 'dispute_lost'), ('disputed', 'paid'), ('disputed', 'partially_refunded'), ('disputed', 'refunded'), ('paid', 'dispute_lost'), ('paid', 'disputed'), ('paid', 'partially_refunded'), ('paid', 'refunded'), ('partially_refunded', 'dispute_lost'), ('partially_refunded', 'disputed'), ('partially_refunded', 'refunded'), ('refunded', 'dispute_lost'), ('refunded', 'disputed'))",
                        name="transaction_transitions",
                        on="BEFORE UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'a payment is not edited'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        condition="(OLD.amount_cents, OLD.currency, OLD.payer_id, OLD.student_id, OLD.course_id, OLD.checkout_id) IS DISTINCT FROM (NEW.amount_cents, NEW.currency, NEW.payer_id, NEW.student_id, NEW.course_id, NEW.checkout_id)",
                        name="transaction_not_edited",
                        on="BEFORE UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="transaction_not_deleted",
                        on="BEFORE DELETE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="SELECT amount_cents INTO paid FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO divided\n    FROM payment_splits WHERE transaction_id = payment;\nIF paid IS DISTINCT FROM divided THEN\n    RAISE EXCEPTION 'splits of payment % add up to %, paid were %',\n        payment, divided, paid\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;",
                        declare="payment uuid := NEW.id; paid bigint; divided bigint;",
                        is_deferred=True,
                        name="transaction_is_split",
                        on="AFTER INSERT",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="SELECT refunded_cents INTO noted FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO booked\n    FROM refunds WHERE transaction_id = payment;\nIF noted IS DISTINCT FROM booked THEN\n    RAISE EXCEPTION 'refunds of payment % add up to %, noted are %',\n        payment, booked, noted\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;",
                        condition="OLD.refunded_cents IS DISTINCT FROM NEW.refunded_cents",
                        declare="payment uuid := NEW.id; noted bigint; booked bigint;",
                        is_deferred=True,
                        name="transaction_refunds_add_up",
                        on="AFTER UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="SELECT refunded_cents INTO noted FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO booked\n    FROM refunds WHERE transaction_id = payment;\nIF noted IS DISTINCT FROM booked THEN\n    RAISE EXCEPTION 'refunds of payment % add up to %, noted are %',\n        payment, booked, noted\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;",
                        condition="NEW.refunded_cents <> 0",
                        declare="payment uuid := NEW.id; noted bigint; booked bigint;",
                        is_deferred=True,
                        name="transaction_new_refunds_add_up",
                        on="AFTER INSERT",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="refundrequest",
            name="transaction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refund_requests",
                to="billing.transaction",
            ),
        ),
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
            options={
                "db_table": "refund_replacements",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)),
                        name="refund_replacement_positive",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="refund_replacements_append_only",
                        on="BEFORE UPDATE OR DELETE",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundFailure",
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
                ("failed_at", models.DateTimeField()),
                (
                    "transaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_failures",
                        to="billing.transaction",
                    ),
                ),
            ],
            options={
                "db_table": "refund_failures",
                "indexes": [models.Index(fields=["failed_at"], name="refund_failure_failed")],
                "constraints": [
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="refund_failure_not_deleted",
                        on="BEFORE DELETE",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="refund",
            name="transaction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="billing.transaction",
            ),
        ),
        migrations.AddField(
            model_name="paymentsplit",
            name="transaction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="splits",
                to="billing.transaction",
            ),
        ),
        migrations.CreateModel(
            name="CardDispute",
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
                ("stripe_dispute_id", models.CharField(max_length=255, unique=True)),
                ("amount_cents", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, max_length=100)),
                ("status", models.CharField(max_length=40)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "transaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="billing.transaction",
                    ),
                ),
            ],
            options={
                "db_table": "card_disputes",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["opened_at"],
                        name="card_dispute_open",
                    ),
                    models.Index(fields=["opened_at"], name="card_dispute_opened"),
                    models.Index(fields=["status"], name="card_dispute_status"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="card_dispute_positive"
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="card_dispute_not_deleted",
                        on="BEFORE DELETE",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferReversal",
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
                ("amount_cents", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("refused", "Refused")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "stripe_reversal_id",
                    models.CharField(blank=True, max_length=255, null=True, unique=True),
                ),
                ("error", models.TextField(blank=True, max_length=2000)),
                (
                    "clawback",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="billing.balanceadjustment",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="billing.payout",
                    ),
                ),
            ],
            options={
                "db_table": "transfer_reversals",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["created_at"],
                        name="reversal_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="reversal_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "done"), _negated=True),
                            ("stripe_reversal_id__isnull", False),
                            _connector="OR",
                        ),
                        name="reversal_done_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "done", "refused"])),
                        name="reversal_status",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="reversal_not_deleted",
                        on="BEFORE DELETE",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="refundrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["pending", "approved", "processing"])),
                fields=("transaction",),
                name="refund_request_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=peerloop.kit.triggers.Trigger(
                body="SELECT refunded_cents INTO noted FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO booked\n    FROM refunds WHERE transaction_id = payment;\nIF noted IS DISTINCT FROM booked THEN\n    RAISE EXCEPTION 'refunds of payment % add up to %, noted are %',\n        payment, booked, noted\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;",
                declare="payment uuid := NEW.transaction_id; noted bigint; booked bigint;",
                is_deferred=True,
                name="refunds_add_up",
                on="AFTER INSERT",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentsplit",
            constraint=models.UniqueConstraint(
                fields=("transaction", "part_no", "share"), name="split_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentsplit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["queued", "paid"]), _negated=True),
                    ("payout__isnull", False),
                    _connector="OR",
                ),
                name="split_queued_needs_payout",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentsplit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "held",
                            "frozen",
                            "releasable",
                            "queued",
                            "paid",
                            "retained",
                            "refunded",
                            "reversed",
                        ],
                    )
                ),
                name="split_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentsplit",
            constraint=peerloop.kit.triggers.Trigger(
                body="RAISE EXCEPTION 'a split does not go from % to %', OLD.status, NEW.status\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                condition="OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('frozen', 'held'), ('frozen', 'refunded'), ('frozen', 'releasable'), ('held', 'frozen'), ('held', 'refunded'), ('held', 'releasable'), ('held', 'retained'), ('paid', 'reversed'), ('queued', 'paid'), ('queued', 'releasable'), ('releasable', 'frozen'), ('releasable', 'queued'), ('releasable', 'refunded'), ('releasable', 'retained'), ('retained', 'reversed'))",
                name="split_transitions",
                on="BEFORE UPDATE",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentsplit",
            constraint=peerloop.kit.triggers.Trigger(
                body="RAISE EXCEPTION 'a split is not edited: only its status and its recipient change'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                condition="(OLD.transaction_id, OLD.part_no, OLD.share, OLD.amount_cents, OLD.percent) IS DISTINCT FROM (NEW.transaction_id, NEW.part_no, NEW.share, NEW.amount_cents, NEW.percent)",
                name="split_not_edited",
                on="BEFORE UPDATE",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentsplit",
            constraint=peerloop.kit.triggers.Trigger(
                body="SELECT amount_cents INTO paid FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO divided\n    FROM payment_splits WHERE transaction_id = payment;\nIF paid IS DISTINCT FROM divided THEN\n    RAISE EXCEPTION 'splits of payment % add up to %, paid were %',\n        payment, divided, paid\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;",
                declare="payment uuid := NEW.transaction_id; paid bigint; divided bigint;",
                is_deferred=True,
                name="splits_add_up",
                on="AFTER INSERT",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentsplit",
            constraint=peerloop.kit.triggers.Trigger(
                body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;",
                condition="OLD.payout_id IS DISTINCT FROM NEW.payout_id",
                declare="asked uuid[] := ARRAY[OLD.payout_id, NEW.payout_id];\npayout payouts%ROWTYPE;\nbehind bigint;",
                is_deferred=True,
                name="payout_splits_add_up",
                on="AFTER UPDATE",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentsplit",
            constraint=peerloop.kit.triggers.Trigger(
                body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;",
                condition="NEW.payout_id IS NOT NULL",
                declare="asked uuid[] := ARRAY[NEW.payout_id];\npayout payouts%ROWTYPE;\nbehind bigint;",
                is_deferred=True,
                name="payout_new_splits_add_up",
                on="AFTER INSERT",
            ),
        ),
    ]
