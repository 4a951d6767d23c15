"""The learner's courses, and the page of one course: modules, sessions, progress."""

from dataclasses import dataclass
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
from learning.models import Certificate, Enrollment
from learning.queries import (
    ModuleState,
    WorkItem,
    certificates_of,
    content,
    courses_applied_for,
    enrollments_of,
    loop_standing,
    loop_steps,
    work_in,
)
from learning.queries.completion import with_evidence
from learning.queries.teaching_status import EARN
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Invalid
from peerloop.pages.course_button import CourseButton, course_button
from peerloop.pages.membership import CourseMembership
from scheduling.models import Session
from scheduling.queries import modules_among, next_session_by_enrollment, sessions_of

MOST_COURSES = 200


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course of the member with progress and next step."""

    enrollment: Enrollment
    loop_step: int
    upcoming: Session | None
    button: CourseButton | None


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module, and its session if one is booked or completed."""

    number: int
    state: ModuleState
    session: Session | None
    work: list[WorkItem]
    now: datetime

    @property
    def is_late_to_close(self) -> bool:
        """Whether the scheduled end has passed, but the session is not closed yet."""
        session = self.session
        return session is not None and session.is_open and session.is_past(self.now)


@require_safe
@login_required
def courses(request: MemberRequest) -> HttpResponse:
    """The member's courses: active, completed, cancelled."""
    groups: dict[str, list[CourseRow]] = {"active": [], "completed": [], "cancelled": []}
    for row in _course_rows(request.user, clock.now()):
        groups.get(row.enrollment.status, groups["active"]).append(row)
    return render(request, "pages/learn_courses.html", groups)


@require_safe
@login_required
def room(request: MemberRequest, enrollment_id: UUID) -> HttpResponse:
    """One course: modules with sessions and progress, the teacher, the certificate."""
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
        return render_page(request, "pages/_learn_modules.html", _room(request.user, enrollment))
    return redirect(f"{reverse('learn-room', args=[enrollment.pk])}#module-{module_id}")


def _course_rows(user: User, now: datetime) -> list[CourseRow]:
    enrollments = list(with_evidence(enrollments_of(user))[:MOST_COURSES])
    steps = loop_steps(user, enrollments)
    applied = courses_applied_for(user)
    upcoming = next_session_by_enrollment([row.pk for row in enrollments], at=now)
    return [
        CourseRow(
            enrollment=row,
            loop_step=steps[row.pk],
            upcoming=upcoming.get(row.pk),
            button=_button(
                row,
                upcoming.get(row.pk),
                steps[row.pk],
                applied,
                is_taught=row.held >= row.modules_paid,
            ),
        )
        for row in enrollments
    ]


def _button(
    enrollment: Enrollment,
    upcoming: Session | None,
    loop_step: int,
    applied: set[UUID],
    *,
    is_taught: bool,
) -> CourseButton | None:
    slug = enrollment.course.slug
    if enrollment.status == Enrollment.Status.CANCELLED:
        return CourseButton("See the course", reverse("course", args=[slug]), icon="book-open")
    membership = CourseMembership(
        enrollment_id=enrollment.pk,
        enrollment_status=enrollment.status,
        session_id=upcoming.pk if upcoming else None,
        is_teacher=loop_step >= EARN,
        application="pending" if enrollment.course_id in applied else "",
        is_taught=is_taught,
    )
    found = course_button(
        slug=slug, membership=membership, is_listed=False, is_own=False, teachers=0, free=0
    )
    # No button where it would only link to this page.
    return None if membership.is_disputed else found


def _room(user: User, enrollment: Enrollment) -> dict[str, Any]:
    now = clock.now()
    sessions = list(
        sessions_of(user, role="student", statuses=Session.USING_PLACE, at=now).filter(
            enrollment=enrollment
        )
    )
    ahead = [row for row in sessions if row.is_ahead(now)]
    upcoming = min(ahead, key=lambda row: row.scheduled_start, default=None)
    standing = loop_standing(user, enrollment)
    states = content(enrollment) if enrollment.opens_content else []
    work = work_in(enrollment, states, at=now) if states else []
    rows = _module_rows(states, sessions, work, now)
    marked = sum(row.state.is_complete for row in rows)
    return {
        "enrollment": enrollment,
        "course": enrollment.course,
        "loop_step": standing.step,
        "upcoming": upcoming,
        "button": _button(
            enrollment,
            upcoming,
            standing.step,
            {enrollment.course_id} if standing.has_applied else set(),
            is_taught=bool(states) and all(state.is_delivered for state in states),
        ),
        "rows": rows,
        "work": [item for item in work if item.module_id is None],
        "work_left": _work_left(enrollment, states, work),
        "marked": marked,
        "progress_words": f"{marked} of {enrollment.modules_paid} modules done",
        "certificates": _certificates(user, enrollment),
    }


def _work_left(
    enrollment: Enrollment, states: list[ModuleState], work: list[WorkItem]
) -> list[WorkItem]:
    """What keeps the course from being completed once all of its sessions were held."""
    if not enrollment.is_active or not all(state.is_delivered for state in states):
        return []
    return [item for item in work if item.is_missing]


def _module_rows(
    states: list[ModuleState], sessions: list[Session], work: list[WorkItem], now: datetime
) -> list[ModuleRow]:
    sessions_by_id = {row.pk: row for row in sessions}
    places = modules_among(sessions, [state.module for state in states])
    taught_in = {module.pk: sessions_by_id[session_id] for session_id, module in places.items()}
    return [
        ModuleRow(
            number=number,
            state=state,
            session=taught_in.get(state.module.pk),
            work=[item for item in work if item.module_id == state.module.pk],
            now=now,
        )
        for number, state in enumerate(states, start=1)
    ]


def _certificates(user: User, enrollment: Enrollment) -> list[Certificate]:
    return list(certificates_of(user).filter(course=enrollment.course_id))
