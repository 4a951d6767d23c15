"""The database keeps the books too: sums, moves, nothing edited, nothing deleted.

data-model.md #3 (rule SPLIT-7), moves of rule ESC-3, MON-1. Errors come as check violations, so that
Django raises IntegrityError as for any other constraint.
"""

from django.db import migrations

SPLITS_ADD_UP = """
CREATE FUNCTION billing_splits_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment uuid;
    paid bigint;
    divided bigint;
BEGIN
    IF TG_TABLE_NAME = 'transactions' THEN
        payment := NEW.id;
    ELSE
        payment := NEW.transaction_id;
    END IF;
    SELECT amount_cents INTO paid FROM transactions WHERE id = payment;
    SELECT coalesce(sum(amount_cents), 0) INTO divided
        FROM payment_splits WHERE transaction_id = payment;
    IF paid IS DISTINCT FROM divided THEN
        RAISE EXCEPTION 'splits of payment % add up to %, paid were %', payment, divided, paid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'splits_add_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER splits_add_up AFTER INSERT ON payment_splits
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_splits_add_up();
CREATE CONSTRAINT TRIGGER transaction_is_split AFTER INSERT ON transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_splits_add_up();
"""
SPLITS_ADD_UP_BACK = """
DROP TRIGGER transaction_is_split ON transactions;
DROP TRIGGER splits_add_up ON payment_splits;
DROP FUNCTION billing_splits_add_up();
"""

SPLIT_MOVES = """
CREATE FUNCTION billing_split_may_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.transaction_id, NEW.part_no, NEW.share, NEW.amount_cents, NEW.percent)
        IS DISTINCT FROM (OLD.transaction_id, OLD.part_no, OLD.share, OLD.amount_cents, OLD.percent)
    THEN
        RAISE EXCEPTION 'a split is not edited, only moved'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'split_not_edited';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('held', 'releasable'), ('held', 'retained'), ('held', 'frozen'), ('held', 'refunded'),
        ('releasable', 'queued'), ('releasable', 'retained'), ('releasable', 'frozen'),
        ('releasable', 'refunded'),
        ('queued', 'paid'), ('queued', 'releasable'),
        ('frozen', 'held'), ('frozen', 'releasable'), ('frozen', 'refunded'),
        ('paid', 'reversed'), ('retained', 'reversed')
    ) THEN
        RAISE EXCEPTION 'a split does not move from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'split_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER split_may_move BEFORE UPDATE ON payment_splits
    FOR EACH ROW EXECUTE FUNCTION billing_split_may_move();
"""
SPLIT_MOVES_BACK = """
DROP TRIGGER split_may_move ON payment_splits;
DROP FUNCTION billing_split_may_move();
"""

PAYMENT_STANDS = """
CREATE FUNCTION billing_payment_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.amount_cents, NEW.currency, NEW.payer_id, NEW.student_id, NEW.course_id, NEW.checkout_id)
        IS DISTINCT FROM
        (OLD.amount_cents, OLD.currency, OLD.payer_id, OLD.student_id, OLD.course_id, OLD.checkout_id)
    THEN
        RAISE EXCEPTION 'a payment is not edited'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transaction_not_edited';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transaction_stands BEFORE UPDATE ON transactions
    FOR EACH ROW EXECUTE FUNCTION billing_payment_stands();
"""
PAYMENT_STANDS_BACK = """
DROP TRIGGER transaction_stands ON transactions;
DROP FUNCTION billing_payment_stands();
"""

NOTHING_VANISHES = """
CREATE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
END $$;
CREATE TRIGGER split_events_append_only BEFORE UPDATE OR DELETE ON split_events
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER payment_splits_stay BEFORE DELETE ON payment_splits
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER transactions_stay BEFORE DELETE ON transactions
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
"""
NOTHING_VANISHES_BACK = """
DROP TRIGGER transactions_stay ON transactions;
DROP TRIGGER payment_splits_stay ON payment_splits;
DROP TRIGGER split_events_append_only ON split_events;
DROP FUNCTION billing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL(SPLITS_ADD_UP, SPLITS_ADD_UP_BACK),
        migrations.RunSQL(SPLIT_MOVES, SPLIT_MOVES_BACK),
        migrations.RunSQL(PAYMENT_STANDS, PAYMENT_STANDS_BACK),
        migrations.RunSQL(NOTHING_VANISHES, NOTHING_VANISHES_BACK),
    ]
