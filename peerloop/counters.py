"""Counters are caches: once a night each that strayed is counted anew (invariant I9).

A difference means that something changed rows past the actions, so each is logged.
"""

import logging
from typing import Any

from django.db import connection, transaction

from accounts.models import UserStats
from peerloop.invariants import COUNTED, I9_STUDENTS, I9_TAUGHT, STATS

logger = logging.getLogger(__name__)

STUDENTS = """
UPDATE courses SET student_count = (
    SELECT count(DISTINCT student_id) FROM enrollments
    WHERE course_id = courses.id AND status <> 'cancelled')
WHERE id = %s
"""
TAUGHT = """
UPDATE student_teachers SET students_taught = (
    SELECT count(DISTINCT student_id) FROM enrollments
    WHERE student_teacher_id = student_teachers.id AND completion_fired_at IS NOT NULL)
WHERE id = %s
"""
FIGURE = """
UPDATE user_stats SET {column} = coalesce((
    SELECT amount FROM ({counted}) AS counted WHERE counted.user_id = user_stats.user_id), 0)
WHERE user_id = %s
"""
LOCKS = {
    "courses": "SELECT 1 FROM courses WHERE id = %s FOR NO KEY UPDATE",
    "student_teachers": "SELECT 1 FROM student_teachers WHERE id = %s FOR NO KEY UPDATE",
    "user_stats": "SELECT 1 FROM user_stats WHERE user_id = %s FOR NO KEY UPDATE",
}


def rebuild_counters() -> int:
    """Count anew what differs from its rows; how many counters that were.

    Each in a transaction of its own: it waits for who is just changing that counter and counts
    after them, so nothing is lost or counted twice. Safe to repeat and to break off.
    """
    mended = _mend("courses", "student_count", I9_STUDENTS, STUDENTS)
    # Before the members' figures: those are sums of these.
    mended += _mend("student_teachers", "students_taught", I9_TAUGHT, TAUGHT)
    for column, counted in COUNTED.items():
        wrong = STATS.format(column=column, counted=counted)
        mended += _mend("user_stats", column, wrong, FIGURE.format(column=column, counted=counted))
    return mended


def _mend(table: str, column: str, wrong: str, recount: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        # Counting everything needs more than a page may take.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(wrong)
        rows = cursor.fetchall()
    for row_id, expected, found in rows:
        _count_anew(table, recount, row_id)
        logger.warning("%s.%s of %s was %s, is %s", table, column, row_id, found, expected)
    return len(rows)


def _count_anew(table: str, recount: str, row_id: Any) -> None:
    if table == "user_stats":
        UserStats.objects.get_or_create(user_id=row_id)
    with transaction.atomic(), connection.cursor() as cursor:
        # The lock first: the count must see what was committed while we waited.
        cursor.execute(LOCKS[table], [row_id])
        cursor.execute(recount, [row_id])
