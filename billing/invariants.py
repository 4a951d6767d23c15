"""What must hold of money: the ledger balances (data-model.md, I1 to I3, I5)."""

from collections.abc import Iterator

from billing.actions.money_days import broken_days
from peerloop.kit.invariants import Difference, Invariant, Known

I1_SPLITS = """
SELECT t.id, t.amount_cents, coalesce(sum(s.amount_cents), 0)
FROM transactions t LEFT JOIN payment_splits s ON s.transaction_id = t.id
GROUP BY t.id HAVING t.amount_cents <> coalesce(sum(s.amount_cents), 0)
"""
I1_REFUNDS = """
SELECT t.id, t.refunded_cents,
       coalesce((SELECT sum(s.amount_cents) FROM payment_splits s
                 WHERE s.transaction_id = t.id AND s.status IN ('refunded', 'reversed')), 0)
     - coalesce((SELECT sum(a.amount_cents) FROM balance_adjustments a
                 JOIN refunds r ON r.id = a.refund_id
                 WHERE r.transaction_id = t.id AND a.recipient_id IS NULL), 0) AS booked
FROM transactions t
WHERE t.refunded_cents <>
       coalesce((SELECT sum(s.amount_cents) FROM payment_splits s
                 WHERE s.transaction_id = t.id AND s.status IN ('refunded', 'reversed')), 0)
     - coalesce((SELECT sum(a.amount_cents) FROM balance_adjustments a
                 JOIN refunds r ON r.id = a.refund_id
                 WHERE r.transaction_id = t.id AND a.recipient_id IS NULL), 0)
"""
I1_REFUND_ROWS = """
SELECT t.id, t.refunded_cents, coalesce(sum(r.amount_cents), 0)
FROM transactions t LEFT JOIN refunds r ON r.transaction_id = t.id
GROUP BY t.id HAVING t.refunded_cents <> coalesce(sum(r.amount_cents), 0)
"""
I2_GROSS = """
SELECT 'all', (SELECT coalesce(sum(amount_cents), 0) FROM transactions),
       (SELECT coalesce(sum(amount_cents), 0) FROM payment_splits)
WHERE (SELECT coalesce(sum(amount_cents), 0) FROM transactions)
   <> (SELECT coalesce(sum(amount_cents), 0) FROM payment_splits)
"""
I3_PAYOUTS = """
SELECT p.id, p.amount_cents,
       coalesce((SELECT sum(amount_cents) FROM payment_splits WHERE payout_id = p.id), 0)
     + coalesce((SELECT sum(amount_cents) FROM balance_adjustments WHERE payout_id = p.id), 0)
FROM payouts p
WHERE p.status IN ('pending', 'processing', 'paid') AND p.amount_cents <>
       coalesce((SELECT sum(amount_cents) FROM payment_splits WHERE payout_id = p.id), 0)
     + coalesce((SELECT sum(amount_cents) FROM balance_adjustments WHERE payout_id = p.id), 0)
"""
I3_PAID = """
SELECT s.id, p.status, s.status FROM payment_splits s JOIN payouts p ON p.id = s.payout_id
WHERE p.status = 'paid' AND s.status NOT IN ('paid', 'reversed')
"""
I3_REVERSED = """
SELECT p.id, p.reversed_cents, coalesce(sum(r.amount_cents), 0)
FROM payouts p JOIN transfer_reversals r ON r.payout_id = p.id AND r.status = 'done'
GROUP BY p.id HAVING p.reversed_cents < sum(r.amount_cents)
"""
I3_QUEUED = """
SELECT s.id, 'an open payout', coalesce(p.status, 'none')
FROM payment_splits s LEFT JOIN payouts p ON p.id = s.payout_id
WHERE s.status = 'queued' AND (p.id IS NULL OR p.status NOT IN ('pending', 'processing'))
"""
I5_PARTS = """
SELECT e.id, count(DISTINCT s.part_no) FILTER (WHERE s.delivered_at IS NOT NULL),
       coalesce(max(s.part_no) FILTER (WHERE s.delivered_at IS NOT NULL), 0)
FROM enrollments e JOIN payment_splits s ON s.enrollment_id = e.id
JOIN transactions t ON t.id = s.transaction_id AND t.kind = 'course'
GROUP BY e.id
HAVING count(DISTINCT s.part_no) FILTER (WHERE s.delivered_at IS NOT NULL)
    <> coalesce(max(s.part_no) FILTER (WHERE s.delivered_at IS NOT NULL), 0)
"""
I2_HOLDS = """
SELECT s.id, 'frozen exactly while a hold stands', s.status
FROM payment_splits s
WHERE (s.status = 'frozen') <> EXISTS (
    SELECT FROM holds h WHERE h.split_id = s.id AND h.lifted_at IS NULL)
"""
I5_DELIVERED = """
WITH held AS (
    SELECT enrollment_id, count(*) AS sessions FROM sessions
    WHERE kind = 'course' AND status = 'completed' GROUP BY enrollment_id
), delivered AS (
    SELECT p.enrollment_id, count(DISTINCT p.part_no) FILTER (WHERE p.delivered_at IS NOT NULL)
        AS parts
    FROM payment_splits p JOIN transactions t ON t.id = p.transaction_id AND t.kind = 'course'
    WHERE p.enrollment_id IS NOT NULL GROUP BY p.enrollment_id
)
SELECT d.enrollment_id, coalesce(h.sessions, 0), d.parts
FROM delivered d LEFT JOIN held h USING (enrollment_id)
WHERE coalesce(h.sessions, 0) <> d.parts
"""
I3_RETURNED = """
SELECT s.id, 1, count(e.id) FROM payment_splits s
LEFT JOIN split_events e ON e.split_id = s.id AND e.to_status = 'refunded'
WHERE s.status = 'refunded' GROUP BY s.id HAVING count(e.id) <> 1
"""
I3_CLAWED_BACK = """
SELECT s.id, -s.amount_cents, coalesce(sum(a.amount_cents), 0) FROM payment_splits s
LEFT JOIN balance_adjustments a ON a.split_id = s.id AND a.reason = 'clawback'
WHERE s.status = 'reversed' AND s.recipient_id IS NOT NULL
GROUP BY s.id HAVING coalesce(sum(a.amount_cents), 0) <> -s.amount_cents
"""
I3_FOUR_EYES = """
SELECT c.id, 'another admin first', p.status FROM confirmations c
JOIN payouts p ON c.kind = 'payout' AND p.id = c.subject_id
WHERE c.status = 'waiting' AND p.status IN ('processing', 'paid')
    AND c.amount_cents = p.amount_cents
UNION ALL
SELECT c.id, 'another admin first', r.status FROM confirmations c
JOIN refund_requests r ON c.kind = 'refund' AND r.id = c.subject_id
WHERE c.status = 'waiting' AND r.status IN ('processing', 'done')
    AND r.decided_by_id IS NOT NULL AND c.amount_cents = r.approved_cents
"""
PAPERS_NUMBERED = """
SELECT kind || ' ' || year, max(number), count(*) FROM papers
GROUP BY kind, year HAVING max(number) <> count(*)
"""
PAPERS_AMOUNT = """
SELECT p.id, coalesce(r.amount_cents, t.amount_cents), p.amount_cents
FROM papers p
JOIN transactions t ON t.id = p.transaction_id
LEFT JOIN refunds r ON r.id = p.refund_id
WHERE p.amount_cents <> coalesce(r.amount_cents, t.amount_cents)
"""
LEDGER = (
    Invariant("I1", "splits add up to the payment", I1_SPLITS),
    Invariant("I1", "rows that went back add up to what was refunded", I1_REFUNDS),
    Invariant("I1", "refunds add up to what was refunded", I1_REFUND_ROWS),
    Invariant("I2", "all splits add up to all payments", I2_GROSS),
    Invariant("I2", "a split is frozen exactly while a hold stands on it", I2_HOLDS),
    Invariant("I3", "a payout is its splits and adjustments", I3_PAYOUTS),
    Invariant("I3", "splits of a paid payout are paid", I3_PAID),
    Invariant("I3", "what was taken back of a payout is noted on it", I3_REVERSED),
    Invariant("I3", "a queued split is in an open payout", I3_QUEUED),
    Invariant("I3", "a share that went back says once when it did", I3_RETURNED),
    Invariant("I3", "a share that was taken back is a debt of its recipient", I3_CLAWED_BACK),
    Invariant("I3", "nothing leaves while it waits for another admin", I3_FOUR_EYES),
    Invariant("I5", "delivered parts have no gap", I5_PARTS),
    Invariant("I2", "papers are numbered without gaps", PAPERS_NUMBERED),
    Invariant("I2", "papers say what was paid or went back", PAPERS_AMOUNT),
)


def _broken_seals(known: Known) -> Iterator[Difference]:
    """Days of the ledger whose seal does not hold."""
    for day, why in broken_days():
        yield Difference("I2", "the days of the ledger are sealed", str(day), "sealed", why)


INVARIANTS = (
    *LEDGER,
    Invariant("I2", "the days of the ledger are sealed", _broken_seals),
    Invariant("I5", "delivered parts are the completed course sessions", I5_DELIVERED),
)
