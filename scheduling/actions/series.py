"""Booking many sessions in one act: all of them, or none (ADR 38)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from django.db import transaction

from accounts.models import User
from learning.actions import assign_teacher
from learning.models import Enrollment
from peerloop.kit.refusals import Invalid
from peerloop.kit.retries import run_with_retry
from peerloop.kit.text import clean
from scheduling.actions.booking import announce_booked, refusing_taken_seats
from scheduling.actions.giving_way import give_way
from scheduling.actions.locks import lock_enrollment_row, lock_members
from scheduling.actions.reminders import plan_first_reminders
from scheduling.booking_rules import BookingRequest
from scheduling.models import Session
from scheduling.notifications import notify_series_booked
from scheduling.queries.series import STARTS, check_first, check_series, requests_of
from scheduling.series import MAX_SESSIONS

MAX_AHEAD = timedelta(days=366)


def book_series(
    *,
    enrollment: Enrollment,
    teacher: User | None,
    starts: Sequence[datetime],
    by: User,
    at: datetime,
    topic: str = "",
    kind: str = Session.Kind.COURSE,
) -> list[Session]:
    """Book a session at each of the starts, or none: one notification and one mail for each side.

    Without a teacher it is the enrollment's own. The first start is one that anybody may book; each
    other one at most the horizon of booking after the one before. The number of statements does
    not grow with the sessions. Not safe to repeat by itself: the API's Idempotency-Key is
    (BOOK-8). Raises Invalid naming ``starts`` or ``teacher_id``, what ``check_series`` raises, or
    DatabaseBusy.
    """
    teacher = teacher or enrollment.teacher
    if teacher is None:
        raise Invalid.field("teacher_id", "Choose the teacher of these sessions.")
    if not 1 <= len(starts) <= MAX_SESSIONS:
        raise Invalid.field(STARTS, f"Choose 1 to {MAX_SESSIONS} times.")
    check_first(min(starts), at=at)
    if max(starts) > at + MAX_AHEAD:
        raise Invalid.field(STARTS, "Choose times within a year.")
    request = BookingRequest(
        by_id=by.pk,
        student_id=enrollment.student_id,
        enrollment_id=enrollment.pk,
        teacher_id=teacher.pk,
        minutes=enrollment.course.session_minutes,
        kind=kind,
        at=at,
    )
    requests = requests_of(request, [start.astimezone(UTC) for start in starts])
    # Before any lock, as for one session.
    check_series(requests)
    sessions = [
        _session(enrollment, teacher, one, topic=clean(topic)[:500], by=by) for one in requests
    ]
    run_with_retry(lambda: _book(requests, sessions, by=by, at=at))
    return sessions


def _session(
    enrollment: Enrollment, teacher: User, request: BookingRequest, *, topic: str, by: User
) -> Session:
    start = cast(datetime, request.start)
    return Session(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=teacher,
        student=enrollment.student,
        kind=request.kind,
        scheduled_start=start,
        scheduled_end=start + timedelta(minutes=request.minutes),
        topic=topic,
        booked_by=by,
        created_at=request.at,
        updated_at=request.at,
    )


def _book(
    requests: list[BookingRequest], sessions: list[Session], *, by: User, at: datetime
) -> None:
    """As for one session: lock enrollment and members, look again, write and notify."""
    enrollment, teacher = cast(Enrollment, sessions[0].enrollment), sessions[0].teacher
    with refusing_taken_seats(requests[0]), transaction.atomic():
        lock_enrollment_row(enrollment)
        lock_members(teacher.pk, enrollment.student_id)
        give_way(teacher_id=teacher.pk, student_id=enrollment.student_id, at=at)
        state = check_series(requests)
        if state.sets_teacher:
            assign_teacher(enrollment=enrollment, teacher=teacher, at=at, by=by)
        for session in sessions:
            session.teacher_busy_until = session.scheduled_end + state.buffer
        Session.objects.bulk_create(sessions)
        plan_first_reminders(sessions=sessions, at=at)
        for session in sessions:
            announce_booked(session, at=at)
        notify_series_booked(sessions, at=at)
