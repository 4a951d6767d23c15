"""The learner's courses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from learning.models import Enrollment
from learning.queries import courses_applied_for, enrollments_of, loop_steps
from learning.queries.completion import with_evidence
from learning.queries.reviews import with_reviewed
from learning.queries.teaching_status import EARN
from peerloop.kit import clock
from peerloop.pages.course_button import CourseButton, course_button
from peerloop.pages.membership import CourseMembership
from scheduling.models import Session
from scheduling.queries import next_session_by_enrollment

MOST_COURSES = 200


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course of the member with progress and next step."""

    enrollment: Any
    loop_step: int
    upcoming: Session | None
    button: CourseButton | None

    @property
    def asks_review(self) -> bool:
        """Whether it is completed, and nothing was said of it in public (RATE-4, RATE-5)."""
        return bool(self.enrollment.is_completed and not self.enrollment.has_reviewed)


@require_safe
@login_required
def courses(request: MemberRequest) -> HttpResponse:
    """The member's courses: active, completed, cancelled."""
    groups: dict[str, list[CourseRow]] = {"active": [], "completed": [], "cancelled": []}
    for row in _course_rows(request.user, clock.now()):
        groups.get(row.enrollment.status, groups["active"]).append(row)
    return render(request, "pages/learn_courses.html", groups)


def _course_rows(user: User, now: datetime) -> list[CourseRow]:
    enrollments = list(with_reviewed(with_evidence(enrollments_of(user)))[:MOST_COURSES])
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
