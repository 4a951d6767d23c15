"""Progress of a student: delivered modules, marked modules, completion."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User, UserStats
from catalog.models import CourseModule
from learning.actions.completion import complete_enrollment
from learning.actions.enrolling import start_enrollment
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment, ModuleProgress
from learning.notifications_work import notify_work_left
from learning.queries import modules_of
from learning.queries.completion import with_evidence
from peerloop.kit.refusals import Forbidden, Missing, WrongMoment
from peerloop.kit.text import isolated


class SessionMissing(WrongMoment):
    """A module can be marked complete only after its session (rule LEARN-1)."""

    code = "session_missing"


@transaction.atomic
def record_delivery(
    *,
    enrollment: Enrollment,
    module: CourseModule | None,
    at: datetime,
    teacher: User | None = None,
) -> None:
    """Record a completed session: its module is delivered, both members' statistics are updated.

    ``module`` is None while an earlier session is open; ``deliver_module`` is called later (rule
    BOOK-7). ``teacher`` is who held the session, by default the enrollment's teacher. The last paid
    session completes the enrollment unless required work is open (rule LEARN-3). Safe to repeat
    with a module; without one the caller must call this once per session.
    """
    start_enrollment(enrollment=enrollment, at=at)
    if module is not None and not _deliver(enrollment, module, at):
        return
    teacher_id = teacher.pk if teacher else enrollment.teacher_id
    members = [key for key in (enrollment.student_id, teacher_id) if key is not None]
    # Sorted against deadlocks: two sessions of the same members may end at the same time.
    for user_id in sorted(members):
        UserStats.add(user_id, sessions_completed=1)
    complete_if_delivered(enrollment=enrollment, at=at)


@transaction.atomic
def deliver_module(*, enrollment: Enrollment, module: CourseModule, at: datetime) -> None:
    """Deliver the module of a session that was recorded without one (BOOK-7). Safe to repeat."""
    lock_enrollment(enrollment)
    if _deliver(enrollment, module, at):
        complete_if_delivered(enrollment=enrollment, at=at)


@transaction.atomic
def complete_if_delivered(*, enrollment: Enrollment, at: datetime) -> None:
    """Complete an active enrollment once all sessions were held and its work is done (LEARN-3).

    Where only work is missing, its student is told once. A disputed enrollment is not completed;
    ``restore_enrollment`` checks again. Safe to repeat.
    """
    lock_enrollment(enrollment)
    if not enrollment.is_active:
        return
    found = with_evidence(Enrollment.objects.filter(pk=enrollment.pk)).get()
    if found.held < enrollment.modules_paid:
        return
    if found.lacks_work:
        notify_work_left(enrollment, at=at)
        return
    complete_enrollment(enrollment=enrollment, at=at)


@transaction.atomic
def mark_module(
    *, enrollment: Enrollment, module_id: UUID, is_complete: bool, by: User, at: datetime
) -> ModuleProgress:
    """Mark a module complete or incomplete, by the student (rules LEARN-1, LEARN-2).

    Raises Missing for a module that is not part of the enrollment, SessionMissing before its
    session is completed, WrongMoment for unmarking once the course is completed. Safe to repeat.
    """
    lock_enrollment(enrollment)
    if not enrollment.opens_content or by.pk != enrollment.student_id:
        raise Forbidden("This enrollment was cancelled. Its content is closed.")
    module = _module_of(enrollment, module_id)
    progress = ModuleProgress.objects.filter(enrollment=enrollment, module=module).first()
    if progress is not None and progress.is_complete == is_complete:
        return progress
    if enrollment.status == Enrollment.Status.COMPLETED:
        raise WrongMoment("The course is completed; its marks stay.", status_now="completed")
    if progress is None or progress.delivered_at is None:
        if not is_complete:
            return progress or ModuleProgress(enrollment=enrollment, module=module)
        raise SessionMissing(
            f"The session on “{isolated(module.title)}” comes first. "
            "You can mark it once that is completed.",
            missing=["session"],
            module_id=str(module.pk),
        )
    progress.is_complete = is_complete
    progress.completed_at = at if is_complete else None
    progress.save(update_fields=["is_complete", "completed_at"])
    start_enrollment(enrollment=enrollment, at=at)
    _update_progress(enrollment)
    return progress


def _deliver(enrollment: Enrollment, module: CourseModule, at: datetime) -> bool:
    progress, _ = ModuleProgress.objects.get_or_create(enrollment=enrollment, module=module)
    if progress.delivered_at is not None:
        return False
    progress.delivered_at = at
    progress.save(update_fields=["delivered_at"])
    return True


def _module_of(enrollment: Enrollment, module_id: UUID) -> CourseModule:
    for module in modules_of(enrollment):
        if module.pk == module_id:
            return module
    raise Missing


def _update_progress(enrollment: Enrollment) -> None:
    marked = enrollment.progress.filter(is_complete=True).count()
    # Only a completed enrollment has 100.
    enrollment.progress_percent = min(marked * 100 // enrollment.modules_paid, 99)
    enrollment.save(update_fields=["progress_percent"])
