"""The database refuses rows that break a rule of hours, seats or sessions."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from peerloop.kit.periods import Period
from scheduling.models import (
    Availability,
    AvailabilityOverride,
    AvailabilitySettings,
    Session,
    SessionReminder,
    SessionReschedule,
    SessionSeat,
)
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, sam_and_tom
from tests.cast import a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def refused(name: str, act) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    assert error.value.__cause__.diag.constraint_name == name


def a_window(user, **fields):
    values = {"day_of_week": 1, "start_minute": 540, "end_minute": 720, "timezone": "UTC"}
    return Availability.objects.create(user=user, **{**values, **fields})


# Seats (data model #1)


def test_a_teacher_is_not_in_two_sessions_at_once():
    first = sam_and_tom()
    second = an_enrollment(a_member("Sue"), first.course, first.student_teacher)
    a_session(first)
    refused(
        "seat_one_place_at_a_time",
        lambda: a_session(second, start=MONDAY_TEN + timedelta(minutes=30)),
    )


def test_a_student_is_not_in_two_sessions_at_once():
    first, other = sam_and_tom(), sam_and_tom()
    second = an_enrollment(first.student, other.course, other.student_teacher)
    a_session(first)
    refused("seat_one_place_at_a_time", lambda: a_session(second))


def test_nobody_teaches_while_studying():
    first, other = sam_and_tom(), sam_and_tom()
    a_session(first)
    studying = an_enrollment(first.teacher, other.course, other.student_teacher)
    refused("seat_one_place_at_a_time", lambda: a_session(studying))


def test_the_buffer_of_the_teacher_keeps_the_next_session_off():
    enrollment = sam_and_tom()
    a_session(enrollment)
    refused(
        "seat_one_place_at_a_time",
        lambda: a_session(enrollment, start=MONDAY_TEN + timedelta(minutes=60)),
    )


def test_sessions_may_touch_where_the_buffer_ends():
    enrollment = sam_and_tom()
    a_session(enrollment)
    a_session(enrollment, start=MONDAY_TEN + timedelta(minutes=75))
    assert SessionSeat.objects.count() == 4


def test_seats_follow_the_session():
    enrollment = sam_and_tom()
    session = a_session(enrollment)
    seats = {seat.role: seat for seat in session.seats.all()}
    assert seats["teacher"].user_id == enrollment.teacher_id
    assert seats["teacher"].during.upper == session.teacher_busy_until
    assert seats["student"].during.lower == session.scheduled_start
    assert seats["student"].during.upper == session.scheduled_end

    session.scheduled_start += timedelta(minutes=30)
    session.scheduled_end += timedelta(minutes=30)
    session.teacher_busy_until += timedelta(minutes=30)
    session.save()
    assert {seat.during.lower for seat in session.seats.all()} == {session.scheduled_start}

    session.status = Session.Status.IN_PROGRESS
    session.save()
    assert session.seats.count() == 2

    session.status = Session.Status.CANCELLED
    session.cancelled_at = NOW
    session.save()
    assert session.seats.count() == 0

    session.delete()
    again = a_session(enrollment)
    again.delete()
    assert SessionSeat.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM session_seats",
        "UPDATE session_seats SET role = 'student'",
        (
            "INSERT INTO session_seats (session_id, user_id, role, during)"
            " SELECT id, student_id, 'student', tstzrange(now(), NULL) FROM sessions"
        ),
    ],
)
def test_seats_are_written_by_the_trigger_alone(statement):
    a_session(sam_and_tom())
    with (
        pytest.raises(IntegrityError, match="triggers of sessions only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# Weekly windows (data model #7)


def test_windows_of_one_person_do_not_overlap():
    tom = a_member("Tom")
    a_window(tom)
    refused("availability_no_overlap", lambda: a_window(tom, start_minute=660, end_minute=780))


def test_windows_may_touch_and_lie_on_other_days_or_people():
    tom = a_member("Tom")
    a_window(tom)
    a_window(tom, start_minute=720, end_minute=780)
    a_window(tom, day_of_week=2)
    a_window(a_member("Tim"))


def test_windows_overlap_only_while_both_apply():
    tom = a_member("Tom")
    first = date(2026, 5, 4)
    a_window(tom, start_date=first, repeat_weeks=2)
    a_window(tom, start_date=first + timedelta(weeks=2), repeat_weeks=1)
    refused(
        "availability_no_overlap",
        lambda: a_window(tom, start_date=first + timedelta(days=13), repeat_weeks=1),
    )
    refused("availability_no_overlap", lambda: a_window(tom))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("availability_weekday", {"day_of_week": 7}),
        ("availability_at_least_an_hour", {"start_minute": 540, "end_minute": 599}),
        ("availability_at_least_an_hour", {"start_minute": 1400, "end_minute": 1460}),
        ("availability_repeat_needs_start", {"repeat_weeks": 3}),
        ("availability_repeat_needs_start", {"repeat_weeks": 0, "start_date": NOW.date()}),
    ],
)
def test_a_window_has_valid_times(name, fields):
    refused(name, lambda: a_window(a_member("Tom"), **fields))


# Dates and settings


def an_override(user, **fields):
    values = {"date": NOW.date(), "is_available": True, "timezone": "UTC"}
    times = {"start_minute": 540, "end_minute": 720} if fields.get("is_available", True) else {}
    return AvailabilityOverride.objects.create(user=user, **{**values, **times, **fields})


def test_a_date_can_be_closed_only_once():
    tom = a_member("Tom")
    an_override(tom, is_available=False)
    refused("override_one_block", lambda: an_override(tom, is_available=False))


def test_hours_of_a_date_do_not_overlap():
    tom = a_member("Tom")
    an_override(tom)
    an_override(tom, start_minute=720, end_minute=800)
    refused("override_no_overlap", lambda: an_override(tom, start_minute=600, end_minute=660))


@pytest.mark.parametrize(
    "fields",
    [
        {"is_available": False, "start_minute": 540, "end_minute": 600},
        {"start_minute": None, "end_minute": None},
        {"start_minute": 540, "end_minute": 599},
        {"start_minute": 1400, "end_minute": 1480},
    ],
)
def test_a_date_is_closed_or_has_an_hour(fields):
    refused("override_times", lambda: an_override(a_member("Tom"), **fields))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("buffer_0_to_60", {"buffer_minutes": 61}),
        ("notice_0_to_4320", {"notice_minutes": 4321}),
    ],
)
def test_booking_settings_stay_in_bounds(name, fields):
    user = a_member("Tom")
    refused(name, lambda: AvailabilitySettings.objects.create(user=user, timezone="UTC", **fields))


# Sessions, reschedules, reminders


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("session_ends_after_start", {"minutes": 0}),
        ("session_buffer_after_end", {"teacher_busy_until": MONDAY_TEN}),
        ("session_buffer_at_most_an_hour", {"teacher_busy_until": MONDAY_TEN + timedelta(hours=3)}),
        ("session_rescheduled_at_most_twice", {"reschedule_count": 3}),
        ("session_status", {"status": "later"}),
        ("session_completed_is_whole", {"status": "completed"}),
        ("session_cancelled_at", {"status": "cancelled"}),
        ("session_cancelled_at", {"cancelled_at": NOW}),
        ("session_no_show_party", {"status": "no_show"}),
        ("session_no_show_party", {"no_show_party": "student"}),
        ("session_late_cancel_reason", {"is_late_cancel": True}),
    ],
)
def test_fields_of_a_session_fit_its_status(name, fields):
    enrollment = sam_and_tom()
    refused(name, lambda: a_session(enrollment, **fields))


def test_teacher_and_student_are_two_people():
    enrollment = sam_and_tom()
    refused("session_needs_two_people", lambda: a_session(enrollment, teacher=enrollment.student))


def test_a_course_session_belongs_to_an_enrollment():
    session = a_session(sam_and_tom())
    session.enrollment = None
    refused("session_needs_enrollment", session.save)


def test_a_module_is_delivered_once():
    enrollment = sam_and_tom()
    held = {
        "status": "completed",
        "ended_at": NOW,
        "completion_source": "teacher",
        "module": enrollment.course.modules.first(),
    }
    a_session(enrollment, **held)
    refused("session_module_delivered_once", lambda: a_session(enrollment, **held))


def test_a_reschedule_changes_the_time_and_a_late_one_has_a_reason():
    session = a_session(sam_and_tom())
    values = {"session": session, "by": session.student, "old_start": MONDAY_TEN}
    refused(
        "session_reschedule_changes_time",
        lambda: SessionReschedule.objects.create(**values, new_start=MONDAY_TEN),
    )
    refused(
        "session_reschedule_late_reason",
        lambda: SessionReschedule.objects.create(**values, new_start=NOW, is_late=True),
    )


def test_a_reminder_exists_once():
    session = a_session(sam_and_tom())
    values = {"session": session, "user": session.student, "for_start": MONDAY_TEN}
    SessionReminder.objects.create(**values, kind="1h")
    refused("reminder_once", lambda: SessionReminder.objects.create(**values, kind="1h"))
    refused("reminder_kind", lambda: SessionReminder.objects.create(**values, kind="2h"))


def test_periods_touch_without_overlapping():
    hour = timedelta(hours=1)
    assert not Period(NOW, NOW + hour).overlaps(Period(NOW + hour, NOW + 2 * hour))


def test_teachers_of_other_courses_are_other_people():
    first = sam_and_tom()
    a_session(first)
    other = a_teacher(first.course, a_member("Tia"))
    student = a_member("Sid")
    a_session(an_enrollment(student, first.course, other))
    assert SessionSeat.objects.count() == 4
