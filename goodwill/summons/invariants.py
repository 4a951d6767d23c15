"""What must be true of calls for help."""

from peerloop.kit.invariants import Invariant

POINTS = """
WITH given AS (
    SELECT cause, points FROM goodwill_transactions
    WHERE reason = 'summon_help' AND type = 'earned'
), wanted AS (
    SELECT 'summons:' || id AS cause, points_awarded AS points FROM help_summons
    WHERE points_awarded > 0
)
SELECT coalesce(w.cause, g.cause), coalesce(w.points, 0), coalesce(g.points, 0)
FROM wanted w FULL JOIN given g USING (cause)
WHERE w.points IS DISTINCT FROM g.points
"""

INVARIANTS = (Invariant("I6", "points of a call for help stand in the ledger", POINTS),)
