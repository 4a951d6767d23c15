"""What must hold of goodwill: sums, days and pairs are those of the ledger (data-model.md, I6)."""

from goodwill.models import FROM_PEOPLE
from peerloop.kit.invariants import Invariant
from peerloop.kit.statements import statement

GIVEN = ", ".join(f"'{reason.value}'" for reason in FROM_PEOPLE)
SUMS = """
WITH counted AS (
    SELECT user_id,
        sum(points) FILTER (WHERE type = 'earned') AS earned,
        sum(points) FILTER (WHERE type = 'spent') AS spent,
        count(*) FILTER (WHERE reason = 'summon_help') AS summons,
        count(*) FILTER (WHERE reason = 'question_answer') AS questions,
        count(*) FILTER (WHERE reason = 'referral') AS referrals
    FROM goodwill_transactions GROUP BY user_id
), both_sides AS (
    SELECT coalesce(g.user_id, c.user_id) AS user_id,
        row(coalesce(c.earned, 0), coalesce(c.spent, 0), coalesce(c.summons, 0),
            coalesce(c.questions, 0), coalesce(c.referrals, 0))::text AS wanted,
        row(g.total_earned, g.spent, g.summons_helped, g.questions_answered, g.referrals)::text
            AS kept
    FROM counted c FULL JOIN user_goodwill g ON g.user_id = c.user_id
)
SELECT user_id, wanted, kept FROM both_sides WHERE wanted IS DISTINCT FROM kept
"""
BELOW_ZERO = """
SELECT user_id, 'at least 0', balance FROM user_goodwill
WHERE balance < 0 OR spent < 0 OR total_earned < 0
"""
DAYS = statement(
    """
WITH moved AS (
    SELECT user_id, on_date AS day, points AS earned, 0 AS given, 0 AS free,
        CASE WHEN reason IN ({given}) THEN points ELSE 0 END AS received
    FROM goodwill_transactions WHERE type = 'earned' AND reason <> 'correction'
    UNION ALL
    SELECT counterparty_id, given_on, 0, points, CASE WHEN free_allowance THEN points ELSE 0 END, 0
    FROM goodwill_transactions WHERE reason IN ({given})
), counted AS (
    SELECT user_id, day, sum(given) AS given, sum(received) AS received, sum(earned) AS earned,
        sum(free) AS free_used
    FROM moved GROUP BY user_id, day
)
SELECT coalesce(c.user_id, d.user_id) || ' ' || coalesce(c.day, d.day),
    row(c.given, c.received, c.earned, c.free_used)::text,
    row(d.given, d.received, d.earned, d.free_used)::text
FROM counted c FULL JOIN goodwill_days d ON d.user_id = c.user_id AND d.day = c.day
WHERE row(c.given, c.received, c.earned, c.free_used)::text
    IS DISTINCT FROM row(d.given, d.received, d.earned, d.free_used)::text
""",
    given=GIVEN,
)
PAIRS = statement(
    """
WITH counted AS (
    SELECT counterparty_id AS giver_id, user_id AS receiver_id, sum(points) AS points,
        count(*) AS awards
    FROM goodwill_transactions WHERE reason IN ({given}) GROUP BY counterparty_id, user_id
), wanted AS (
    SELECT c.*, least(c.points, coalesce(back.points, 0)) AS mutual
    FROM counted c LEFT JOIN counted back
        ON back.giver_id = c.receiver_id AND back.receiver_id = c.giver_id
)
SELECT coalesce(w.giver_id, p.giver_id) || ' ' || coalesce(w.receiver_id, p.receiver_id),
    row(w.points, w.awards, w.mutual)::text, row(p.points, p.awards, p.mutual)::text
FROM wanted w FULL JOIN goodwill_pairs p
    ON p.giver_id = w.giver_id AND p.receiver_id = w.receiver_id
WHERE row(w.points, w.awards, w.mutual)::text
    IS DISTINCT FROM row(p.points, p.awards, p.mutual)::text
""",
    given=GIVEN,
)
GIFTS = """
SELECT cause, coalesce(sum(points) FILTER (WHERE type = 'earned' AND NOT free_allowance), 0),
    coalesce(sum(points) FILTER (WHERE type = 'spent'), 0)
FROM goodwill_transactions WHERE reason IN ('question_answer', 'award_given') GROUP BY cause
HAVING coalesce(sum(points) FILTER (WHERE type = 'earned' AND NOT free_allowance), 0)
    <> coalesce(sum(points) FILTER (WHERE type = 'spent'), 0)
"""
INVARIANTS = (
    Invariant("I6", "a member's goodwill is the sum of their ledger", SUMS),
    Invariant("I6", "no balance is below zero", BELOW_ZERO),
    Invariant("I6", "a gift takes from the giver what the other gets", GIFTS),
    Invariant("GW-6", "a day's points are those of the ledger", DAYS),
    Invariant("GW-7", "what a pair gave each other is what the ledger says", PAIRS),
)
