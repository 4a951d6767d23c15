"""Free meetings of 15 minutes before anything is paid (rule BOOK-11)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.identity.access import Unverified
from accounts.models import Block, Email, Notification
from billing.models import PaymentSplit
from learning.actions.teachers import TeacherNotAvailable
from learning.models import StudentTeacher
from peerloop.kit.refusals import Forbidden, WrongMoment
from scheduling.actions.assessment import ask_to_rate, rate_session
from scheduling.actions.booking import book_intro
from scheduling.actions.cancelling import cancel_session
from scheduling.actions.completion import complete_session, has_place
from scheduling.actions.overdue import close_overdue
from scheduling.actions.rescheduling import reschedule_session
from scheduling.booking_rules import IntrosFull, MetAlready, OutsideHours, SlotTaken
from scheduling.models import Availability, AvailabilityOverride, Session, SessionReminder
from scheduling.queries.free_times import zone_for
from scheduling.queries.intros import intro_slots, intro_times
from scheduling.session_outcomes import outcomes_of
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, broken, open_hours
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def right() -> StudentTeacher:
    """Tom's right to teach; he is open from 9 to 18 UTC, for free meetings from 9 to 12."""
    right = a_teacher(a_course())
    open_hours(right.user, start=540, end=720)
    open_hours(right.user, start=720, end=1080)
    Availability.objects.filter(start_minute=540).update(is_intro=True)
    return right


def meet(right: StudentTeacher, who=None, start=MONDAY_TEN, *, at=NOW, **fields) -> Session:
    return book_intro(
        teacher=right.user,
        course=right.course,
        start=start,
        by=who or a_member(f"Member {Session.objects.count()}"),
        at=at,
        **fields,
    )


def test_a_meeting_takes_a_quarter_of_an_hour_of_both_and_nothing_else(right):
    sam = a_member()

    session = meet(right, sam, topic="Is this for me?")

    assert session.scheduled_end == MONDAY_TEN + timedelta(minutes=15)
    assert session.teacher_busy_until == MONDAY_TEN + timedelta(minutes=30)
    assert (session.enrollment, session.student, session.topic) == (None, sam, "Is this for me?")
    assert session.seats.count() == 2
    assert not PaymentSplit.objects.exists()
    assert broken("I10") == broken("I4") == []


def test_both_hear_of_it_and_are_reminded_twice(right):
    session = meet(right)

    assert Email.objects.filter(template="intro-booked").count() == 2
    assert Notification.objects.filter(title__startswith="Free meeting booked").count() == 2
    kinds = SessionReminder.objects.filter(session=session).values_list("kind", flat=True)
    assert sorted(kinds) == ["1h", "1h", "24h", "24h"]


def test_it_is_once_for_each_member_and_teacher(right):
    sam = a_member()
    first = meet(right, sam)

    with pytest.raises(MetAlready):
        meet(right, sam, MONDAY_TEN + DAY)

    cancel_session(session=first, by=sam, reason="", at=NOW)
    assert meet(right, sam, MONDAY_TEN + DAY).is_open


def test_two_teachers_are_met_by_one_member(right):
    other = a_teacher(right.course, name="Tia Teacher")
    open_hours(other.user)
    Availability.objects.update(is_intro=True)
    sam = a_member()
    meet(right, sam)
    assert meet(other, sam, MONDAY_TEN + HOUR).is_open


def test_only_hours_that_were_flagged_take_it(right):
    with pytest.raises(OutsideHours):
        meet(right, start=MONDAY_TEN + 3 * HOUR)


def test_a_date_that_differs_from_the_week_takes_none(right):
    AvailabilityOverride.objects.create(
        user=right.user,
        date=MONDAY_TEN.date(),
        is_available=True,
        start_minute=540,
        end_minute=720,
        timezone="UTC",
    )
    with pytest.raises(OutsideHours):
        meet(right)


def test_the_fifth_of_a_day_is_refused_and_its_day_offered_no_longer(right):
    for place in range(4):
        meet(right, start=MONDAY_TEN - HOUR + place * timedelta(minutes=30))
    later = MONDAY_TEN + HOUR

    with pytest.raises(IntrosFull):
        meet(right, start=later)

    slots = intro_slots(teacher=right.user, student=None, start=NOW, end=NOW + 3 * DAY, at=NOW)
    days = {slot.start.date() for slot in slots}
    assert days == {NOW.date(), (MONDAY_TEN + DAY).date()}


def test_the_day_of_four_is_the_teachers_own(right):
    """Monday 23:00 and Tuesday 02:00 UTC are one Tuesday in Tokyo."""
    Availability.objects.all().delete()
    open_hours(right.user, start=0, end=1440, zone="Asia/Tokyo", buffer=0)
    Availability.objects.update(is_intro=True)
    late = MONDAY_TEN + 13 * HOUR
    for place in range(4):
        meet(right, start=late + place * timedelta(minutes=30))
    with pytest.raises(IntrosFull):
        meet(right, start=late + 3 * HOUR)
    assert meet(right, start=late - 9 * HOUR).is_open


def test_times_that_either_has_taken_are_not_offered(right):
    sam = a_member()
    other = a_teacher(right.course, name="Tia Teacher")
    a_session(an_enrollment(sam, right.course, other), start=MONDAY_TEN)
    a_session(an_enrollment(a_member("Olga"), right.course, right), start=MONDAY_TEN - HOUR)

    found = intro_times(
        right.user, student=sam, zone=zone_for(sam), at=NOW, wanted=MONDAY_TEN.date()
    )

    # 9:00 to 10:15 is Tom's, with his pause; 10:00 to 11:00 is Sam's.
    assert [start.hour for start in found.strip.chosen.things] == [11, 11]
    with pytest.raises(SlotTaken):
        meet(right, sam)


def test_who_may_not_meet_is_refused(right):
    sam = a_member()
    with pytest.raises(Unverified):
        meet(right, a_member("New", verified=False))
    with pytest.raises(TeacherNotAvailable):
        meet(right, right.user)
    with pytest.raises(TeacherNotAvailable):
        book_intro(teacher=right.user, course=a_course(), start=MONDAY_TEN, by=sam, at=NOW)
    StudentTeacher.objects.update(teaching_active=False)
    with pytest.raises(TeacherNotAvailable):
        meet(right, sam)


@pytest.mark.parametrize("is_by_teacher", [True, False])
def test_who_shut_the_other_out_does_not_meet_them(right, is_by_teacher):
    sam = a_member()
    pair = (right.user, sam) if is_by_teacher else (sam, right.user)
    Block.objects.create(blocker=pair[0], blocked=pair[1])
    with pytest.raises(TeacherNotAvailable):
        meet(right, sam)


def test_a_meeting_that_was_held_counts_for_nothing_and_is_not_rated(right):
    sam = a_member()
    session = complete_session(
        session_id=meet(right, sam).pk, source="room_ended", at=MONDAY_TEN + HOUR
    )

    with pytest.raises(Forbidden):
        rate_session(session=session, by=sam, rating=5, at=MONDAY_TEN + HOUR)
    assert ask_to_rate(at=MONDAY_TEN + 4 * DAY) == 0
    assert not Email.objects.filter(template="session-completed").exists()
    with pytest.raises(MetAlready):
        meet(right, sam, MONDAY_TEN + DAY)


def test_after_it_the_course_with_that_teacher_is_one_press_away(right):
    sam = a_member()
    session = complete_session(
        session_id=meet(right, sam).pk, source="room_ended", at=MONDAY_TEN + HOUR
    )
    [outcome] = outcomes_of(session, sam)
    assert str(right.user.pk) in outcome.href
    assert outcomes_of(session, right.user) == []


def test_it_is_moved_only_to_where_meetings_are_taken(right):
    sam = a_member()
    session = meet(right, sam)
    with pytest.raises(OutsideHours):
        reschedule_session(session=session, start=MONDAY_TEN + 3 * HOUR, by=sam, at=NOW)
    moved = reschedule_session(session=session, start=MONDAY_TEN + HOUR, by=sam, at=NOW)
    assert moved.scheduled_end == MONDAY_TEN + timedelta(minutes=75)


def test_a_missed_meeting_can_be_booked_again_and_then_not_be_completed(right):
    sam = a_member()
    missed = close_overdue(session_id=meet(right, sam).pk, at=MONDAY_TEN + HOUR)
    assert missed.is_no_show
    assert has_place(missed)
    meet(right, sam, MONDAY_TEN + DAY, at=MONDAY_TEN + HOUR)
    assert not has_place(missed)
    with pytest.raises(Exception, match="booked again"):
        complete_session(session_id=missed.pk, source="admin", at=MONDAY_TEN + 2 * HOUR)


def test_the_database_knows_that_it_is_short_and_once(right):
    session = meet(right)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(scheduled_end=MONDAY_TEN + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(
            course=right.course,
            teacher=right.user,
            student=session.student,
            kind="intro",
            scheduled_start=MONDAY_TEN + DAY,
            scheduled_end=MONDAY_TEN + DAY + timedelta(minutes=15),
            teacher_busy_until=MONDAY_TEN + DAY + timedelta(minutes=15),
            booked_by=session.student,
        )


def test_a_cancelled_meeting_says_so_once(right):
    session = meet(right)
    cancel_session(session=session, by=right.user, reason="I am ill.", at=NOW)
    with pytest.raises(WrongMoment):
        cancel_session(session=session, by=right.user, reason="I am ill.", at=NOW)
    assert Email.objects.filter(template="session-cancelled").count() == 2
