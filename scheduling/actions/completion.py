"""Completing a session, with all that follows from it (rules ROOM-5 to ROOM-7, ROOM-10)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User
from learning.actions.progress import deliver_module, record_delivery
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, LimitReached, WrongMoment
from scheduling.actions.attendance import end_room, history_of, write_attendance
from scheduling.actions.locks import lock_session, lock_session_and_enrollment
from scheduling.actions.modules import freeze_modules
from scheduling.attendance import EMPTY_NEEDED, RoomHistory
from scheduling.events import SessionCompleted
from scheduling.models import Session
from scheduling.notifications import notify_completed
from scheduling.queries.booking import places_of

Status = Session.Status
CompletionSource = Session.CompletionSource

# Rule ROOM-6: the sweep completes what nothing else did an hour after the end.
SWEEP_AFTER = timedelta(hours=1)


class TooEarly(WrongMoment):
    """Completing by hand is possible after the scheduled end (rule ROOM-7)."""

    code = "too_early"
    message = "The session isn't over yet. You can complete it by hand after its scheduled end."


@transaction.atomic
def complete_session(
    *,
    session_id: UUID,
    source: str,
    at: datetime,
    by: User | None = None,
    ended_at: datetime | None = None,
) -> Session:
    """Complete a session: module, progress and money follow in the same transaction (ROOM-10).

    Locks the enrollment, then the session. ``ended_at`` is when it ended, by default the last
    departure or the scheduled end. Announces SessionCompleted, notifies both. Safe to repeat: the
    video server may report the same end more than once. Raises WrongMoment if it was cancelled,
    LimitReached if it was missed and its place was booked again.
    """
    session = lock_session_and_enrollment(session_id)
    if session.status == Status.COMPLETED:
        return session
    if session.status == Status.NO_SHOW:
        _require_place(session)
    history = history_of(session)
    session.transition_to(Status.COMPLETED)
    session.no_show_party = ""
    session.ended_at = min(ended_at or _probable_end(session, history), at)
    session.completion_source = source
    session.save()
    _close_room(session, history, at)
    _deliver(session, at)
    announce(
        SessionCompleted(
            session_id=session.pk,
            enrollment_id=session.enrollment_id,
            teacher_id=session.teacher_id,
            student_id=session.student_id,
            ended_at=session.ended_at,
        )
    )
    notify_completed(session, by=by, at=at)
    return session


def complete_by_hand(
    *, session: Session, by: User, at: datetime, reason: str = "completed by hand"
) -> Session:
    """Complete a session because a person says that it was held (rule ROOM-7).

    Allowed for the teacher and the course's creator after the scheduled end, also if they are
    admins (rule ROLE-10), and for another admin at any time, with a ``reason`` for the audit log.
    Raises Forbidden for the student, TooEarly before the end, WrongMoment for a cancelled or missed
    session. Safe to repeat.
    """
    source = _source_of(session, by)
    with transaction.atomic():
        session = lock_session_and_enrollment(session.pk)
        before = session.status
        if before == Status.COMPLETED:
            return session
        if source != CompletionSource.ADMIN:
            if before == Status.NO_SHOW:
                raise WrongMoment(
                    "This session counts as missed. If it was held after all, ask support.",
                    status_now=before,
                )
            if before in Session.OPEN and not session.is_past(at):
                raise TooEarly
        session = complete_session(session_id=session.pk, source=source, at=at, by=by)
        if source == CompletionSource.ADMIN:
            record(
                actor=by,
                action="session.completed",
                subject=session,
                before={"status": before},
                after={"status": session.status},
                reason=reason,
                at=at,
            )
    return session


@transaction.atomic
def settle_session(*, session_id: UUID, at: datetime) -> Session:
    """Complete the session if all that was observed of its room says so (rule ROOM-6).

    Runs after every event and poll; the order of events makes no difference. Safe to repeat.
    """
    session = lock_session_and_enrollment(session_id)
    if session.status not in (*Session.OPEN, Status.NO_SHOW):
        return session
    found = evidence_of_end(session, history_of(session), at=at)
    if found is None:
        return session
    if session.status == Status.NO_SHOW and not has_place(session):
        return session
    source, ended_at = found
    return complete_session(session_id=session.pk, source=source, at=at, ended_at=ended_at)


def evidence_of_end(
    session: Session, history: RoomHistory, *, at: datetime, sweeping: bool = False
) -> tuple[str, datetime] | None:
    """By what a session is completed, and when it ended; None if it is not yet (rule ROOM-6).

    Only the sweep goes by the clock alone: while old events are processed, more may come.
    """
    people = (session.teacher_id, session.student_id)
    if not history.both_attended(*people, until=at):
        return None
    empty_since = history.empty_since(*people)
    if empty_since is not None:
        if history.last_end is not None and history.last_end >= empty_since:
            return CompletionSource.ROOM_ENDED, history.last_end
        if _is_deserted(history, people, empty_since, at):
            return CompletionSource.EMPTY_ROOM, empty_since
    if sweeping and at >= session.scheduled_end + SWEEP_AFTER:
        return CompletionSource.SWEEP, empty_since or session.scheduled_end
    return None


def has_place(session: Session) -> bool:
    """Whether a missed session still has its place: it may have been booked again."""
    if session.is_intro:
        others = Session.objects.intros().filter(student=session.student_id).exclude(pk=session.pk)
        return not others.filter(teacher=session.teacher_id).exists()
    if session.enrollment is None:
        return True
    return places_of(session.enrollment.pk).left(session.kind) > 0


def _is_deserted(
    history: RoomHistory, people: tuple[UUID, UUID], empty_since: datetime, at: datetime
) -> bool:
    """Both left on purpose, or nobody came back for a minute: a reload is no end."""
    if all(history.left_on_purpose(person) for person in people):
        return True
    return at - empty_since >= EMPTY_NEEDED


def _source_of(session: Session, by: User) -> str:
    if by.pk == session.student_id:
        raise Forbidden("The teacher completes a session. You can tell them, or ask support.")
    # Who earns by it goes by their own rule, an admin too (rule ROLE-10).
    if by.pk == session.teacher_id:
        return CompletionSource.TEACHER
    if by.pk == session.course.creator_id:
        return CompletionSource.CREATOR
    if by.is_admin:
        return CompletionSource.ADMIN
    raise Forbidden("Only the teacher or the course's creator can complete this session.")


def _require_place(session: Session) -> None:
    if not has_place(session):
        raise LimitReached(
            "The place of this session was booked again. Cancel the later one first.",
            code="place_taken",
        )


def _probable_end(session: Session, history: RoomHistory) -> datetime:
    empty_since = history.empty_since(session.teacher_id, session.student_id)
    return empty_since or session.scheduled_end


def _close_room(session: Session, history: RoomHistory, at: datetime) -> None:
    """Close open intervals and count the joint time."""
    people = (session.teacher_id, session.student_id)
    if any(history.is_open(person) for person in people):
        arrivals = [one.joined_at for person in people for one in history.intervals(person)]
        end = max([session.ended_at or at, *arrivals])
        end_room(session_id=session.pk, at=end, reference="completed")
    locked = lock_session(session.pk)
    write_attendance(locked)
    session.joint_seconds = locked.joint_seconds


def _deliver(session: Session, at: datetime) -> None:
    """Deliver the module, and those of later sessions that had to wait for this one (BOOK-7)."""
    enrollment = session.enrollment
    if enrollment is None or session.kind != Session.Kind.COURSE:
        return
    frozen = freeze_modules(enrollment=enrollment)
    own = next((module for row, module in frozen.items() if row.pk == session.pk), None)
    session.module = own
    record_delivery(enrollment=enrollment, module=own, at=at, teacher=session.teacher)
    for row, module in frozen.items():
        if row.pk != session.pk:
            deliver_module(enrollment=enrollment, module=module, at=at)
