"""Which module a completed session taught: frozen once it is certain (rules BOOK-6, BOOK-7)."""

from datetime import datetime

from catalog.models import CourseModule
from learning.actions.progress import fill_module
from learning.models import Enrollment
from scheduling.models import Session
from scheduling.queries.modules import modules_of


def freeze_modules(*, enrollment: Enrollment) -> dict[Session, CourseModule]:
    """Freeze the modules of completed sessions before which nothing is open any more.

    The enrollment is locked by the caller. Returns those that were frozen just now. Safe to repeat.
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
    """An earlier session was closed: later ones that were completed before it get their module."""
    for module in freeze_modules(enrollment=enrollment).values():
        fill_module(enrollment=enrollment, module=module, at=at)
