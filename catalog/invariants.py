"""Invariants of courses."""

from accounts.invariants import figure_of_members
from catalog.models import Course
from peerloop.kit.invariants import Invariant
from peerloop.kit.statements import statement

SHELVES = statement(
    """
WITH counted AS (
    SELECT category_id, level, count(*) AS courses FROM courses
    WHERE {listed} GROUP BY category_id, level
)
SELECT coalesce(n.category_id, k.category_id) || ' ' || coalesce(n.level, k.level),
       coalesce(n.courses, 0), coalesce(k.courses, 0)
FROM counted n FULL JOIN course_shelf_counts k
    ON k.category_id = n.category_id AND k.level = n.level
WHERE coalesce(n.courses, 0) <> coalesce(k.courses, 0)
""",
    listed=Course.listed_sql(),
)

INVARIANTS = (
    figure_of_members(
        "courses_created",
        "SELECT creator_id AS user_id, count(*) AS amount FROM courses"
        " WHERE first_published_at IS NOT NULL GROUP BY creator_id",
    ),
    Invariant("I9", "listed courses of a shelf", SHELVES),
)
