"""The modules that completed sessions taught, fixed once they are certain (BOOK-6, BOOK-7)."""

from datetime import datetime

from catalog.models import CourseModule
from learning.actions.progress import deliver_module
from learning.models import Enrollment
from scheduling.models import Session
from scheduling.queries.modules import modules_of


def freeze_modules(*, enrollment: Enrollment) -> dict[Session, CourseModule]:
    """Fix the modules of completed sessions that have no open session before them.

    The caller has locked the enrollment. Returns those fixed by this call. Safe to repeat.
    """
    rows = Session.objects.using_place().filter(enrollment=enrollment, kind=Session.Kind.COURSE)
    certain: list[Session] = []
    for session in rows.order_by("scheduled_start", "pk"):
        if session.is_open:
            break
        if session.module_id is None:
            certain.append(session)
    places = modules_of(certain) if certain else {}
    frozen = {}
    for session in certain:
        module = places[session.pk]
        if module is not None:
            session.module = module
            session.save(update_fields=["module"])
            frozen[session] = module
    return frozen


def fill_waiting_modules(*, enrollment: Enrollment, at: datetime) -> None:
    """Give later sessions, completed before an earlier one was closed, their modules (BOOK-7)."""
    for module in freeze_modules(enrollment=enrollment).values():
        deliver_module(enrollment=enrollment, module=module, at=at)
