"""Invariants of moderation."""

from peerloop.kit.invariants import Invariant

HIDDEN = """
SELECT p.id, 'a waiting case', 'none' FROM posts p WHERE p.status = 'hidden' AND NOT EXISTS (
    SELECT 1 FROM moderation_cases c
    WHERE c.target_id = p.id AND c.status = 'pending' AND c.hidden_at IS NOT NULL
)
"""
WAITING = """
SELECT f.id, 'pending', c.status FROM content_flags f JOIN moderation_cases c ON c.id = f.case_id
WHERE f.decision_id IS NULL AND c.status <> 'pending'
"""

INVARIANTS = (
    Invariant("I9", "a hidden post waits for a moderator", HIDDEN),
    Invariant("I9", "a report without a decision belongs to a waiting case", WAITING),
)
