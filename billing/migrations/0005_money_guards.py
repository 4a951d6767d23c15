"""The database keeps payouts and refunds too: their sums, their moves, nothing edited or deleted.

data-model.md (payouts, refunds, balance_adjustments), rules OUT-4 and REF-7, MON-1. Sums are looked
at when the transaction commits, so that a row and what it adds up may come in any order. Errors come
as check violations, so that Django raises IntegrityError as for any other constraint.
"""

from django.db import migrations

PAYOUTS_ADD_UP = """
CREATE FUNCTION billing_check_payout(asked uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    payout payouts%ROWTYPE;
    behind bigint;
BEGIN
    SELECT * INTO payout FROM payouts WHERE id = asked;
    IF NOT FOUND OR payout.status IN ('failed', 'cancelled') THEN
        RETURN;
    END IF;
    SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits WHERE payout_id = asked), 0)
         + coalesce((SELECT sum(amount_cents) FROM balance_adjustments WHERE payout_id = asked), 0)
        INTO behind;
    IF behind <> payout.amount_cents THEN
        RAISE EXCEPTION 'payout % is %, its rows add up to %', asked, payout.amount_cents, behind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_adds_up';
    END IF;
END $$;
CREATE FUNCTION billing_payout_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_check_payout(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION billing_payout_rows_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.payout_id IS NOT NULL THEN
        PERFORM billing_check_payout(OLD.payout_id);
    END IF;
    IF NEW.payout_id IS NOT NULL THEN
        PERFORM billing_check_payout(NEW.payout_id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payout_adds_up AFTER INSERT OR UPDATE OF amount_cents, status ON payouts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_payout_adds_up();
CREATE CONSTRAINT TRIGGER payout_splits_add_up AFTER UPDATE ON payment_splits
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.payout_id IS DISTINCT FROM NEW.payout_id)
    EXECUTE FUNCTION billing_payout_rows_add_up();
CREATE CONSTRAINT TRIGGER payout_new_splits_add_up AFTER INSERT ON payment_splits
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.payout_id IS NOT NULL) EXECUTE FUNCTION billing_payout_rows_add_up();
CREATE CONSTRAINT TRIGGER payout_adjustments_add_up AFTER UPDATE ON balance_adjustments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.payout_id IS DISTINCT FROM NEW.payout_id)
    EXECUTE FUNCTION billing_payout_rows_add_up();
CREATE CONSTRAINT TRIGGER payout_new_adjustments_add_up AFTER INSERT ON balance_adjustments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.payout_id IS NOT NULL) EXECUTE FUNCTION billing_payout_rows_add_up();
"""
PAYOUTS_ADD_UP_BACK = """
DROP TRIGGER payout_new_adjustments_add_up ON balance_adjustments;
DROP TRIGGER payout_adjustments_add_up ON balance_adjustments;
DROP TRIGGER payout_new_splits_add_up ON payment_splits;
DROP TRIGGER payout_splits_add_up ON payment_splits;
DROP TRIGGER payout_adds_up ON payouts;
DROP FUNCTION billing_payout_rows_add_up();
DROP FUNCTION billing_payout_adds_up();
DROP FUNCTION billing_check_payout(uuid);
"""

PAYOUT_MOVES = """
CREATE FUNCTION billing_payout_may_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.recipient_id, NEW.currency) IS DISTINCT FROM (OLD.recipient_id, OLD.currency)
        OR (NEW.amount_cents <> OLD.amount_cents AND OLD.status <> 'failed')
    THEN
        RAISE EXCEPTION 'a payout is not edited'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_not_edited';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('pending', 'processing'), ('pending', 'cancelled'),
        ('processing', 'paid'), ('processing', 'failed'), ('failed', 'pending')
    ) THEN
        RAISE EXCEPTION 'a payout does not move from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payout_may_move BEFORE UPDATE ON payouts
    FOR EACH ROW EXECUTE FUNCTION billing_payout_may_move();
"""
PAYOUT_MOVES_BACK = """
DROP TRIGGER payout_may_move ON payouts;
DROP FUNCTION billing_payout_may_move();
"""

REFUNDS_ADD_UP = """
CREATE FUNCTION billing_refunds_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment uuid;
    noted bigint;
    booked bigint;
BEGIN
    IF TG_TABLE_NAME = 'transactions' THEN
        payment := NEW.id;
    ELSE
        payment := NEW.transaction_id;
    END IF;
    SELECT refunded_cents INTO noted FROM transactions WHERE id = payment;
    SELECT coalesce(sum(amount_cents), 0) INTO booked FROM refunds WHERE transaction_id = payment;
    IF noted IS DISTINCT FROM booked THEN
        RAISE EXCEPTION 'refunds of payment % add up to %, noted are %', payment, booked, noted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_add_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refunds_add_up AFTER INSERT ON refunds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_refunds_add_up();
CREATE CONSTRAINT TRIGGER transaction_refunds_add_up AFTER UPDATE ON transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.refunded_cents IS DISTINCT FROM NEW.refunded_cents)
    EXECUTE FUNCTION billing_refunds_add_up();
CREATE CONSTRAINT TRIGGER transaction_new_refunds_add_up AFTER INSERT ON transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.refunded_cents <> 0) EXECUTE FUNCTION billing_refunds_add_up();
"""
REFUNDS_ADD_UP_BACK = """
DROP TRIGGER transaction_new_refunds_add_up ON transactions;
DROP TRIGGER transaction_refunds_add_up ON transactions;
DROP TRIGGER refunds_add_up ON refunds;
DROP FUNCTION billing_refunds_add_up();
"""

NOTHING_VANISHES = """
CREATE FUNCTION billing_adjustment_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'payout_id' - 'updated_at') IS DISTINCT FROM
       (to_jsonb(OLD) - 'payout_id' - 'updated_at')
    THEN
        RAISE EXCEPTION 'an adjustment is not edited, only bound to a payout'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_not_edited';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER balance_adjustment_stands BEFORE UPDATE ON balance_adjustments
    FOR EACH ROW EXECUTE FUNCTION billing_adjustment_stands();
CREATE TRIGGER refunds_append_only BEFORE UPDATE OR DELETE ON refunds
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER balance_adjustments_stay BEFORE DELETE ON balance_adjustments
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER payouts_stay BEFORE DELETE ON payouts
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER transfer_reversals_stay BEFORE DELETE ON transfer_reversals
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER refund_requests_stay BEFORE DELETE ON refund_requests
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER refund_failures_stay BEFORE DELETE ON refund_failures
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER card_disputes_stay BEFORE DELETE ON card_disputes
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
"""
NOTHING_VANISHES_BACK = """
DROP TRIGGER card_disputes_stay ON card_disputes;
DROP TRIGGER refund_failures_stay ON refund_failures;
DROP TRIGGER refund_requests_stay ON refund_requests;
DROP TRIGGER transfer_reversals_stay ON transfer_reversals;
DROP TRIGGER payouts_stay ON payouts;
DROP TRIGGER balance_adjustments_stay ON balance_adjustments;
DROP TRIGGER refunds_append_only ON refunds;
DROP TRIGGER balance_adjustment_stands ON balance_adjustments;
DROP FUNCTION billing_adjustment_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_reversals_and_failed_refunds")]

    operations = [
        migrations.RunSQL(PAYOUTS_ADD_UP, PAYOUTS_ADD_UP_BACK),
        migrations.RunSQL(PAYOUT_MOVES, PAYOUT_MOVES_BACK),
        migrations.RunSQL(REFUNDS_ADD_UP, REFUNDS_ADD_UP_BACK),
        migrations.RunSQL(NOTHING_VANISHES, NOTHING_VANISHES_BACK),
    ]
