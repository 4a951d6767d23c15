"""Cancelling, rescheduling, leaving a teacher: what changes, who is notified."""

from datetime import timedelta

import pytest

from accounts.events import MemberSuspended
from accounts.models import AuditEntry, Email
from learning.actions import unassign_teacher
from learning.actions.blocking import unblock_booking
from learning.models import StudentTeacher
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment
from scheduling.actions.booking import book_session
from scheduling.actions.cancelling import (
    cancel_for_suspension,
    cancel_future_sessions,
    cancel_session,
)
from scheduling.actions.overdue import close_overdue
from scheduling.actions.rescheduling import RescheduledTwice, reschedule_session
from scheduling.actions.teacher_change import change_teacher
from scheduling.booking_rules import BookingBlocked, OutsideHours, SlotTaken
from scheduling.models import Session, SessionReminder, SessionReschedule
from scheduling.tests.people import (
    MONDAY_TEN,
    NOW,
    a_session,
    broken,
    open_hours,
    sam_and_tom,
)
from tests.cast import a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FAR = MONDAY_TEN + 7 * DAY


def book(enrollment, start=FAR, at=NOW) -> Session:
    return book_session(
        enrollment=enrollment, teacher=enrollment.teacher, start=start, by=enrollment.student, at=at
    )


def cancel(session, by, *, reason="", at=NOW) -> Session:
    return cancel_session(session=session, by=by, reason=reason, at=at)


def reschedule(session, start, *, by=None, reason="", at=NOW) -> Session:
    return reschedule_session(
        session=session, start=start, by=by or session.student, reason=reason, at=at
    )


# Cancelling


@pytest.mark.parametrize("side", ["student", "teacher"])
def test_either_side_cancels_and_both_are_notified(side):
    session = book(sam_and_tom())
    done = cancel(session, getattr(session, side), reason="Holiday")
    assert done.status == Session.Status.CANCELLED
    assert (done.cancelled_by, done.cancel_reason, done.is_late_cancel) == (
        getattr(session, side),
        "Holiday",
        False,
    )
    mails = Email.objects.filter(template="session-cancelled")
    assert {mail.user_id for mail in mails} == {session.student_id, session.teacher_id}
    assert all("STATUS:CANCELLED" in mail.context["ics"] for mail in mails)
    assert not SessionReminder.objects.exists()
    assert broken("I10") == []


def test_the_time_of_a_cancelled_session_is_free_again():
    enrollment = sam_and_tom()
    session = book(enrollment)
    cancel(session, session.student)
    assert book(enrollment).pk != session.pk


def test_less_than_a_day_before_a_reason_is_needed_and_it_is_late():
    enrollment = sam_and_tom()
    session = a_session(enrollment, start=NOW + DAY)
    assert not cancel(session, session.student).is_late_cancel

    late = a_session(enrollment, start=NOW + DAY)
    at = NOW + timedelta(minutes=1)
    with pytest.raises(Invalid) as refusal:
        cancel(late, late.student, at=at)
    assert "cancel_reason" in refusal.value.fields
    assert cancel(late, late.student, reason=" ill ", at=at).is_late_cancel


def test_strangers_do_not_cancel_and_admins_never_late():
    session = a_session(sam_and_tom(), start=NOW + timedelta(hours=3))
    with pytest.raises(Forbidden):
        cancel(session, a_member("Olga"))
    done = cancel(session, a_member("Ada", is_admin=True), reason="Outage")
    assert not done.is_late_cancel


def test_a_running_session_can_be_cancelled_until_its_end():
    session = a_session(sam_and_tom(), start=NOW, status="in_progress", started_at=NOW)
    with pytest.raises(WrongMoment):
        cancel(session, session.student, reason="late", at=NOW + timedelta(hours=1))
    done = cancel(session, session.student, reason="No sound", at=NOW + timedelta(minutes=5))
    assert done.status == Session.Status.CANCELLED


@pytest.mark.parametrize(
    "fields",
    [
        {"start": NOW},
        {"status": "completed", "ended_at": NOW, "completion_source": "teacher"},
        {"status": "no_show", "no_show_party": "student"},
    ],
)
def test_a_session_that_began_or_is_over_is_not_cancelled(fields):
    session = a_session(sam_and_tom(), **fields)
    with pytest.raises(WrongMoment):
        cancel(session, session.student, reason="ill")


def test_three_late_cancellations_block_booking_until_it_is_unblocked():
    enrollment = sam_and_tom()
    for hours in (3, 5):
        session = a_session(enrollment, start=NOW + timedelta(hours=hours))
        cancel(session, session.student, reason="ill")
    teachers_own = a_session(enrollment, start=NOW + timedelta(hours=7))
    cancel(teachers_own, teachers_own.teacher, reason="ill")
    enrollment.refresh_from_db()
    assert enrollment.booking_blocked_at is None

    third = a_session(enrollment, start=NOW + timedelta(hours=9))
    cancel(third, third.student, reason="ill")
    enrollment.refresh_from_db()
    with pytest.raises(BookingBlocked):
        book(enrollment)

    with pytest.raises(Forbidden):
        unblock_booking(enrollment=enrollment, by=enrollment.student, at=NOW)
    unblock_booking(enrollment=enrollment, by=enrollment.teacher, at=NOW)
    assert book(enrollment)


# Rescheduling


def test_a_rescheduled_session_keeps_its_id():
    session = book(sam_and_tom(buffer=30))
    done = reschedule(session, FAR + DAY)
    assert done.pk == session.pk
    assert done.scheduled_start == FAR + DAY
    assert done.scheduled_end == FAR + DAY + timedelta(hours=1)
    assert done.teacher_busy_until == FAR + DAY + timedelta(minutes=90)
    assert done.reschedule_count == 1
    row = SessionReschedule.objects.get()
    assert (row.old_start, row.new_start, row.is_late) == (FAR, FAR + DAY, False)
    assert set(SessionReminder.objects.values_list("for_start", flat=True)) == {FAR + DAY}
    mails = Email.objects.filter(template="session-rescheduled")
    assert mails.count() == 2
    assert all("SEQUENCE:1" in mail.context["ics"] for mail in mails)
    assert broken("I10") == []


def test_a_session_can_be_rescheduled_onto_part_of_its_own_time():
    session = book(sam_and_tom())
    assert reschedule(session, FAR + timedelta(minutes=30)).reschedule_count == 1


def test_a_session_is_rescheduled_at_most_twice():
    session = book(sam_and_tom())
    reschedule(session, FAR + DAY)
    reschedule(session, FAR, by=session.teacher)
    with pytest.raises(RescheduledTwice):
        reschedule(session, FAR + DAY)


def test_rescheduling_follows_the_rules_of_booking():
    enrollment = sam_and_tom()
    session = book(enrollment)
    other = an_enrollment(a_member("Sue"), enrollment.course, enrollment.student_teacher)
    book(other, FAR + DAY)
    with pytest.raises(SlotTaken):
        reschedule(session, FAR + DAY)
    with pytest.raises(OutsideHours):
        reschedule(session, FAR.replace(hour=3))
    with pytest.raises(Invalid):
        reschedule(session, FAR)
    with pytest.raises(Forbidden):
        reschedule(session, FAR + 2 * DAY, by=a_member("Olga"))
    session.refresh_from_db()
    assert session.scheduled_start == FAR


def test_the_teacher_is_told_whose_other_session_is_in_the_way():
    enrollment, elsewhere = sam_and_tom(), sam_and_tom()
    session = book(enrollment)
    mine = an_enrollment(enrollment.student, elsewhere.course, elsewhere.student_teacher)
    book(mine, FAR + DAY)
    with pytest.raises(SlotTaken, match="The student already"):
        reschedule(session, FAR + DAY, by=session.teacher)
    with pytest.raises(SlotTaken, match="You already"):
        reschedule(session, FAR + DAY, by=session.student)


def test_rescheduling_late_needs_a_reason():
    session = a_session(sam_and_tom(), start=NOW + timedelta(hours=3))
    with pytest.raises(Invalid, match="24 hours"):
        reschedule(session, FAR)
    reschedule(session, FAR, reason="Train")
    assert SessionReschedule.objects.get().is_late


@pytest.mark.parametrize("status", ["in_progress", "cancelled", "completed"])
def test_only_a_scheduled_session_is_rescheduled(status):
    fields = {
        "in_progress": {},
        "cancelled": {"cancelled_at": NOW},
        "completed": {"ended_at": NOW, "completion_source": "teacher"},
    }[status]
    session = a_session(sam_and_tom(), start=FAR, status=status, **fields)
    with pytest.raises(WrongMoment):
        reschedule(session, FAR + DAY)


# All sessions ahead, and changing the teacher


def test_sessions_that_have_not_begun_are_cancelled_and_running_ones_continue():
    enrollment = sam_and_tom(modules=4)
    running = a_session(enrollment, start=NOW, status="in_progress", started_at=NOW)
    for number in (1, 2):
        a_session(enrollment, start=NOW + number * DAY)
    count = cancel_future_sessions(enrollment=enrollment, by=enrollment.student, reason="", at=NOW)
    assert count == 2
    running.refresh_from_db()
    assert running.status == Session.Status.IN_PROGRESS
    assert (
        cancel_future_sessions(enrollment=enrollment, by=enrollment.student, reason="", at=NOW) == 0
    )


def test_a_student_changes_teachers():
    enrollment = sam_and_tom()
    old = enrollment.teacher
    book(enrollment)
    new = a_teacher(enrollment.course, name="Tia Teacher").user
    open_hours(new)

    assert change_teacher(enrollment=enrollment, by=enrollment.student, reason="", at=NOW) == 1

    enrollment.refresh_from_db()
    assert enrollment.teacher is None
    session = book_session(
        enrollment=enrollment, teacher=new, start=FAR, by=enrollment.student, at=NOW
    )
    assert (session.teacher, enrollment.teacher) == (new, new)
    assert old != new


def test_changing_teachers_late_needs_a_reason_and_counts():
    enrollment = sam_and_tom()
    a_session(enrollment, start=NOW + timedelta(hours=5))
    with pytest.raises(Invalid) as refusal:
        change_teacher(enrollment=enrollment, by=enrollment.student, reason="", at=NOW)
    assert "reason" in refusal.value.fields
    change_teacher(enrollment=enrollment, by=enrollment.student, reason="No match", at=NOW)
    assert Session.objects.get().is_late_cancel


def test_a_teacher_leaves_with_a_reason():
    enrollment = sam_and_tom()
    book(enrollment)
    with pytest.raises(Invalid):
        change_teacher(enrollment=enrollment, by=enrollment.teacher, reason=" ", at=NOW)
    with pytest.raises(Forbidden):
        change_teacher(enrollment=enrollment, by=a_member("Olga"), reason="x", at=NOW)
    change_teacher(enrollment=enrollment, by=enrollment.teacher, reason="Moving away", at=NOW)
    assert Session.objects.get().cancel_reason == "Moving away"


def test_without_a_teacher_there_is_nothing_to_change():
    enrollment = sam_and_tom(with_teacher=False)
    with pytest.raises(WrongMoment):
        change_teacher(enrollment=enrollment, by=enrollment.student, reason="", at=NOW)


def test_sessions_are_cancelled_when_the_teacher_is_taken_away():
    enrollment = sam_and_tom()
    session = book(enrollment)
    unassign_teacher(
        enrollment=enrollment, by=enrollment.course.creator, reason="Switched off", at=NOW
    )
    session.refresh_from_db()
    assert (session.status, session.cancel_reason) == (Session.Status.CANCELLED, "Switched off")
    assert not session.is_late_cancel


def test_a_paused_teacher_takes_no_rescheduled_session():
    session = book(sam_and_tom())
    StudentTeacher.objects.update(teaching_active=False)
    with pytest.raises(Forbidden):
        reschedule(session, FAR + DAY)


def test_what_an_admin_cancels_is_in_the_audit_log():
    session = a_session(sam_and_tom(), start=FAR)
    ada = a_member("Ada", is_admin=True)
    cancel(session, ada, reason="Outage")
    entry = AuditEntry.objects.get(action="session.cancel")
    assert (entry.actor, entry.reason) == (ada, "Outage")


def test_the_sessions_of_a_suspended_member_are_cancelled():
    enrollment, elsewhere = sam_and_tom(), sam_and_tom()
    tom = enrollment.teacher
    taught = a_session(enrollment, start=NOW + timedelta(hours=3))
    studied = a_session(an_enrollment(tom, elsewhere.course, elsewhere.student_teacher), start=FAR)
    announce(MemberSuspended(user_id=tom.pk, at=NOW))
    for session in (taught, studied):
        session.refresh_from_db()
        assert (session.status, session.is_late_cancel) == ("cancelled", False)
        assert session.cancelled_by is None
    mail = Email.objects.get(template="session-cancelled", user=taught.student)
    assert mail.context["by"] == "PeerLoop"
    assert cancel_for_suspension(member=tom, at=NOW) == 0


def test_missed_sessions_of_the_student_count_as_late_ones():
    enrollment = sam_and_tom(modules=9)
    for number in (3, 2, 1):
        start = NOW - number * DAY
        missed = a_session(enrollment, start=start)
        both_away = start + timedelta(hours=3)
        enrollment.refresh_from_db()
        assert enrollment.booking_blocked_at is None
        close_overdue(session_id=missed.pk, at=both_away)
    enrollment.refresh_from_db()
    assert enrollment.booking_blocked_at is not None
