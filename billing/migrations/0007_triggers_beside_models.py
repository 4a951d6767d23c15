"""Triggers are declared in the models from now on (peerloop/kit/triggers.py): those of 0002, 0005
and 0006 go, the same rules come back under the names of the declarations. New is only that a
payment's status follows its table.
"""

import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations

OLD = """
DROP TRIGGER payout_new_adjustments_add_up ON balance_adjustments;
DROP TRIGGER payout_adjustments_add_up ON balance_adjustments;
DROP TRIGGER payout_new_splits_add_up ON payment_splits;
DROP TRIGGER payout_splits_add_up ON payment_splits;
DROP TRIGGER payout_adds_up ON payouts;
DROP TRIGGER payout_may_move ON payouts;
DROP TRIGGER transaction_new_refunds_add_up ON transactions;
DROP TRIGGER transaction_refunds_add_up ON transactions;
DROP TRIGGER refunds_add_up ON refunds;
DROP TRIGGER card_disputes_stay ON card_disputes;
DROP TRIGGER refund_failures_stay ON refund_failures;
DROP TRIGGER refund_requests_stay ON refund_requests;
DROP TRIGGER transfer_reversals_stay ON transfer_reversals;
DROP TRIGGER payouts_stay ON payouts;
DROP TRIGGER balance_adjustments_stay ON balance_adjustments;
DROP TRIGGER refunds_append_only ON refunds;
DROP TRIGGER balance_adjustment_stands ON balance_adjustments;
DROP TRIGGER refund_replacements_append_only ON refund_replacements;
DROP TRIGGER transaction_is_split ON transactions;
DROP TRIGGER splits_add_up ON payment_splits;
DROP TRIGGER split_may_move ON payment_splits;
DROP TRIGGER transaction_stands ON transactions;
DROP TRIGGER transactions_stay ON transactions;
DROP TRIGGER payment_splits_stay ON payment_splits;
DROP TRIGGER split_events_append_only ON split_events;
DROP FUNCTION billing_payout_rows_add_up();
DROP FUNCTION billing_payout_adds_up();
DROP FUNCTION billing_check_payout(uuid);
DROP FUNCTION billing_payout_may_move();
DROP FUNCTION billing_refunds_add_up();
DROP FUNCTION billing_adjustment_stands();
DROP FUNCTION billing_splits_add_up();
DROP FUNCTION billing_split_may_move();
DROP FUNCTION billing_payment_stands();
DROP FUNCTION billing_refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_refund_replacements'),
        ('catalog', '0004_interests'),
        ('learning', '0001_initial'),
        ('scheduling', '0005_rating_reminder'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(OLD, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='balanceadjustment',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'an adjustment is not edited, only bound to a payout'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition="(to_jsonb(NEW) - 'payout_id' - 'updated_at') IS DISTINCT FROM (to_jsonb(OLD) - 'payout_id' - 'updated_at')", name='adjustment_not_edited', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='balanceadjustment',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='adjustment_not_deleted', on='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='balanceadjustment',
            constraint=peerloop.kit.triggers.Trigger(body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;", condition='OLD.payout_id IS DISTINCT FROM NEW.payout_id', declare='asked uuid[] := ARRAY[OLD.payout_id, NEW.payout_id];\npayout payouts%ROWTYPE;\nbehind bigint;', is_deferred=True, name='payout_adjustments_add_up', on='AFTER UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='balanceadjustment',
            constraint=peerloop.kit.triggers.Trigger(body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;", condition='NEW.payout_id IS NOT NULL', declare='asked uuid[] := ARRAY[NEW.payout_id];\npayout payouts%ROWTYPE;\nbehind bigint;', is_deferred=True, name='payout_new_adjustments_add_up', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='carddispute',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='card_dispute_not_deleted', on='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='paymentsplit',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a split does not go from % to %', OLD.status, NEW.status\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition="OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('frozen', 'held'), ('frozen', 'refunded'), ('frozen', 'releasable'), ('held', 'frozen'), ('held', 'refunded'), ('held', 'releasable'), ('held', 'retained'), ('paid', 'reversed'), ('queued', 'paid'), ('queued', 'releasable'), ('releasable', 'frozen'), ('releasable', 'queued'), ('releasable', 'refunded'), ('releasable', 'retained'), ('retained', 'reversed'))", name='split_transitions', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='paymentsplit',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a split is not edited: only its status and its recipient change'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition='(OLD.transaction_id, OLD.part_no, OLD.share, OLD.amount_cents, OLD.percent) IS DISTINCT FROM (NEW.transaction_id, NEW.part_no, NEW.share, NEW.amount_cents, NEW.percent)', name='split_not_edited', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='paymentsplit',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='split_not_deleted', on='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='paymentsplit',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT amount_cents INTO paid FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO divided\n    FROM payment_splits WHERE transaction_id = payment;\nIF paid IS DISTINCT FROM divided THEN\n    RAISE EXCEPTION 'splits of payment % add up to %, paid were %',\n        payment, divided, paid\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;", declare='payment uuid := NEW.transaction_id; paid bigint; divided bigint;', is_deferred=True, name='splits_add_up', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='paymentsplit',
            constraint=peerloop.kit.triggers.Trigger(body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;", condition='OLD.payout_id IS DISTINCT FROM NEW.payout_id', declare='asked uuid[] := ARRAY[OLD.payout_id, NEW.payout_id];\npayout payouts%ROWTYPE;\nbehind bigint;', is_deferred=True, name='payout_splits_add_up', on='AFTER UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='paymentsplit',
            constraint=peerloop.kit.triggers.Trigger(body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;", condition='NEW.payout_id IS NOT NULL', declare='asked uuid[] := ARRAY[NEW.payout_id];\npayout payouts%ROWTYPE;\nbehind bigint;', is_deferred=True, name='payout_new_splits_add_up', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a payout does not go from % to %', OLD.status, NEW.status\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition="OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('failed', 'pending'), ('pending', 'cancelled'), ('pending', 'processing'), ('processing', 'failed'), ('processing', 'paid'))", name='payout_transitions', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a payout is not edited'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition='(OLD.recipient_id, OLD.currency) IS DISTINCT FROM (NEW.recipient_id, NEW.currency)', name='payout_not_edited', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a payout is not edited'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition="NEW.amount_cents <> OLD.amount_cents AND OLD.status <> 'failed'", name='payout_amount_not_edited', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='payout_not_deleted', on='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=peerloop.kit.triggers.Trigger(body="FOR payout IN SELECT * FROM payouts\n    WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')\nLOOP\n    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits\n                     WHERE payout_id = payout.id), 0)\n         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments\n                     WHERE payout_id = payout.id), 0) INTO behind;\n    IF behind <> payout.amount_cents THEN\n        RAISE EXCEPTION 'payout % is %, its rows add up to %',\n            payout.id, payout.amount_cents, behind\n            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\n    END IF;\nEND LOOP;\nRETURN NULL;", declare='asked uuid[] := ARRAY[NEW.id];\npayout payouts%ROWTYPE;\nbehind bigint;', is_deferred=True, name='payout_adds_up', on='AFTER INSERT OR UPDATE OF amount_cents, status'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='refunds_append_only', on='BEFORE UPDATE OR DELETE'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT refunded_cents INTO noted FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO booked\n    FROM refunds WHERE transaction_id = payment;\nIF noted IS DISTINCT FROM booked THEN\n    RAISE EXCEPTION 'refunds of payment % add up to %, noted are %',\n        payment, booked, noted\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;", declare='payment uuid := NEW.transaction_id; noted bigint; booked bigint;', is_deferred=True, name='refunds_add_up', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='refundfailure',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='refund_failure_not_deleted', on='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='refundreplacement',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='refund_replacements_append_only', on='BEFORE UPDATE OR DELETE'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='refund_request_not_deleted', on='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='splitevent',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='split_events_append_only', on='BEFORE UPDATE OR DELETE'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a payment does not go from % to %', OLD.status, NEW.status\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition="OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('disputed', 'dispute_lost'), ('disputed', 'paid'), ('disputed', 'partially_refunded'), ('disputed', 'refunded'), ('paid', 'dispute_lost'), ('paid', 'disputed'), ('paid', 'partially_refunded'), ('paid', 'refunded'), ('partially_refunded', 'dispute_lost'), ('partially_refunded', 'disputed'), ('partially_refunded', 'refunded'), ('refunded', 'dispute_lost'), ('refunded', 'disputed'))", name='transaction_transitions', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'a payment is not edited'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", condition='(OLD.amount_cents, OLD.currency, OLD.payer_id, OLD.student_id, OLD.course_id, OLD.checkout_id) IS DISTINCT FROM (NEW.amount_cents, NEW.currency, NEW.payer_id, NEW.student_id, NEW.course_id, NEW.checkout_id)', name='transaction_not_edited', on='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='transaction_not_deleted', on='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT amount_cents INTO paid FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO divided\n    FROM payment_splits WHERE transaction_id = payment;\nIF paid IS DISTINCT FROM divided THEN\n    RAISE EXCEPTION 'splits of payment % add up to %, paid were %',\n        payment, divided, paid\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;", declare='payment uuid := NEW.id; paid bigint; divided bigint;', is_deferred=True, name='transaction_is_split', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT refunded_cents INTO noted FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO booked\n    FROM refunds WHERE transaction_id = payment;\nIF noted IS DISTINCT FROM booked THEN\n    RAISE EXCEPTION 'refunds of payment % add up to %, noted are %',\n        payment, booked, noted\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;", condition='OLD.refunded_cents IS DISTINCT FROM NEW.refunded_cents', declare='payment uuid := NEW.id; noted bigint; booked bigint;', is_deferred=True, name='transaction_refunds_add_up', on='AFTER UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT refunded_cents INTO noted FROM transactions WHERE id = payment;\nSELECT coalesce(sum(amount_cents), 0) INTO booked\n    FROM refunds WHERE transaction_id = payment;\nIF noted IS DISTINCT FROM booked THEN\n    RAISE EXCEPTION 'refunds of payment % add up to %, noted are %',\n        payment, booked, noted\n        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;\nEND IF;\nRETURN NULL;", condition='NEW.refunded_cents <> 0', declare='payment uuid := NEW.id; noted bigint; booked bigint;', is_deferred=True, name='transaction_new_refunds_add_up', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='transferreversal',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='reversal_not_deleted', on='BEFORE DELETE'),
        ),
    ]
