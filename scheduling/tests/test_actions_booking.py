"""Booking: what it writes, whom it notifies, what it refuses (rules BOOK-1 to BOOK-6)."""

from datetime import timedelta

import pytest

from accounts.identity.actions import closure
from accounts.identity.actions.closure import ask_for_erasure
from accounts.models import Email, Notification
from learning.actions.locks import lock_enrollment
from learning.actions.teachers import OtherTeacher, TeacherNotAvailable
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.events import when
from peerloop.kit.refusals import Forbidden
from scheduling.actions import booking
from scheduling.actions.booking import NoTeacherFree, book_session
from scheduling.booking_rules import (
    BookingBlocked,
    EnrollmentClosed,
    NotCertified,
    OutsideHours,
    OutsideWindow,
    PlacesUsed,
    SlotTaken,
)
from scheduling.events import SessionBooked
from scheduling.models import AvailabilityOverride, Session, SessionSeat
from scheduling.queries import pick_teacher
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, open_hours, sam_and_tom
from tests.cast import a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def book(enrollment: Enrollment, start=MONDAY_TEN, *, teacher="own", at=NOW, **fields) -> Session:
    who = enrollment.teacher if teacher == "own" else teacher
    return book_session(
        enrollment=enrollment,
        teacher=who,
        start=start,
        by=fields.pop("by", enrollment.student),
        at=at,
        **fields,
    )


@pytest.mark.parametrize("who", ["teacher", "student"])
def test_no_account_closed_meanwhile_is_booked(monkeypatch, who):
    enrollment = sam_and_tom()
    member = getattr(enrollment, who)

    def close_account(row: Enrollment) -> None:
        lock_enrollment(row)
        ask_for_erasure(user=member, by=member, at=NOW)

    monkeypatch.setattr(booking, "lock_enrollment_row", close_account)
    monkeypatch.setattr(closure, "obstacles", lambda **_: [])

    with pytest.raises(TeacherNotAvailable):
        book(enrollment)
    assert not Session.objects.exists()


def test_booking_makes_a_session_of_both():
    enrollment = sam_and_tom(buffer=30)

    session = book(enrollment, topic="Loops, please")

    assert session.status == Session.Status.SCHEDULED
    assert session.scheduled_end == MONDAY_TEN + HOUR
    assert session.teacher_busy_until == MONDAY_TEN + timedelta(minutes=90)
    assert (session.teacher_id, session.student_id) == (
        enrollment.teacher_id,
        enrollment.student_id,
    )
    assert session.topic == "Loops, please"
    assert session.booked_by == enrollment.student
    assert SessionSeat.objects.filter(session=session).count() == 2


def test_the_length_is_the_courses():
    enrollment = sam_and_tom()
    enrollment.course.session_minutes = 45
    enrollment.course.save()
    assert book(enrollment).scheduled_end == MONDAY_TEN + timedelta(minutes=45)


def test_both_are_notified_in_their_own_zone_with_a_calendar_file():
    enrollment = sam_and_tom()
    for person, zone in [(enrollment.student, "Asia/Tokyo"), (enrollment.teacher, "UTC")]:
        person.timezone = zone
        person.save()

    book(enrollment)

    mails = {mail.user_id: mail for mail in Email.objects.filter(template="session-booked")}
    assert set(mails) == {enrollment.student_id, enrollment.teacher_id}
    assert mails[enrollment.student_id].context["starts"] == "Mon 4 May, 19:00"
    assert mails[enrollment.teacher_id].context["starts"] == "Mon 4 May, 10:00"
    assert mails[enrollment.student_id].context["module"] == "Module 1"
    assert "DTSTART:20260504T100000Z" in mails[enrollment.student_id].context["ics"]
    assert Notification.objects.filter(kind="session_booked").count() == 2


def test_the_event_is_announced_once():
    heard = []
    when(SessionBooked, heard.append)
    session = book(sam_and_tom())
    assert [fact.session_id for fact in heard if fact.session_id == session.pk] == [session.pk]


def test_the_first_booking_assigns_the_teacher():
    enrollment = sam_and_tom(with_teacher=False)
    teacher = StudentTeacher.objects.get(course=enrollment.course).user
    session = book(enrollment, teacher=teacher)
    enrollment.refresh_from_db()
    assert enrollment.teacher == session.teacher == teacher


def test_without_a_teacher_one_who_is_free_then_is_picked():
    enrollment = sam_and_tom(with_teacher=False)
    free = a_teacher(enrollment.course, name="Tia Teacher").user
    open_hours(free, start=600, end=720)
    for _ in range(10):
        assert pick_teacher(
            enrollment.course,
            student_id=enrollment.student_id,
            at=NOW,
            start=MONDAY_TEN.replace(hour=11),
        ) in (
            free,
            StudentTeacher.objects.exclude(user=free).get(course=enrollment.course).user,
        )
    busy = StudentTeacher.objects.exclude(user=free).get(course=enrollment.course)
    a_session(an_enrollment(a_member("Sue"), enrollment.course, busy))
    assert book(enrollment, teacher=None).teacher == free


def test_nobody_free_is_a_refusal():
    enrollment = sam_and_tom(with_teacher=False)
    with pytest.raises(NoTeacherFree):
        book(enrollment, MONDAY_TEN.replace(hour=3), teacher=None)


def test_only_the_student_books():
    enrollment = sam_and_tom()
    for person in (enrollment.teacher, a_member("Olga")):
        with pytest.raises(Forbidden):
            book(enrollment, by=person)


@pytest.mark.parametrize("status", ["completed", "cancelled", "disputed"])
def test_a_closed_enrollment_books_nothing(status):
    enrollment = sam_and_tom()
    Enrollment.objects.filter(pk=enrollment.pk).update(
        status=status,
        completed_at=NOW if status == "completed" else None,
        cancelled_at=NOW if status == "cancelled" else None,
    )
    enrollment.refresh_from_db()
    with pytest.raises(EnrollmentClosed):
        book(enrollment)


def test_a_blocked_student_books_nothing():
    enrollment = sam_and_tom()
    enrollment.booking_blocked_at = NOW
    enrollment.save()
    with pytest.raises(BookingBlocked):
        book(enrollment)


def test_somebody_without_the_right_is_no_teacher():
    with pytest.raises(NotCertified):
        book(sam_and_tom(), teacher=a_member("Olga"))


def test_one_teacher_per_enrollment():
    enrollment = sam_and_tom()
    other = a_teacher(enrollment.course, name="Tia Teacher").user
    open_hours(other)
    with pytest.raises(OtherTeacher):
        book(enrollment, teacher=other)


@pytest.mark.parametrize("switch", ["is_active", "teaching_active"])
def test_a_teacher_who_is_off_or_pauses_is_not_booked(switch):
    enrollment = sam_and_tom()
    StudentTeacher.objects.filter(pk=enrollment.student_teacher_id).update(**{switch: False})
    with pytest.raises(TeacherNotAvailable):
        book(enrollment)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (NOW - HOUR, "passed"),
        (NOW, "passed"),
        (NOW + timedelta(minutes=90), "2 hours of notice"),
        (MONDAY_TEN + timedelta(days=28), "28 days"),
    ],
)
def test_a_start_outside_notice_and_horizon(start, words):
    with pytest.raises(OutsideWindow, match=words) as refusal:
        book(sam_and_tom(), start)
    assert "scheduled_start" in refusal.value.fields


def test_the_edges_of_notice_and_horizon_can_be_booked():
    enrollment = sam_and_tom()
    book(enrollment, NOW + timedelta(hours=2))
    book(enrollment, (NOW + timedelta(days=28)).replace(hour=9), at=NOW.replace(hour=9))


@pytest.mark.parametrize(
    "start",
    [
        MONDAY_TEN.replace(hour=8, minute=30),
        MONDAY_TEN.replace(hour=17, minute=30),
        MONDAY_TEN.replace(minute=10),
        MONDAY_TEN.replace(second=1),
        MONDAY_TEN.replace(microsecond=1),
    ],
)
def test_a_start_outside_the_hours(start):
    with pytest.raises(OutsideHours):
        book(sam_and_tom(), start)


def test_a_closed_date_is_outside_the_hours():
    enrollment = sam_and_tom()
    AvailabilityOverride.objects.create(
        user=enrollment.teacher, date=MONDAY_TEN.date(), is_available=False, timezone="UTC"
    )
    with pytest.raises(OutsideHours):
        book(enrollment)


def test_no_more_sessions_than_modules_were_paid():
    enrollment = sam_and_tom(modules=2)
    book(enrollment)
    book(enrollment, MONDAY_TEN + timedelta(days=1))
    with pytest.raises(PlacesUsed):
        book(enrollment, MONDAY_TEN + timedelta(days=2))


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_a_cancelled_or_missed_session_gives_its_place_back(status):
    enrollment = sam_and_tom(modules=1)
    a_session(
        enrollment,
        status=status,
        cancelled_at=NOW if status == "cancelled" else None,
        no_show_party="student" if status == "no_show" else "",
    )
    assert book(enrollment, MONDAY_TEN + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "field"), [("makeup", "session_credits"), ("extra", "extra_sessions")]
)
def test_makeups_and_extras_have_their_own_places(kind, field):
    enrollment = sam_and_tom(modules=1)
    with pytest.raises(PlacesUsed):
        book(enrollment, kind=kind)
    setattr(enrollment, field, 1)
    enrollment.save()
    book(enrollment)
    assert book(enrollment, MONDAY_TEN + timedelta(days=1), kind=kind).kind == kind


def test_the_limit_is_named_before_the_conflict():
    enrollment = sam_and_tom(modules=1)
    book(enrollment)
    with pytest.raises(PlacesUsed):
        book(enrollment)


def test_a_taken_slot_says_whose_side_it_is():
    enrollment = sam_and_tom()
    other = an_enrollment(a_member("Sue"), enrollment.course, enrollment.student_teacher)
    book(other)
    with pytest.raises(SlotTaken) as refusal:
        book(enrollment)
    assert refusal.value.details == {"side": "teacher"}

    elsewhere = sam_and_tom()
    mine = an_enrollment(enrollment.student, elsewhere.course, elsewhere.student_teacher)
    at_eleven = MONDAY_TEN + 2 * HOUR
    book(mine, at_eleven)
    with pytest.raises(SlotTaken, match="You already have") as refusal:
        book(enrollment, at_eleven)
    assert refusal.value.details == {"side": "student"}


def test_the_buffer_is_kept_on_both_sides():
    enrollment = sam_and_tom(modules=6, buffer=30)
    book(enrollment)
    for start in (MONDAY_TEN - HOUR, MONDAY_TEN + HOUR):
        with pytest.raises(SlotTaken):
            book(enrollment, start)
    book(enrollment, MONDAY_TEN + timedelta(minutes=90))


def test_the_buffer_is_kept_around_what_the_teacher_studies_too():
    enrollment, elsewhere = sam_and_tom(buffer=30), sam_and_tom()
    studying = an_enrollment(enrollment.teacher, elsewhere.course, elsewhere.student_teacher)
    book(studying)
    for start in (MONDAY_TEN - HOUR, MONDAY_TEN + HOUR):
        with pytest.raises(SlotTaken):
            book(enrollment, start)
    book(enrollment, MONDAY_TEN + timedelta(minutes=90))


def test_a_refused_booking_leaves_nothing():
    enrollment = sam_and_tom(with_teacher=False)
    teacher = StudentTeacher.objects.get(course=enrollment.course)
    a_session(an_enrollment(a_member("Sue"), enrollment.course, teacher))
    with pytest.raises(SlotTaken):
        book(enrollment, teacher=teacher.user)
    enrollment.refresh_from_db()
    assert enrollment.teacher is None
    assert not Email.objects.exists()
