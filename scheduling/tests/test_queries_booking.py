"""What decides on a booking is read whole, and by few statements."""

from datetime import timedelta

import pytest
from django.db import connection

from learning.models import Enrollment, StudentTeacher
from scheduling.booking_rules import BookingRequest
from scheduling.models import Session
from scheduling.queries.booking import bookable_places, booking_state
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, sam_and_tom
from tests.cast import a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def request_of(enrollment: Enrollment, **fields) -> BookingRequest:
    return BookingRequest(
        **{
            "by_id": enrollment.student_id,
            "student_id": enrollment.student_id,
            "enrollment_id": enrollment.pk,
            "teacher_id": enrollment.teacher_id,
            "start": MONDAY_TEN,
            "minutes": 60,
            "at": NOW,
            **fields,
        }
    )


def test_three_statements_whatever_there_is(django_assert_num_queries):
    enrollment = sam_and_tom(modules=9)
    booking_state(request_of(enrollment))
    for number in range(5):
        a_session(enrollment, start=MONDAY_TEN + timedelta(days=number))
    with django_assert_num_queries(3):
        state = booking_state(request_of(enrollment))
    assert state.enrollment.places.used == {"course": 5}
    assert len(state.teacher_busy) == len(state.student_busy) == 2, "those of the days around"


def test_without_teacher_or_start_one_statement_is_enough(django_assert_num_queries):
    enrollment = sam_and_tom()
    for missing in ("teacher_id", "start"):
        with django_assert_num_queries(1):
            booking_state(request_of(enrollment, **{missing: None}))
    with django_assert_num_queries(1):
        places, refusal = bookable_places(enrollment, at=NOW)
    assert (places.next_kind, refusal) == ("course", None)


def test_the_session_that_gets_another_time_is_not_in_its_own_way():
    enrollment = sam_and_tom()
    session = a_session(enrollment)
    assert booking_state(request_of(enrollment)).teacher_busy
    state = booking_state(request_of(enrollment, session_id=session.pk))
    assert state.teacher_busy == state.student_busy == []


def test_the_teachers_right_and_both_accounts_are_read():
    enrollment = sam_and_tom()
    state = booking_state(request_of(enrollment)).enrollment
    assert (state.is_certified, state.may_teach, state.student_is_active) == (True, True, True)

    olga = booking_state(request_of(enrollment, teacher_id=a_member("Olga").pk)).enrollment
    assert (olga.is_certified, olga.may_teach) == (False, False)

    StudentTeacher.objects.update(teaching_active=False)
    enrollment.student.is_active = False
    enrollment.student.save()
    state = booking_state(request_of(enrollment)).enrollment
    assert (state.is_certified, state.may_teach, state.student_is_active) == (True, False, False)


@pytest.mark.parametrize(("status", "is_active"), [("enrolled", True), ("disputed", False)])
def test_the_enrollment_is_read_as_it_is_now(status, is_active):
    enrollment = sam_and_tom()
    Enrollment.objects.filter(pk=enrollment.pk).update(status=status, booking_blocked_at=NOW)
    state = booking_state(request_of(enrollment)).enrollment
    assert (state.is_active, state.is_blocked) == (is_active, True)


def test_the_conditions_in_sql_are_those_of_the_querysets():
    enrollment = sam_and_tom(modules=9)
    fields = {
        "cancelled": {"cancelled_at": NOW},
        "completed": {"ended_at": NOW, "completion_source": "teacher"},
        "no_show": {"no_show_party": "both"},
    }
    for number, status in enumerate(Session.Status.values):
        start = MONDAY_TEN + timedelta(days=number)
        a_session(enrollment, start=start, status=status, **fields.get(status, {}))

    def found(condition: str) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT status FROM sessions AS s WHERE {condition}")
            return {row[0] for row in cursor.fetchall()}

    def names(rows) -> set[str]:
        return set(rows.values_list("status", flat=True))

    sessions = Session.objects
    assert found(Session.open_sql("s")) == names(sessions.open()) == {"scheduled", "in_progress"}
    at = MONDAY_TEN + timedelta(hours=2)
    ahead = Session.ahead_sql("s").replace("%(at)s", f"'{at.isoformat()}'")
    assert found(ahead) == names(sessions.ahead(at)) == {"in_progress"}
    assert names(sessions.not_ahead(at)) == set(Session.Status.values) - {"in_progress"}
    assert {row.status for row in sessions.all() if row.is_ahead(at)} == {"in_progress"}
    used = found(Session.using_place_sql("s"))
    assert used == names(sessions.using_place()) == {"scheduled", "in_progress", "completed"}


def test_another_students_session_is_in_the_way_of_the_teacher_alone():
    enrollment = sam_and_tom()
    tia = a_teacher(enrollment.course, name="Tia Teacher")
    a_session(an_enrollment(a_member("Sue"), enrollment.course, tia), teacher=enrollment.teacher)
    state = booking_state(request_of(enrollment))
    assert (len(state.teacher_busy), state.student_busy) == (1, [])
