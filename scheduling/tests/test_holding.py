"""A free time is held for a visitor who is about to pay (rule HOLD-1)."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from learning.actions.teachers import TeacherNotAvailable
from peerloop.kit.refusals import Refused
from scheduling.actions.booking import book_session
from scheduling.actions.holding import Visitor, adopt_hold, end_holds, hold_time, let_go
from scheduling.actions.rescheduling import reschedule_session
from scheduling.booking_rules import OutsideHours, OutsideWindow, SlotTaken
from scheduling.models import Session, SessionSeat, SlotHold
from scheduling.queries import free_slots
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, broken, open_hours, sam_and_tom
from tests import threads
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def tom():
    row = a_teacher(a_course())
    open_hours(row.user)
    return row


def a_visitor(member=None) -> Visitor:
    return Visitor(uuid4(), member)


def held(row, visitor=None, start=MONDAY_TEN, at=NOW, **more) -> SlotHold:
    return hold_time(
        visitor=visitor or a_visitor(),
        course=row.course,
        teacher=row.user,
        start=start,
        at=at,
        **more,
    )


def starts(row, at=NOW, student=None):
    slots = free_slots(teacher=row.user, minutes=60, student=student, at=at)
    return [slot.start for slot in slots if slot.is_available]


def book(enrollment, start=MONDAY_TEN, at=NOW, **more):
    return book_session(
        enrollment=enrollment,
        teacher=enrollment.teacher,
        start=start,
        by=enrollment.student,
        at=at,
        **more,
    )


def test_a_held_time_is_free_for_nobody_else_and_free_again_after_ten_minutes(tom):
    hold = held(tom)

    assert hold.expires_at == NOW + TEN_MINUTES
    assert MONDAY_TEN not in starts(tom)
    with pytest.raises(SlotTaken):
        held(tom, at=NOW + timedelta(minutes=9))
    assert MONDAY_TEN in starts(tom, at=NOW + TEN_MINUTES)
    assert held(tom, at=NOW + TEN_MINUTES).pk != hold.pk
    assert broken("I10") == []


def test_the_pause_of_the_teacher_is_held_too(tom):
    held(tom)
    with pytest.raises(SlotTaken):
        held(tom, start=MONDAY_TEN + timedelta(hours=1))


def test_asking_again_for_the_same_time_gives_the_same_hold_and_counts_once(tom):
    visitor, counted = a_visitor(), []
    first = held(tom, visitor, count=lambda: counted.append(1))
    again = held(tom, visitor, at=NOW + timedelta(minutes=5), count=lambda: counted.append(1))

    assert (again.pk, again.expires_at, counted) == (first.pk, first.expires_at, [1])


def test_another_choice_ends_the_first(tom):
    visitor = a_visitor()
    held(tom, visitor)
    later = MONDAY_TEN + timedelta(hours=3)
    held(tom, visitor, start=later)

    assert SlotHold.objects.get().starts_at == later
    assert MONDAY_TEN in starts(tom)


def test_a_choice_that_is_refused_keeps_the_first(tom):
    visitor = a_visitor()
    first = held(tom, visitor)
    with pytest.raises(OutsideHours):
        held(tom, visitor, start=MONDAY_TEN + timedelta(minutes=10))
    assert visitor.held(NOW) == first


def test_leaving_frees_the_time_for_the_others(tom):
    visitor = a_visitor()
    held(tom, visitor)
    let_go(visitor=a_visitor())
    assert SlotHold.objects.count() == 1
    let_go(visitor=visitor)
    let_go(visitor=visitor)
    assert MONDAY_TEN in starts(tom)
    assert SessionSeat.objects.count() == 0


def test_who_signs_in_keeps_what_was_held_and_meets_it_in_every_browser(tom):
    visitor, sam = a_visitor(), a_member()
    hold = held(tom, visitor)

    signed_in = Visitor(visitor.key, sam)
    assert adopt_hold(visitor=signed_in, at=NOW) == hold
    assert adopt_hold(visitor=signed_in, at=NOW) == hold
    assert a_visitor(sam).held(NOW) == hold
    assert Visitor(visitor.key).held(NOW) is None


def test_the_choice_made_just_before_signing_in_wins(tom):
    visitor, sam = a_visitor(), a_member()
    held(tom, a_visitor(sam))
    newer = held(tom, visitor, start=MONDAY_TEN + timedelta(hours=4), at=NOW + timedelta(minutes=1))
    at = NOW + timedelta(minutes=2)

    assert adopt_hold(visitor=Visitor(visitor.key, sam), at=at) == newer
    assert SlotHold.objects.get().holder == sam


def test_nobody_reaches_the_hold_of_another_browser(tom):
    hold = held(tom, a_visitor(a_member()))
    other = a_visitor(a_member())

    assert other.held(NOW) is None
    assert Visitor(hold.pk).held(NOW) is None
    let_go(visitor=Visitor(hold.holder_id))
    assert SlotHold.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        (NOW - timedelta(hours=1), OutsideWindow),
        (NOW + timedelta(hours=1), OutsideWindow),
        (MONDAY_TEN + timedelta(days=60), OutsideWindow),
        (MONDAY_TEN.replace(hour=3), OutsideHours),
    ],
)
def test_only_what_could_be_booked_is_held(tom, start, refusal):
    with pytest.raises(refusal):
        held(tom, start=start)
    assert not SlotHold.objects.exists()


def test_a_paused_teacher_and_oneself_are_not_held(tom):
    with pytest.raises(TeacherNotAvailable):
        held(tom, a_visitor(tom.user))
    tom.teaching_active = False
    tom.save()
    with pytest.raises(TeacherNotAvailable):
        held(tom)


def test_a_booked_time_is_not_held_and_a_held_one_not_booked():
    sam = sam_and_tom()
    row = sam.student_teacher
    book(sam)
    with pytest.raises(SlotTaken):
        held(row)
    tuesday = MONDAY_TEN + timedelta(days=1)
    held(row, start=tuesday)
    with pytest.raises(SlotTaken):
        book(sam, tuesday)
    assert book(sam, tuesday, at=NOW + TEN_MINUTES).scheduled_start == tuesday
    assert not SlotHold.objects.exists()


def test_ones_own_hold_is_not_in_the_way_of_booking_it():
    sam = sam_and_tom()
    held(sam.student_teacher, a_visitor(sam.student))

    assert MONDAY_TEN in starts(sam.student_teacher, student=sam.student)
    book(sam)
    assert not SlotHold.objects.exists()
    assert broken("I10") == []


def test_a_session_is_not_moved_to_a_held_time_but_to_one_that_is_over():
    sam = sam_and_tom()
    session = a_session(sam, start=MONDAY_TEN + timedelta(days=2))
    held(sam.student_teacher)
    move = partial(reschedule_session, session=session, start=MONDAY_TEN, by=sam.student)

    with pytest.raises(SlotTaken):
        move(at=NOW)
    assert move(at=NOW + TEN_MINUTES).scheduled_start == MONDAY_TEN


def test_the_notice_counts_from_the_moment_of_the_choice():
    sam = sam_and_tom(notice=120)
    start = NOW + timedelta(hours=2)
    at = NOW + timedelta(minutes=8)
    with pytest.raises(OutsideWindow):
        book(sam, start, at)
    assert book(sam, start, at, chosen_at=NOW).scheduled_start == start


def test_old_holds_are_swept(tom):
    held(tom)
    assert end_holds(at=NOW + timedelta(minutes=9)) == 0
    assert end_holds(at=NOW + TEN_MINUTES) == 1
    assert end_holds(at=NOW + TEN_MINUTES) == 0
    assert SessionSeat.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_fifty_visitors_want_one_time_and_one_holds_it(tom):
    visitors = [a_visitor() for _ in range(50)]

    answers = threads.at_once(
        [partial(held, tom, visitor) for visitor in visitors], threads=10, catching=(Refused,)
    )

    won = [answer for answer in answers if isinstance(answer, SlotHold)]
    lost = [answer for answer in answers if not isinstance(answer, SlotHold)]
    assert len(won) == 1
    assert {(type(answer), answer.status) for answer in lost} == {(SlotTaken, 409)}
    assert SessionSeat.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_a_booking_in_one_moment_leave_one_of_both():
    sam = sam_and_tom()
    acts = [partial(book, sam), partial(held, sam.student_teacher)] * 3

    answers = threads.at_once(acts)

    won = [answer for answer in answers if isinstance(answer, Session | SlotHold)]
    assert len(won) == 1
    assert broken("I10") == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_member", [True, False])
def test_one_visitor_in_many_tabs_holds_one_time(tom, is_member):
    tina = a_teacher(tom.course, name="Tina Teacher")
    open_hours(tina.user)
    visitor = a_visitor(a_member() if is_member else None)
    times = [MONDAY_TEN + timedelta(hours=2 * number) for number in range(4)]

    answers = threads.at_once(
        [partial(held, row, visitor, at) for at in times for row in (tom, tina)]
    )

    assert all(isinstance(answer, SlotHold) for answer in answers)
    assert SlotHold.objects.count() == 1
    assert broken("I10") == []


@pytest.mark.django_db(transaction=True)
def test_signing_in_in_two_tabs_keeps_the_hold(tom):
    visitor = a_visitor()
    held(tom, visitor)
    signed_in = Visitor(visitor.key, a_member())

    threads.at_once([partial(adopt_hold, visitor=signed_in, at=NOW)] * 4)

    assert SlotHold.objects.get().holder == signed_in.member
