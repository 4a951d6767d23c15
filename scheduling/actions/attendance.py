"""Who was in the room when: events are added, attendance is computed anew (rule ROOM-4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from scheduling.actions.locks import lock_session
from scheduling.attendance import Interval, RoomHistory
from scheduling.models import AttendanceEvent, Session, SessionAttendance

Kind = AttendanceEvent.Kind
Source = AttendanceEvent.Source

# Whoever came within this time before a poll may be missing from its answer.
POLL_SLACK = timedelta(seconds=30)


@transaction.atomic
def record_arrival(
    *,
    session_id: UUID,
    user_id: UUID,
    at: datetime,
    source: str = Source.EVENT,
    reference: str = "",
    replaces: bool = False,
) -> None:
    """Record that a person came in. ``reference`` names the connection; each counts once.

    ``replaces``: the room lets nobody in twice, so an older connection without an end, such as one
    whose process was killed, is over. Nothing is recorded of people who are not in the session.
    Safe to repeat, and in any order.
    """
    session = lock_session(session_id)
    _add(session, user_id, Kind.JOINED, at, source, reference or at.isoformat())
    if replaces:
        for name, until in history_of(session).replaced(user_id):
            _add(session, user_id, Kind.LEFT, until, Source.POLL, name)
    write_attendance(session)


@transaction.atomic
def record_departure(
    *,
    session_id: UUID,
    user_id: UUID,
    at: datetime,
    source: str = Source.EVENT,
    reference: str = "",
    is_deliberate: bool = False,
) -> None:
    """Record that a person left: one connection, or (without ``reference``) all they have.

    ``is_deliberate``: they left on purpose, rather than being cut off. Safe to repeat, and in any
    order.
    """
    session = lock_session(session_id)
    references = [reference]
    if not reference:
        references = history_of(session).open_references(user_id, before=at)
    for name in references:
        _add(session, user_id, Kind.LEFT, at, source, name, is_deliberate=is_deliberate)
    write_attendance(session)


@transaction.atomic
def record_poll(*, session_id: UUID, user_ids: Iterable[UUID], at: datetime) -> None:
    """Bring attendance in line with who is inside at an instant, as the video server answered.

    Arrivals that were reported stand. Whoever is missing has left, whoever is new has come.
    """
    session = lock_session(session_id)
    present = set(user_ids)
    history = history_of(session)
    for user_id in (session.teacher_id, session.student_id):
        if user_id in present and not history.is_inside(user_id):
            _add(session, user_id, Kind.JOINED, at, Source.POLL, at.isoformat())
        elif user_id not in present:
            for name in history.open_references(user_id, before=at - POLL_SLACK):
                _add(session, user_id, Kind.LEFT, at, Source.POLL, name)
    write_attendance(session)


@transaction.atomic
def record_click(*, session_id: UUID, user_id: UUID, at: datetime) -> None:
    """Record that a person clicked on "join": evidence only if the video server stays silent."""
    session = lock_session(session_id)
    _add(session, user_id, Kind.CLICK, at, Source.CLICK, "")
    write_attendance(session)


@transaction.atomic
def end_room(
    *, session_id: UUID, at: datetime, source: str = Source.EVENT, reference: str = ""
) -> None:
    """Record that the room ended: everybody who was inside has left. Safe to repeat.

    ``reference`` names the meeting, for a room that ended early can be opened again.
    """
    session = lock_session(session_id)
    _add(session, None, Kind.ENDED, at, source, reference or at.isoformat())
    write_attendance(session)


def history_of(session: Session) -> RoomHistory:
    """All that was observed of the session's room so far: one statement."""
    return RoomHistory(session.attendance_events.all())


def write_attendance(session: Session) -> None:
    """Write the intervals, and of a completed session the joint time; the session is locked."""
    history = history_of(session)
    for user_id in (session.teacher_id, session.student_id):
        _write_intervals(session, user_id, history.intervals(user_id))
    if session.status == Session.Status.COMPLETED and session.ended_at:
        _count_joint_time(session, history, until=session.ended_at)


def _write_intervals(session: Session, user_id: UUID, intervals: list[Interval]) -> None:
    rows = SessionAttendance.objects.filter(session=session, user_id=user_id)
    wanted = [(one.joined_at, one.left_at, str(one.source)) for one in intervals]
    known = [(row.joined_at, row.left_at, row.source) for row in rows.order_by("joined_at")]
    if wanted == known:
        return
    rows.delete()
    SessionAttendance.objects.bulk_create(
        SessionAttendance(
            session=session, user_id=user_id, joined_at=joined_at, left_at=left_at, source=source
        )
        for joined_at, left_at, source in wanted
    )


def _count_joint_time(session: Session, history: RoomHistory, *, until: datetime) -> None:
    """A late event may still change how long they were together."""
    seconds = history.joint_seconds(session.teacher_id, session.student_id, until=until)
    if seconds != session.joint_seconds:
        session.joint_seconds = seconds
        session.save(update_fields=["joint_seconds"])


def _add(
    session: Session,
    user_id: UUID | None,
    kind: str,
    at: datetime,
    source: str,
    reference: str,
    *,
    is_deliberate: bool = False,
) -> None:
    """Add an event unless it is known, or of somebody who is not in the session."""
    if user_id is not None and user_id not in (session.teacher_id, session.student_id):
        return
    event = AttendanceEvent(
        session=session,
        user_id=user_id,
        kind=kind,
        source=source,
        reference=reference[:160],
        at=at,
        is_deliberate=is_deliberate,
        created_at=at,
        updated_at=at,
    )
    AttendanceEvent.objects.bulk_create([event], ignore_conflicts=True)
