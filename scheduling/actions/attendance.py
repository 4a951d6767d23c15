"""Who was in the room when: marks come in, attendance is worked out anew (rule ROOM-4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from scheduling.actions.locks import lock_session
from scheduling.models import RoomMark, Session, SessionAttendance
from scheduling.stays import RoomHistory, Stay

Kind = RoomMark.Kind
Source = RoomMark.Source

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
    """Note that a person came in. ``reference`` names the connection; the same one counts once.

    ``replaces``: the room lets nobody in twice, so an older connection without an end, such as one
    whose process was killed, is over. People who do not belong to the session leave no trace. Safe
    to repeat, and in any order.
    """
    session = lock_session(session_id)
    _mark(session, user_id, Kind.JOINED, at, source, reference or at.isoformat())
    if replaces:
        for name, until in RoomHistory(session.marks.all()).replaced(user_id):
            _mark(session, user_id, Kind.LEFT, until, Source.POLL, name)
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
    """Note that a person went out, of one connection or (without ``reference``) of all they have.

    ``is_deliberate``: they said goodbye rather than being cut off. Safe to repeat, in any order.
    """
    session = lock_session(session_id)
    references = [reference] if reference else _open_connections(session, user_id, before=at)
    for name in references:
        _mark(session, user_id, Kind.LEFT, at, source, name, is_deliberate=is_deliberate)
    write_attendance(session)


@transaction.atomic
def record_poll(*, session_id: UUID, user_ids: Iterable[UUID], at: datetime) -> None:
    """Bring attendance in line with who the video server says is inside at an instant.

    What an event told before stands; people missing are taken as gone, people unknown as come.
    """
    session = lock_session(session_id)
    present = set(user_ids)
    history = RoomHistory(session.marks.all())
    for user_id in (session.teacher_id, session.student_id):
        if user_id in present and not history.is_inside(user_id):
            _mark(session, user_id, Kind.JOINED, at, Source.POLL, at.isoformat())
        elif user_id not in present:
            for name in history.open_references(user_id, before=at - POLL_SLACK):
                _mark(session, user_id, Kind.LEFT, at, Source.POLL, name)
    write_attendance(session)


@transaction.atomic
def record_click(*, session_id: UUID, user_id: UUID, at: datetime) -> None:
    """Note that a person asked to join: evidence only if the video server stays silent."""
    session = lock_session(session_id)
    _mark(session, user_id, Kind.CLICK, at, Source.CLICK, "")
    write_attendance(session)


@transaction.atomic
def end_room(
    *, session_id: UUID, at: datetime, source: str = Source.EVENT, reference: str = ""
) -> None:
    """Note that the room ended: everybody who was inside is out. Safe to repeat.

    ``reference`` names the meeting, for a room that ended early can be opened again.
    """
    session = lock_session(session_id)
    _mark(session, None, Kind.ENDED, at, source, reference or at.isoformat())
    write_attendance(session)


def write_attendance(session: Session) -> RoomHistory:
    """Make the attendance rows say what the marks say; the session is locked. The history."""
    history = RoomHistory(session.marks.all())
    for user_id in (session.teacher_id, session.student_id):
        _write_stays(session, user_id, history.stays(user_id))
    if session.status == Session.Status.COMPLETED and session.ended_at:
        _count_joint_time(session, history)
    return history


def _write_stays(session: Session, user_id: UUID, stays: list[Stay]) -> None:
    rows = SessionAttendance.objects.filter(session=session, user_id=user_id)
    wanted = [(stay.joined_at, stay.left_at, str(stay.source)) for stay in stays]
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


def _count_joint_time(session: Session, history: RoomHistory) -> None:
    """A late event may still change how long they were together."""
    until = session.ended_at
    if until is None:
        return
    seconds = history.joint_seconds(session.teacher_id, session.student_id, until=until)
    if seconds != session.joint_seconds:
        session.joint_seconds = seconds
        session.save(update_fields=["joint_seconds"])


def _open_connections(session: Session, user_id: UUID, *, before: datetime) -> list[str]:
    return RoomHistory(session.marks.all()).open_references(user_id, before=before)


def _mark(
    session: Session,
    user_id: UUID | None,
    kind: str,
    at: datetime,
    source: str,
    reference: str,
    *,
    is_deliberate: bool = False,
) -> None:
    """Add a mark unless it is known, or of somebody who has no seat in the session."""
    if user_id is not None and user_id not in (session.teacher_id, session.student_id):
        return
    mark = RoomMark(
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
    RoomMark.objects.bulk_create([mark], ignore_conflicts=True)
