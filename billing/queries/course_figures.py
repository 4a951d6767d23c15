"""Money of one course, for its creator and for those who think of teaching it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from billing.models import Transaction

# So many teachers are looked at, those certified last.
MOST_TEACHERS = 200
# Fewer tell nothing about the next one, and too much about each.
FEWEST = 3
# Who was certified a few days ago had no time to earn.
SETTLED = timedelta(days=60)
NEVER = float("inf")

EARNED_BACK = """
SELECT taught.certified_date, (
    SELECT min(delivered_at) FROM (
        SELECT s.delivered_at, sum(s.amount_cents) OVER (ORDER BY s.delivered_at, s.id) AS so_far
        FROM payment_splits s JOIN transactions t ON t.id = s.transaction_id
        WHERE s.recipient_id = taught.user_id AND t.course_id = %(course)s
            AND s.share = 'teaching' AND s.delivered_at IS NOT NULL
            AND s.status NOT IN ('refunded', 'reversed')
    ) AS earned WHERE so_far >= %(price)s
) FROM (
    SELECT st.user_id, st.certified_date
    FROM student_teachers st JOIN courses c ON c.id = st.course_id
    WHERE st.course_id = %(course)s AND st.user_id <> c.creator_id
        AND st.certified_date <= %(settled)s
    ORDER BY st.id DESC LIMIT %(most)s
) AS taught
"""


class Month(NamedTuple):
    """What was sold of a course in one month, in cents; ``net`` is without what went back."""

    begins: datetime
    sales: int
    gross: int
    net: int


@dataclass(frozen=True, slots=True)
class EarnedBack:
    """How teachers of a course earned its price: of ``teachers``, ``earned`` have by now.

    ``days``: within how many days of the certificate half of them had; None if fewer than half.
    """

    teachers: int
    earned: int
    days: int | None


def sales_by_month(course_id: UUID, *, since: datetime) -> list[Month]:
    """The months with sales since then, oldest first, in UTC (ANA-1, ANA-2). One statement."""
    rows = (
        Transaction.objects.filter(course=course_id, paid_at__gte=since)
        .annotate(month=TruncMonth("paid_at"))
        .values("month")
        .annotate(sales=Count("pk"), gross=Sum("amount_cents"), back=Sum("refunded_cents"))
        .order_by("month")
    )
    return [
        Month(row["month"], row["sales"], row["gross"], row["gross"] - row["back"]) for row in rows
    ]


def earned_back(course_id: UUID, *, price_cents: int, at: datetime) -> EarnedBack | None:
    """The median time to earn the price back, of the teachers certified 60 days ago or earlier.

    Those who have not count as "never", so that the median is not one of the lucky; the creator,
    who paid nothing, is left out. None with fewer than three teachers. One statement.
    """
    given: dict[str, Any] = {
        "course": course_id,
        "price": price_cents,
        "settled": (at - SETTLED).date(),
        "most": MOST_TEACHERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(EARNED_BACK, given)
        rows = cursor.fetchall()
    if len(rows) < FEWEST:
        return None
    days = [(reached.date() - since).days if reached else NEVER for since, reached in rows]
    half = median(days)
    return EarnedBack(
        teachers=len(rows),
        earned=sum(1 for one in days if one < NEVER),
        days=None if half == NEVER else max(int(half), 0),
    )
