"""Who may give points in a ring: members who give each other, or in a circle of three (GW-7).

For admins, who look and decide. Both read a bounded number of pairs by an index.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from accounts.models import User
from goodwill.models import GoodwillPair

MOST = 25
# Circles are looked for among the pairs with the most points.
PAIRS_LOOKED_AT = 500
LEAST = 20


@dataclass(frozen=True, slots=True)
class Rings:
    """What the report shows: pairs once each, and circles with the least that went round."""

    pairs: list[GoodwillPair]
    circles: list[tuple[list[User], int]]


CIRCLES = """
WITH most AS (
    SELECT giver_id, receiver_id, points FROM goodwill_pairs WHERE points >= %s
    ORDER BY points DESC, last_at DESC LIMIT %s
)
SELECT a.giver_id, b.giver_id, c.giver_id, least(a.points, b.points, c.points) AS round
FROM most a
JOIN most b ON b.giver_id = a.receiver_id
JOIN most c ON c.giver_id = b.receiver_id AND c.receiver_id = a.giver_id
WHERE a.giver_id < b.giver_id AND a.giver_id < c.giver_id
ORDER BY round DESC LIMIT %s
"""


def rings() -> Rings:
    """The report as of now. Three statements."""
    mutual = GoodwillPair.objects.filter(mutual__gt=0, giver__lt=F("receiver"))
    pairs = mutual.select_related("giver", "receiver").order_by("-mutual", "-last_at")
    with connection.cursor() as cursor:
        cursor.execute(CIRCLES, [LEAST, PAIRS_LOOKED_AT, MOST])
        found = cursor.fetchall()
    people = User.objects.in_bulk({key for row in found for key in row[:3]})
    circles = [([people[key] for key in row[:3]], int(row[3])) for row in found]
    return Rings(list(pairs[:MOST]), circles)
