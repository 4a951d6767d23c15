"""The course room: one course as its student has it, around the next step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from learning.access import own_enrollment
from learning.actions import mark_module
from learning.models import Enrollment
from learning.playing import at_second, keeping
from learning.queries import ModuleState, WorkItem, content, work_in
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Invalid
from peerloop.pages.course_shelf import NOTHING, Thing, shelf_of
from peerloop.pages.loop import loop_of
from peerloop.pages.next_step import (
    Ahead,
    Facts,
    Kind,
    Learning,
    NextStep,
    course_taken,
    next_step,
)
from scheduling.models import Session
from scheduling.queries import modules_among, sessions_of


@dataclass(frozen=True, slots=True)
class Film:
    """A film that plays in its module: its address, and where the page keeps the place."""

    thing: Thing
    source: str
    keep: str


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module with its session, its work and its materials."""

    number: int
    state: ModuleState
    session: Session | None
    now: datetime
    work: list[WorkItem] = field(default_factory=list)
    materials: list[Thing] = field(default_factory=list)
    films: list[Film] = field(default_factory=list)

    @property
    def is_late_to_close(self) -> bool:
        """Whether the scheduled end has passed, but the session is not closed yet."""
        session = self.session
        return session is not None and session.is_open and session.is_past(self.now)

    @property
    def has_text(self) -> bool:
        """Whether the creator wrote what it is about."""
        module = self.state.module
        return bool(module.description or module.objectives or module.exercise)


@require_safe
@login_required
def room(request: MemberRequest, enrollment_id: UUID) -> HttpResponse:
    """One course: its next step, the loop, modules, teacher, materials, certificates.

    At most ten statements, with those of the session, the member and the menus.
    """
    enrollment = own_enrollment(request.user, enrollment_id)
    return render(request, "pages/learn_room.html", _room(request.user, enrollment))


@require_POST
@login_required
def module(request: MemberRequest, enrollment_id: UUID, module_id: UUID) -> HttpResponse:
    """Mark a module as completed, or undo it."""
    enrollment = own_enrollment(request.user, enrollment_id)
    wanted = request.POST.get("is_complete")
    if wanted not in ("0", "1"):
        raise Invalid.field("is_complete", "Say 1 for done or 0 for not.")
    mark_module(
        enrollment=enrollment,
        module_id=module_id,
        is_complete=wanted == "1",
        by=request.user,
        at=clock.now(),
    )
    if request.htmx:
        return render_page(request, "pages/_learn_room.html", _room(request.user, enrollment))
    return redirect(f"{reverse('learn-room', args=[enrollment.pk])}#module-{module_id}")


def _room(user: User, enrollment: Enrollment) -> dict[str, Any]:
    now = clock.now()
    using = sessions_of(user, role="student", statuses=Session.USING_PLACE, at=now)
    sessions = list(using.filter(enrollment=enrollment).select_related("shared_page"))
    states = content(enrollment) if enrollment.opens_content else []
    work = work_in(enrollment, states, at=now) if states else []
    shelf = shelf_of(enrollment, states) if states else NOTHING
    standing = course_taken(user, enrollment.pk, at=now)
    rows = _module_rows(states, sessions, now)
    current = _current(rows, now)
    for row in rows:
        row.work.extend(item for item in work if item.module_id == row.state.module.pk)
        row.materials.extend(shelf.of_module(row.state.module.pk))
        row.films.extend(
            Film(
                thing,
                source=at_second(reverse("resource-file", args=[thing.pk]), thing.seconds),
                keep=keeping(user.pk, thing.file_id),
            )
            for thing in row.materials
            if thing.is_film and thing.file_id
        )
    marked = sum(row.state.is_complete for row in rows)
    step = _next_step(user, standing, sessions, rows, now)
    step = step.on(reverse("learn-room", args=[enrollment.pk]))
    progress = f"{marked} of {enrollment.modules_paid} modules done"
    return {
        "enrollment": enrollment,
        "course": enrollment.course,
        "standing": standing,
        "step": step,
        "loop": loop_of(standing, progress),
        "tells_of_dispute": standing.is_disputed and step.kind != Kind.DISPUTED,
        "tells_of_pause": standing.is_blocked and step.kind != Kind.BOOKING_PAUSED,
        "rows": rows,
        "current": current,
        "work": [item for item in work if item.module_id is None],
        "work_left": _work_left(enrollment, states, work),
        "shelf": shelf,
        "marked": marked,
        "progress_words": progress,
    }


def _next_step(
    user: User, standing: Learning, sessions: list[Session], rows: list[ModuleRow], now: datetime
) -> NextStep:
    """The same decision as on the dashboard, of this course alone."""
    ahead = sorted(
        (one for one in sessions if one.is_ahead(now)),
        key=lambda one: (one.scheduled_start, one.pk),
    )
    facts = Facts(
        at=now,
        sessions=[
            Ahead(
                one.pk,
                one.enrollment_id,
                one.kind,
                one.status,
                one.scheduled_start,
                standing.course,
                is_taught=False,
                teacher=one.teacher.name,
                student=user.name,
            )
            for one in ahead
        ],
        module_titles={row.session.pk: row.state.module.title for row in rows if row.session},
        learning=[standing],
    )
    return next_step(facts)


def _current(rows: list[ModuleRow], now: datetime) -> ModuleRow | None:
    """The module to work on: of the next session, else the first that is not done yet."""
    ahead = [row for row in rows if row.session and row.session.is_ahead(now)]
    if ahead:
        return ahead[0]
    return next((row for row in rows if not row.state.is_complete), None)


def _work_left(
    enrollment: Enrollment, states: list[ModuleState], work: list[WorkItem]
) -> list[WorkItem]:
    """What keeps the course from being completed once all of its sessions were held."""
    if not enrollment.is_active or not all(state.is_delivered for state in states):
        return []
    return [item for item in work if item.is_missing]


def _module_rows(
    states: Sequence[ModuleState], sessions: list[Session], now: datetime
) -> list[ModuleRow]:
    sessions_by_id = {row.pk: row for row in sessions}
    places = modules_among(sessions, [state.module for state in states])
    taught_in = {module.pk: sessions_by_id[session_id] for session_id, module in places.items()}
    return [
        ModuleRow(number, state, taught_in.get(state.module.pk), now)
        for number, state in enumerate(states, start=1)
    ]
