"""Places, lists of sessions, and the invariants of the ledger check."""

from datetime import timedelta

import pytest

from scheduling.models import Session
from scheduling.queries import (
    next_session_by_enrollment,
    places_of,
    sessions_of,
)
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, broken, sam_and_tom
from tests.cast import an_enrollment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def held(enrollment, start, module=None, **fields) -> Session:
    return a_session(
        enrollment,
        start=start,
        status="completed",
        ended_at=start + timedelta(hours=1),
        completion_source="teacher",
        module=module,
        **fields,
    )


def test_places_used_and_left():
    enrollment = sam_and_tom(modules=4)
    held(enrollment, NOW - DAY)
    a_session(enrollment)
    a_session(enrollment, status="cancelled", cancelled_at=NOW)
    places = places_of(enrollment.pk)
    assert places.used == {"course": 2}
    assert {kind: places.left(kind) for kind in places.allowed} == {
        "course": 2,
        "makeup": 0,
        "extra": 0,
    }


def test_the_next_session_of_each_enrollment(django_assert_num_queries):
    first, second = sam_and_tom(), sam_and_tom()
    a_session(first, start=MONDAY_TEN + DAY)
    soon = a_session(first)
    a_session(first, start=NOW - timedelta(hours=2))
    with django_assert_num_queries(1):
        found = next_session_by_enrollment([first.pk, second.pk], at=NOW)
    assert found == {first.pk: soon}


def test_sessions_of_a_member_in_both_roles():
    enrollment, elsewhere = sam_and_tom(), sam_and_tom()
    taught = a_session(enrollment)
    studied = a_session(
        an_enrollment(enrollment.teacher, elsewhere.course, elsewhere.student_teacher),
        start=MONDAY_TEN + DAY,
    )
    tom = enrollment.teacher
    assert list(sessions_of(tom, upcoming=True, at=NOW)) == [taught, studied]
    assert list(sessions_of(tom, role="teacher", at=NOW)) == [taught]
    assert list(sessions_of(tom, role="student", at=NOW)) == [studied]
    assert list(sessions_of(tom, upcoming=False, at=NOW)) == []


# Invariants I4 and I10


def test_the_checks_find_nothing_where_nothing_is_wrong():
    enrollment = sam_and_tom()
    a_session(enrollment)
    held(enrollment, NOW - DAY)
    assert (broken("I10"), broken("I4")) == ([], [])


def test_the_checks_find_what_is_wrong():
    enrollment = sam_and_tom(modules=1)
    a_session(enrollment)
    a_session(enrollment, start=MONDAY_TEN + DAY)
    assert broken("I4") == [str(enrollment.pk)]
