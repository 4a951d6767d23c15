"""How far a student is: sessions held, modules marked, the course done."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User, UserStats
from catalog.models import CourseModule
from learning.actions.completion import complete_enrollment
from learning.actions.enrolling import start_enrollment
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment, ModuleProgress
from learning.queries import modules_of
from peerloop.kit.refusals import Forbidden, Missing, WrongMoment


class SessionMissing(WrongMoment):
    """A module can be marked only once its session is completed (rule LEARN-1)."""

    code = "session_missing"


@transaction.atomic
def record_delivery(
    *,
    enrollment: Enrollment,
    module: CourseModule | None,
    at: datetime,
    teacher: User | None = None,
) -> None:
    """A course session was completed: the module counts as taught, both people's figures rise.

    ``module`` is empty while an earlier session is open; ``fill_module`` follows then (BOOK-7).
    ``teacher`` is who held it, by default the enrollment's. Completes the enrollment with the last
    paid session (rule LEARN-3). A module that counts already changes nothing; without a module the
    caller makes sure that each session comes once.
    """
    start_enrollment(enrollment=enrollment, at=at)
    if module is not None and not _deliver(enrollment, module, at):
        return
    teacher_id = teacher.pk if teacher else enrollment.teacher_id
    people = [key for key in (enrollment.student_id, teacher_id) if key is not None]
    # In one order: two sessions of the same people may end at the same time.
    for user_id in sorted(people):
        UserStats.add(user_id, sessions_completed=1)
    complete_if_whole(enrollment=enrollment, at=at)


@transaction.atomic
def fill_module(*, enrollment: Enrollment, module: CourseModule, at: datetime) -> None:
    """Name the module of a session that was recorded without one (rule BOOK-7). Safe to repeat."""
    lock_enrollment(enrollment)
    if _deliver(enrollment, module, at):
        complete_if_whole(enrollment=enrollment, at=at)


@transaction.atomic
def complete_if_whole(*, enrollment: Enrollment, at: datetime) -> None:
    """Complete an active enrollment once every paid session was held (rule LEARN-3).

    While the payment is disputed nothing is certified; the end of the dispute looks again.
    """
    lock_enrollment(enrollment)
    if not enrollment.is_active:
        return
    delivered = enrollment.progress.filter(delivered_at__isnull=False).count()
    if delivered >= enrollment.modules_paid:
        complete_enrollment(enrollment=enrollment, at=at)


@transaction.atomic
def mark_module(
    *, enrollment: Enrollment, module_id: UUID, is_complete: bool, by: User, at: datetime
) -> ModuleProgress:
    """The student marks a module as done, or takes the mark back (rules LEARN-1, LEARN-2).

    Raises Missing for a module that is not part of the enrollment, SessionMissing before its
    session is completed, WrongMoment for taking a mark back once the course is completed. Safe to
    repeat.
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
            f"The session on “{module.title}” comes first. You can mark it once that is completed.",
            missing=["session"],
            module_id=str(module.pk),
        )
    progress.is_complete = is_complete
    progress.completed_at = at if is_complete else None
    progress.save(update_fields=["is_complete", "completed_at"])
    start_enrollment(enrollment=enrollment, at=at)
    _count_progress(enrollment)
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


def _count_progress(enrollment: Enrollment) -> None:
    marked = enrollment.progress.filter(is_complete=True).count()
    # 100 belongs to completed enrollments alone.
    enrollment.progress_percent = min(marked * 100 // enrollment.modules_paid, 99)
    enrollment.save(update_fields=["progress_percent"])
