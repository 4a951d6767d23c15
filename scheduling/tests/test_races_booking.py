"""Concurrent bookings, with real threads and connections: one slot, one session."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected

from accounts.models import Email
from peerloop.kit.refusals import Refused
from scheduling.actions.booking import book_session
from scheduling.actions.cancelling import cancel_session
from scheduling.actions.rescheduling import reschedule_session
from scheduling.booking_rules import SlotTaken
from scheduling.models import Session, SessionSeat
from scheduling.tests.people import (
    MONDAY_TEN,
    NOW,
    a_session,
    broken,
    open_hours,
    sam_and_tom,
)
from tests import threads
from tests.cast import a_course, a_member, a_teacher, an_enrollment

at_once = partial(threads.at_once, catching=(Refused, IntegrityError))
pytestmark = pytest.mark.django_db(transaction=True)


def booking(enrollment, start=MONDAY_TEN, teacher=None) -> Callable[[], object]:
    return lambda: book_session(
        enrollment=enrollment,
        teacher=teacher or enrollment.teacher,
        start=start,
        by=enrollment.student,
        at=NOW,
    )


def test_fifty_students_want_one_slot_and_one_gets_it():
    course = a_course()
    teacher = a_teacher(course)
    open_hours(teacher.user)
    wishes = [an_enrollment(a_member(f"Student {number}"), course, teacher) for number in range(50)]

    answers = at_once([booking(enrollment) for enrollment in wishes])

    won = [answer for answer in answers if isinstance(answer, Session)]
    lost = [answer for answer in answers if not isinstance(answer, Session)]
    assert len(won) == 1
    assert {(type(answer), answer.status) for answer in lost} == {(SlotTaken, 409)}
    assert Session.objects.count() == 1
    assert SessionSeat.objects.count() == 2
    assert Email.objects.filter(template="session-booked").count() == 2


def test_the_constraint_alone_decides_as_well():
    """The negative control: without our locks and checks the constraint lets one row in.

    Some of the others fail by a deadlock, which the locks of booking prevent.
    """

    def insert(enrollment) -> object:
        try:
            return a_session(enrollment)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            return IntegrityError(str(error))

    course = a_course()
    teacher = a_teacher(course)
    wishes = [an_enrollment(a_member(f"Student {number}"), course, teacher) for number in range(12)]

    answers = at_once([lambda e=enrollment: insert(e) for enrollment in wishes])

    assert sum(isinstance(answer, Session) for answer in answers) == 1
    assert all(isinstance(answer, Session | IntegrityError) for answer in answers)
    assert SessionSeat.objects.count() == 2


def test_overlapping_starts_of_one_teacher_leave_no_overlap():
    course = a_course()
    teacher = a_teacher(course)
    open_hours(teacher.user)
    wishes = [an_enrollment(a_member(f"Student {number}"), course, teacher) for number in range(12)]

    answers = at_once(
        [
            booking(enrollment, MONDAY_TEN + timedelta(minutes=30 * (number % 4)))
            for number, enrollment in enumerate(wishes)
        ]
    )

    assert 1 <= sum(isinstance(answer, Session) for answer in answers) <= 2
    assert all(isinstance(answer, Session | SlotTaken) for answer in answers)


def test_one_student_books_two_teachers_at_the_same_time_and_gets_one():
    first, second = sam_and_tom(), sam_and_tom()
    other = an_enrollment(first.student, second.course, second.student_teacher)

    answers = at_once([booking(first), booking(other)] * 3)

    assert sum(isinstance(answer, Session) for answer in answers) == 1
    assert Session.objects.filter(student=first.student).count() == 1


def test_two_people_who_teach_each_other_book_each_other_at_once():
    """Roles are crossed: locking in the order of ids prevents a deadlock."""
    first = sam_and_tom()
    course = a_course()
    crossed = a_teacher(course, first.student)
    open_hours(first.student)
    second = an_enrollment(first.teacher, course, crossed)

    answers = at_once([booking(first), booking(second)] * 4)

    assert sum(isinstance(answer, Session) for answer in answers) == 1
    assert all(isinstance(answer, Session | Refused) for answer in answers)


def test_the_last_place_of_an_enrollment_is_taken_once():
    enrollment = sam_and_tom(modules=1)
    acts = [booking(enrollment, MONDAY_TEN + timedelta(days=day)) for day in range(6)]

    answers = at_once(acts)

    assert sum(isinstance(answer, Session) for answer in answers) == 1
    assert {answer.status for answer in answers if isinstance(answer, Refused)} == {422}


def test_booking_and_rescheduling_into_one_slot():
    enrollment = sam_and_tom()
    session = a_session(enrollment, start=MONDAY_TEN + timedelta(days=1))
    other = an_enrollment(a_member("Sue"), enrollment.course, enrollment.student_teacher)

    answers = at_once(
        [
            booking(other),
            lambda: reschedule_session(
                session=session, start=MONDAY_TEN, by=enrollment.student, at=NOW
            ),
        ]
    )

    assert sum(isinstance(answer, SlotTaken) for answer in answers) == 1
    assert Session.objects.filter(scheduled_start=MONDAY_TEN).count() == 1


def test_cancelling_twice_at_once_cancels_once():
    enrollment = sam_and_tom()
    session = a_session(enrollment)

    def cancelling(person) -> Callable[[], object]:
        return lambda: cancel_session(session=session, by=person, reason="ill", at=NOW)

    answers = at_once([cancelling(enrollment.student), cancelling(enrollment.teacher)])

    assert sorted(type(answer).__name__ for answer in answers) == ["Session", "WrongMoment"]
    assert Email.objects.filter(template="session-cancelled").count() == 2
    assert broken("I10") == []
