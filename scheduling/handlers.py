"""Handlers of domain events, bound in ``peerloop/wiring.py``."""

from functools import partial

from django.db import transaction

from accounts.events import FileRemoved, MemberSuspended, SignInEnded
from accounts.models import User
from learning.events import TeacherUnassigned
from learning.models import Enrollment
from peerloop.kit.tasks import enqueue
from scheduling.actions.cancelling import cancel_for_suspension, cancel_future_sessions
from scheduling.actions.locks import lock_session_and_enrollment
from scheduling.actions.modules import fill_waiting_modules
from scheduling.actions.recordings import forget_recording
from scheduling.events import SessionCancelled, SessionRescheduled
from scheduling.models import Session
from scheduling.providers.local import recheck_room


def close_cancelled_room(event: SessionCancelled) -> None:
    """After commit: close the room of a running session."""
    if event.was_running:
        enqueue("scheduling.close_room", session_id=str(event.session_id))


def recheck_rooms_of(event: SignInEnded) -> None:
    """After commit: rooms in which the member is check at once who may stay (RTC-1).

    A suspension and the closing of an account end all sign-ins too.
    """
    running = Session.objects.involving(User(pk=event.user_id)).filter(
        status=Session.Status.IN_PROGRESS, provider="local"
    )
    for key in running.values_list("pk", flat=True):
        transaction.on_commit(partial(recheck_room, key), robust=True)


def cancel_sessions_of_suspended(event: MemberSuspended) -> None:
    """In the same transaction: cancel the sessions of a suspended member (rule ROLE-12)."""
    cancel_for_suspension(member=User.objects.get(pk=event.user_id), at=event.at)


def forget_removed_recording(event: FileRemoved) -> None:
    """In the same transaction: a recording that an admin removed is not shown any more."""
    forget_recording(file_id=event.file_id)


def fill_waiting_modules_after(event: SessionCancelled | SessionRescheduled) -> None:
    """In the same transaction: completed sessions that had to wait get their module (BOOK-7)."""
    session = lock_session_and_enrollment(event.session_id)
    if session.enrollment is not None:
        fill_waiting_modules(enrollment=session.enrollment, at=event.at)


def cancel_sessions_without_teacher(event: TeacherUnassigned) -> None:
    """In the same transaction: cancel what is booked with a teacher who left (TEACH-5)."""
    cancel_future_sessions(
        enrollment=Enrollment.objects.get(pk=event.enrollment_id),
        by=User.objects.get(pk=event.by_id),
        reason=event.reason or "The teacher no longer teaches this course.",
        at=event.at,
    )
