"""Reminders: 24 hours, 1 hour, 15 minutes before, each once; replaced when the session changes."""

from datetime import timedelta

import pytest

from accounts.models import Email, Notification
from scheduling.actions.booking import book_session
from scheduling.actions.cancelling import cancel_session
from scheduling.actions.reminders import send_reminders
from scheduling.actions.rescheduling import reschedule_session
from scheduling.models import Session, SessionReminder
from scheduling.tests.people import MONDAY_TEN, NOW, sam_and_tom

pytestmark = pytest.mark.django_db

START = MONDAY_TEN + timedelta(days=3)
DAY, HOUR, QUARTER = timedelta(days=1), timedelta(hours=1), timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


def booked(start=START, at=NOW) -> Session:
    enrollment = sam_and_tom()
    return book_session(
        enrollment=enrollment, teacher=enrollment.teacher, start=start, by=enrollment.student, at=at
    )


def mails() -> int:
    return Email.objects.filter(template="session-reminder").count()


def test_both_are_reminded_three_times():
    session = booked()
    for before in (DAY, HOUR, QUARTER):
        assert send_reminders(at=START - before - MINUTE) == 0
        assert send_reminders(at=START - before) == 2
        assert send_reminders(at=START - before + MINUTE) == 0
    assert mails() == 6
    notices = Notification.objects.filter(kind="session_reminder", user=session.student)
    assert {notice.title for notice in notices} == {
        "Your session starts tomorrow",
        "Your session starts in one hour",
        "Your session starts in 15 minutes",
    }


def test_ten_minutes_late_is_sent_later_is_dropped():
    booked()
    assert send_reminders(at=START - DAY + 10 * MINUTE) == 2
    assert send_reminders(at=START - HOUR + 10 * MINUTE + timedelta(seconds=1)) == 0
    assert mails() == 2


def test_reminders_whose_time_has_passed_are_skipped():
    session = booked(start=NOW + 5 * HOUR)
    kinds = SessionReminder.objects.filter(session=session, user=session.student)
    assert set(kinds.values_list("kind", flat=True)) == {"1h", "15m"}


def test_a_running_session_still_reminds_who_is_missing():
    session = booked()
    Session.objects.filter(pk=session.pk).update(status="in_progress")
    assert send_reminders(at=START - QUARTER) == 2


def test_cancelled_sessions_remind_nobody():
    session = booked()
    cancel_session(session=session, by=session.student, reason="", at=NOW)
    assert send_reminders(at=START - DAY) == 0


def test_a_rescheduled_session_has_reminders_of_its_new_time_only():
    session = booked()
    send_reminders(at=START - DAY)
    new = START + 2 * DAY
    reschedule_session(
        session=session, start=new, by=session.student, reason="Train", at=START - DAY + HOUR
    )
    assert send_reminders(at=START - HOUR) == 0
    assert send_reminders(at=new - DAY) == 2
    assert send_reminders(at=new - HOUR) == 2
    assert mails() == 6


def test_many_reminders_go_out_in_one_sweep():
    for _ in range(3):
        booked()
    assert send_reminders(at=START - DAY) == 6
