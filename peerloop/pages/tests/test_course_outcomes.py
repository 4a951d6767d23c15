"""The funnel of a course, its figures, and what its students say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from billing.models import CheckoutSession
from catalog.models import Course
from learning.models import Enrollment, Expectations, Review, StudentTeacher
from peerloop.pages.course_outcomes import feedback, figures, funnel, words_to_the_creator
from scheduling.models import Session, SessionAssessment
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=360)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def course():
    return a_course(a_member("Clara Creator", is_creator=True))


@pytest.fixture
def tom(course):
    return a_teacher(course, name="Tom Teacher")


def began(course: Course, student: User | None = None, *, ago: int = 10, **fields: Any) -> User:
    """Somebody began to pay for the course so many days ago."""
    student = student or a_member()
    at = NOW - timedelta(days=ago)
    CheckoutSession.objects.create(
        student=student,
        payer=student,
        course=course,
        amount_cents=24_000,
        modules_paid=3,
        expires_at=at + timedelta(days=1),
        created_at=at,
        **fields,
    )
    return student


def enrolled(
    student: User, tom: StudentTeacher, *, ago: int = 10, days: int | None = None
) -> Enrollment:
    """An enrollment of so many days ago, completed within ``days``."""
    at = NOW - timedelta(days=ago)
    row = an_enrollment(student, tom.course, tom, created_at=at)
    if days is not None:
        done = {"status": "completed", "completed_at": at + timedelta(days=days)}
        Enrollment.objects.filter(pk=row.pk).update(**done)
    row.refresh_from_db()
    return row


def met(enrollment: Enrollment, status: str = "completed", *, days: int = 1) -> Session:
    """A session of the enrollment that is over, so many days ago."""
    start = NOW - timedelta(days=days)
    ends = start + timedelta(hours=1)
    over: dict[str, dict[str, Any]] = {
        "completed": {"started_at": start, "ended_at": ends, "completion_source": "teacher"},
        "cancelled": {"cancelled_at": start},
        "no_show": {"no_show_party": "student"},
    }
    return Session.objects.create(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=enrollment.teacher,
        student=enrollment.student,
        booked_by=enrollment.student,
        scheduled_start=start,
        scheduled_end=ends,
        teacher_busy_until=ends,
        status=status,
        **over.get(status, {}),
    )


def steps(course: Course) -> dict[str, int]:
    return {bar.label: bar.value for bar in funnel(course.pk, since=SINCE)}


def value(course: Course, name: str) -> tuple[str, str]:
    found = {one.name: (one.words, one.of) for one in figures(course.pk, since=SINCE, at=NOW)}
    return found.get(name, ("", ""))


def test_each_step_of_the_funnel_counts_who_came_so_far(course, tom):
    began(course)
    enrolled(began(course), tom)
    met(enrolled(began(course), tom))
    met(enrolled(began(course), tom, days=5), days=2)
    teaching = began(course)
    met(enrolled(teaching, tom, days=5), days=3)
    met(enrolled(a_member(), a_teacher(course, teaching)), days=4)

    assert steps(course) == {
        "Checkout": 5,
        "Paid": 4,
        "Session": 3,
        "Completed": 2,
        "Certified": 1,
        "Taught": 1,
    }


def test_somebody_who_began_to_pay_twice_counts_once(course):
    began(course, began(course, status="expired"))

    assert steps(course)["Checkout"] == 1


def test_what_was_before_and_what_is_of_other_courses_does_not_count(course, tom):
    began(course, ago=400)
    began(a_course(course.creator))
    began(course, kind="extra")
    enrolled(a_member(), tom, ago=400, days=3)

    assert set(steps(course).values()) == {0}
    assert figures(course.pk, since=SINCE, at=NOW) == []


def test_a_step_counts_only_who_took_all_before_it(course):
    """They may teach it by the creator's word, and were never a student of it."""
    a_teacher(course, began(course))

    assert steps(course)["Checkout"] == 1
    assert steps(course)["Certified"] == 0


def test_completion_counts_who_had_the_time_for_it(course, tom):
    enrolled(a_member(), tom, ago=50, days=10)
    enrolled(a_member(), tom, ago=120, days=20)
    enrolled(a_member(), tom, ago=120)
    enrolled(a_member(), tom, ago=20)

    assert value(course, "Completed") == ("67%", "2 of 3 enrollments")
    assert value(course, "Time to complete") == ("15 days", "2 enrollments")


def test_sessions_that_are_to_come_are_not_held_yet(course, tom):
    row = enrolled(a_member(), tom)
    met(row)
    met(row, "cancelled", days=3)
    met(row, "no_show", days=4)
    met(row, "scheduled", days=-4)

    assert value(course, "Sessions held") == ("33%", "1 of 3 sessions")


def test_learning_to_teach_counts_for_ninety_days(course, tom):
    for days in (280, 100):
        student = a_member()
        enrolled(student, tom, ago=300, days=10)
        right = a_teacher(course, student)
        since = (NOW - timedelta(days=days)).date()
        StudentTeacher.objects.filter(pk=right.pk).update(certified_date=since)

    assert value(course, "Learned to teach") == ("50%", "1 of 2 students")


def review(tom: StudentTeacher, stars: int, **fields: Any) -> Review:
    enrollment = enrolled(a_member(), tom, days=5)
    return Review.objects.create(
        enrollment=enrollment,
        about="course",
        course=tom.course,
        rated=tom.course.creator,
        rating=stars,
        comment="Clear and short.",
        **fields,
    )


def test_reviews_are_spread_by_stars_with_the_means_of_what_is_rated_singly(course, tom):
    review(tom, 5, clarity=5, depth=4)
    review(tom, 5, clarity=4)
    review(tom, 2)

    found = feedback(course.pk)

    assert [(bar.label, bar.value) for bar in found.bars] == [
        ("5 stars", 2),
        ("4 stars", 0),
        ("3 stars", 0),
        ("2 stars", 1),
        ("1 star", 0),
    ]
    assert [(one.name, one.words, one.of) for one in found.means] == [
        ("Clarity", "4.5 of 5", "2 reviews"),
        ("Depth", "4.0 of 5", "1 review"),
    ]


def said(session: Session, words: str, *, by_teacher: bool = False) -> None:
    people = (
        (session.teacher, session.student) if by_teacher else (session.student, session.teacher)
    )
    SessionAssessment.objects.create(
        session=session, assessor=people[0], assessee=people[1], rating=4, comment=words
    )


def test_the_creator_reads_what_was_said_of_others_sessions_not_of_own(course, tom):
    session = met(enrolled(a_member(), tom), days=2)
    said(session, "He listens.")
    said(session, "Came late.", by_teacher=True)
    own = a_teacher(course, course.creator)
    said(met(enrolled(a_member(), own), days=5), "She hurries.")

    page = browse(course.creator).get("/create/analytics").content.decode()

    assert "He listens." in page
    assert "Came late." not in page
    assert "She hurries." not in page
    assert [one.comment for one in words_to_the_creator(course).sessions] == ["He listens."]


def test_the_creator_reads_what_students_hope_for(course, tom):
    enrollment = enrolled(a_member("Sam Student"), tom)
    Expectations.objects.create(enrollment=enrollment, goal="Bake for a room of my own")

    page = browse(course.creator).get("/create/analytics").content.decode()

    assert "Bake for a room of my own" in page
