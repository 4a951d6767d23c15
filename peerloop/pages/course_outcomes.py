"""What became of the students of a course: its funnel, its figures, what they say (ANA-11 to 20).

Only facts that are kept anyway are counted: that a payment was started or made, a session held, a
certificate given. Who looked at a page is not kept, so no funnel begins there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F

from billing.models import CheckoutSession
from catalog.models import Course
from learning.models import Enrollment, Expectations, RatingCount, Review
from learning.models.review import About, ReviewStatus
from peerloop.kit.counting import MAX_COUNTED
from peerloop.kit.markup.charts import Bar
from peerloop.kit.statements import statement
from scheduling.models import Session, SessionAssessment

# An enrollment that is still active after so long counts as not completed (ANA-11).
STALE = timedelta(days=90)
# Within so long after completing a student who is certified to teach counts (ANA-12).
TO_TEACH = timedelta(days=90)
STARS = (5, 4, 3, 2, 1)
WORDS = 6

# Members who began to pay since then, the newest thousand, and how far each came: every step counts
# only whoever took all before it.
FUNNEL = statement(
    """
WITH buyers AS MATERIALIZED (
    SELECT student_id FROM checkout_sessions
    WHERE course_id = %(course)s AND kind = '{bought}' AND created_at >= %(since)s
    GROUP BY student_id ORDER BY max(created_at) DESC LIMIT %(most)s
), steps AS (
    SELECT
        EXISTS (SELECT FROM enrollments WHERE course_id = %(course)s
            AND student_id = buyers.student_id AND created_at >= %(since)s) AS paid,
        EXISTS (SELECT FROM enrollments e JOIN sessions s ON s.enrollment_id = e.id
            WHERE e.course_id = %(course)s AND e.student_id = buyers.student_id
                AND s.status = '{held}') AS met,
        EXISTS (SELECT FROM enrollments WHERE course_id = %(course)s
            AND student_id = buyers.student_id AND completed_at IS NOT NULL) AS completed,
        EXISTS (SELECT FROM student_teachers WHERE course_id = %(course)s
            AND user_id = buyers.student_id) AS certified,
        EXISTS (SELECT FROM student_teachers st JOIN enrollments e ON e.student_teacher_id = st.id
            JOIN sessions s ON s.enrollment_id = e.id
            WHERE st.course_id = %(course)s AND st.user_id = buyers.student_id
                AND s.teacher_id = st.user_id AND s.status = '{held}') AS taught
    FROM buyers
)
SELECT count(*), count(*) FILTER (WHERE paid), count(*) FILTER (WHERE paid AND met),
    count(*) FILTER (WHERE paid AND met AND completed),
    count(*) FILTER (WHERE paid AND met AND completed AND certified),
    count(*) FILTER (WHERE paid AND met AND completed AND certified AND taught)
FROM steps
""",
    bought=CheckoutSession.Kind.COURSE,
    held=Session.Status.COMPLETED,
)
FUNNEL_STEPS = ("Checkout", "Paid", "Session", "Completed", "Certified", "Taught")

FIGURES = statement(
    """
WITH cohort AS MATERIALIZED (
    SELECT id, student_id, status, created_at, completed_at FROM enrollments
    WHERE course_id = %(course)s AND created_at >= %(since)s
    ORDER BY created_at DESC, id DESC LIMIT %(most)s
), finished AS (
    SELECT student_id, min(completed_at) AS at FROM cohort
    WHERE completed_at IS NOT NULL GROUP BY student_id
), met AS (
    SELECT count(*) FILTER (WHERE status = '{held}') AS held,
        count(*) FILTER (WHERE status IN ('{held}', '{off}', '{missed}')) AS over
    FROM sessions WHERE enrollment_id IN (SELECT id FROM cohort)
), marked AS (
    SELECT avg(s.points::float8 / a.max_points) AS share, count(*) AS works
    FROM homework_submissions s JOIN homework_assignments a ON a.id = s.assignment_id
    WHERE s.enrollment_id IN (SELECT id FROM cohort) AND s.is_current
        AND s.status = 'approved' AND s.points IS NOT NULL
)
SELECT
    (SELECT count(*) FROM cohort WHERE completed_at IS NOT NULL),
    (SELECT count(*) FROM cohort WHERE completed_at IS NOT NULL OR status = '{cancelled}'
        OR created_at < %(stale)s),
    (SELECT extract(epoch FROM percentile_cont(0.5)
        WITHIN GROUP (ORDER BY completed_at - created_at)) / 86400 FROM cohort
        WHERE completed_at IS NOT NULL)::float8,
    met.held, met.over, marked.share, marked.works,
    (SELECT count(*) FROM finished),
    (SELECT count(*) FROM finished JOIN student_teachers st
        ON st.course_id = %(course)s AND st.user_id = finished.student_id
        WHERE st.certified_date <= (finished.at + %(to_teach)s)::date)
FROM met, marked
""",
    held=Session.Status.COMPLETED,
    off=Session.Status.CANCELLED,
    missed=Session.Status.NO_SHOW,
    cancelled=Enrollment.Status.CANCELLED,
)


class Figure(NamedTuple):
    """One figure in words, of how many rows, and how it is counted."""

    name: str
    words: str
    of: str
    definition: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What reviews say of a course: bars of its stars, and the means of what they rate singly."""

    bars: list[Bar]
    total: int
    means: list[Figure]


@dataclass(frozen=True, slots=True)
class PrivateWords:
    """What nobody reads but those concerned: of sessions (RATE-2), and hopes (RATE-8)."""

    sessions: list[SessionAssessment]
    hopes: list[Expectations]


def funnel(course_id: UUID, *, since: datetime) -> list[Bar]:
    """From the checkout to teaching: members who came so far, as bars. One statement."""
    [counts] = _rows(FUNNEL, course_id, since)
    return [Bar(name, count, str(count)) for name, count in zip(FUNNEL_STEPS, counts, strict=True)]


def figures(course_id: UUID, *, since: datetime, at: datetime) -> list[Figure]:
    """The figures of the newest thousand enrollments since then. One statement.

    A figure without rows is left out, since a share of nothing says nothing.
    """
    [row] = _rows(FIGURES, course_id, since, stale=at - STALE, to_teach=TO_TEACH)
    done, ended, days, held, over, marks, works, finished, teaching = row
    found = [
        _share(
            "Completed",
            (done, ended),
            "enrollments",
            "Completed, of those that were completed, cancelled, or began over 90 days ago.",
        ),
        Figure(
            "Time to complete",
            "" if days is None else f"{days:.0f} days",
            f"{done} enrollments",
            "Half of those who completed the course needed no longer from enrolling.",
        ),
        _share(
            "Sessions held",
            (held, over),
            "sessions",
            "Held, of those that were held, cancelled, or missed by somebody.",
        ),
        Figure(
            "Homework",
            "" if marks is None else f"{100 * marks:.0f}%",
            f"{works} works",
            "The mean of the points given, of those that could be had, for approved homework.",
        ),
        _share(
            "Learned to teach",
            (teaching, finished),
            "students",
            "Certified to teach within 90 days of completing the course, of all who completed it.",
        ),
    ]
    return [one for one in found if one.words]


def feedback(course_id: UUID) -> Feedback:
    """What the reviews of a course say; without those that were removed. Two statements."""
    rows = RatingCount.objects.filter(rated_thing_id=course_id)
    counts: dict[int, int] = dict(rows.values_list("stars", "number"))
    bars = [
        Bar(f"{stars} star{'s' if stars > 1 else ''}", number, str(number))
        for stars in STARS
        for number in [counts.get(stars, 0)]
    ]
    newest = (
        Review.objects.filter(course=course_id, about=About.COURSE)
        .exclude(status=ReviewStatus.REMOVED)
        .order_by("-created_at", "-pk")
    )
    kept = list(newest.values_list("clarity", "relevance", "depth")[:MAX_COUNTED])
    singly = zip(("Clarity", "Relevance", "Depth"), zip(*kept, strict=True), strict=False)
    return Feedback(bars, sum(counts.values()), [one for pair in singly for one in _mean(*pair)])


def words_to_the_creator(course: Course) -> PrivateWords:
    """What students wrote for teacher and creator, the newest first. Two statements.

    What they think of sessions that the creator gave stands with those sessions (RATE-3).
    """
    enrollments = Enrollment.objects.filter(course=course).order_by("-created_at", "-pk")
    newest = list(enrollments.values_list("pk", flat=True)[:MAX_COUNTED])
    said = SessionAssessment.objects.filter(
        session__enrollment__in=newest, assessor=F("session__student")
    ).exclude(assessee=course.creator_id)
    hoped = Expectations.objects.filter(enrollment__in=newest)
    return PrivateWords(
        list(said.select_related("assessor", "assessee").order_by("-created_at", "-pk")[:WORDS]),
        list(hoped.select_related("enrollment__student").order_by("-updated_at", "-pk")[:WORDS]),
    )


def _mean(name: str, given: Iterable[int | None]) -> list[Figure]:
    stars = [one for one in given if one is not None]
    if not stars:
        return []
    words = f"{fmean(stars):.1f} of 5"
    number = f"{len(stars)} review{'s' if len(stars) > 1 else ''}"
    return [Figure(name, words, number, "The mean of those who rated it.")]


def _share(name: str, part_of_whole: tuple[int, int], things: str, definition: str) -> Figure:
    part, whole = part_of_whole
    words = f"{100 * part / whole:.0f}%" if whole else ""
    return Figure(name, words, f"{part} of {whole} {things}", definition)


def _rows(sql: str, course_id: UUID, since: datetime, **given: Any) -> list[tuple[Any, ...]]:
    values = {"course": course_id, "since": since, "most": MAX_COUNTED, **given}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
