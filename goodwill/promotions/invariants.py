"""What must hold of promotions: each was paid for, with as many points (rule FEED-11)."""

from peerloop.kit.invariants import Invariant

PAID = """
WITH paid AS (
    SELECT * FROM goodwill_transactions WHERE reason = 'promotion' AND cause LIKE 'promotion:%'
)
SELECT coalesce(p.id::text, m.cause), row(p.author_id, p.points_spent)::text,
    row(m.user_id, m.points)::text
FROM promoted_posts p FULL JOIN paid m ON m.cause = 'promotion:' || p.id
WHERE p.id IS NULL OR m.id IS NULL OR p.author_id <> m.user_id OR p.points_spent <> m.points
"""
INVARIANTS = (Invariant("FEED-11", "a promotion costs what its author paid", PAID),)
