"""GET /enrollments: the list of a learner, read by one statement."""

from datetime import timedelta

import pytest

from learning.queries import enrollments_of
from peerloop.kit import clock
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db
LIST = "/api/v1/enrollments"


def learning(number=1, **fields):
    """A member in so many courses, each with a teacher."""
    sam = a_member("Sam Student")
    for _ in range(number):
        course = a_course()
        an_enrollment(sam, course, a_teacher(course), **fields)
    return sam


def test_an_enrollment_has_course_teacher_and_next_session():
    sam = learning()
    [enrollment] = enrollments_of(sam)
    soon = clock.now().replace(microsecond=0) + timedelta(days=1)
    session = a_session(enrollment, start=soon)
    a_session(enrollment, start=soon + timedelta(days=1))

    [told] = api(sam).get(LIST).json()["enrollments"]

    teacher = enrollment.teacher
    assert told["course"]["title"] == enrollment.course.title
    assert told["student_teacher"] == {
        "id": str(teacher.pk),
        "name": teacher.name,
        "avatar_url": None,
    }
    assert told["next_session"] == {
        "id": str(session.pk),
        "scheduled_start": f"{soon:%Y-%m-%dT%H:%M:%SZ}",
        "scheduled_end": f"{soon + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
        "status": "scheduled",
    }


def test_past_and_cancelled_sessions_are_not_next():
    sam = learning()
    [enrollment] = enrollments_of(sam)
    a_session(enrollment, start=clock.now() - timedelta(hours=3))
    start = clock.now() + timedelta(hours=3)
    a_session(enrollment, start=start, status="cancelled", cancelled_at=clock.now())

    [told] = api(sam).get(LIST).json()["enrollments"]

    assert told["next_session"] is None


def test_the_teacher_may_be_missing():
    sam = a_member("Sam Student")
    an_enrollment(sam)

    [told] = api(sam).get(LIST).json()["enrollments"]

    assert told["student_teacher"] is None


def test_the_newest_come_first_a_page_at_a_time():
    sam = learning(3)
    ids = [str(row.pk) for row in enrollments_of(sam)]

    first = api(sam).get(LIST, {"limit": 2}).json()
    past = api(sam).get(LIST, {"limit": 2, "page": 3}).json()

    assert [row["id"] for row in first["enrollments"]] == ids[:2]
    assert (first["total"], first["page"]) == (3, 1)
    assert past == {"enrollments": [], "total": 3, "page": 3}


@pytest.mark.parametrize("number", [1, 20])
def test_it_needs_two_statements_for_any_number(number, django_assert_num_queries):
    sam = learning(number)
    client = api(sam)
    client.get(LIST)

    with django_assert_num_queries(2):
        client.get(LIST)
