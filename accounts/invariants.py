"""What must hold of members' figures and of the audit log."""

from collections.abc import Iterator

from accounts.audit import chain
from accounts.models import UserStats
from peerloop.kit.invariants import Difference, Invariant, Known, Recount

# A member without the row has nothing to count.
FIGURE = """
WITH counted AS ({counted})
SELECT coalesce(s.user_id, n.user_id), coalesce(n.amount, 0), coalesce(s.{column}, 0)
FROM user_stats s FULL JOIN counted n ON n.user_id = s.user_id
WHERE coalesce(n.amount, 0) <> coalesce(s.{column}, 0)
"""
RECOUNT = """
UPDATE user_stats SET {column} = coalesce((
    SELECT amount FROM ({counted}) AS counted WHERE counted.user_id = user_stats.user_id), 0)
WHERE user_id = %s
"""


def figure_of_members(column: str, counted: str) -> Invariant:
    """A figure of ``user_stats`` that is the ``amount`` of each ``user_id`` in ``counted``."""
    return Invariant(
        "I9",
        f"{column} of a member",
        FIGURE.format(column=column, counted=counted),
        Recount(
            table="user_stats",
            column=column,
            key="user_id",
            make_missing=_make_figures,
            update=RECOUNT.format(column=column, counted=counted),
        ),
    )


def _make_figures(user_id: str) -> None:
    UserStats.objects.get_or_create(user_id=user_id)


def faults_of_the_log(known: Known) -> Iterator[Difference]:
    """Entries of the audit log that were tampered with; ``audit_head`` is a mailed end of it."""
    for fault in chain.faults(known_head=known.get("audit_head")):
        rule = f"audit log, {fault.kind}"
        yield Difference("OPS5", rule, fault.place, fault.expected, fault.found)


INVARIANTS = (
    figure_of_members(
        "follower_count",
        "SELECT followed_id AS user_id, count(*) AS amount FROM follows GROUP BY followed_id",
    ),
    figure_of_members(
        "following_count",
        "SELECT follower_id AS user_id, count(*) AS amount FROM follows GROUP BY follower_id",
    ),
    Invariant("OPS5", "audit log", faults_of_the_log),
)
