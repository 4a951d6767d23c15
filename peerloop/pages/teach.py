"""The teacher's home and the list of their students."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from learning.models import Certificate, Expectations
from learning.queries import students_of, teaching_rows, teaching_sums
from peerloop.kit import clock
from peerloop.kit.paging import CappedPaginator
from peerloop.pages.free_times import bookable_for
from peerloop.pages.students_csv import students_csv
from scheduling.models import Session
from scheduling.queries import modules_of, next_session_by_enrollment, sessions_of

SHOWN_SESSIONS = 5
COURSES_A_PAGE = 20
STUDENTS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Student:
    """A student with the next session and the certificates that can be recommended."""

    enrollment: Any
    upcoming: Session | None

    @property
    def live(self) -> dict[str, Certificate]:
        """Pending and issued certificates by type."""
        return {row.type: row for row in self.enrollment.live_certificates}

    @property
    def expectations(self) -> Expectations | None:
        """What they said they expect, while the course goes on (rule RATE-8)."""
        said: Expectations | None = getattr(self.enrollment, "expectations", None)
        return said if self.enrollment.is_active else None

    @property
    def recommendable(self) -> list[str]:
        """The certificate types that the teacher can recommend now (rules CERT-2, CERT-3)."""
        types = [Certificate.Type.COMPLETION]
        if self.enrollment.sessions_held >= self.enrollment.modules_paid:
            types.append(Certificate.Type.MASTERY)
        return [str(word) for word in types if word not in self.live]


@require_safe
@login_required
def home(request: MemberRequest) -> HttpResponse:
    """The teacher's home: next sessions, courses, and setup that is still missing."""
    user, now = request.user, clock.now()
    rows = CappedPaginator(teaching_rows(user), COURSES_A_PAGE).get_page(request.GET.get("page"))
    sessions = list(sessions_of(user, role="teacher", upcoming=True, at=now)[:SHOWN_SESSIONS])
    modules = modules_of(sessions)
    sums = teaching_sums(user)
    lengths = {row.course.session_minutes for row in rows if row.may_teach}
    bookable = bookable_for(user, {*lengths, *filter(None, [sums.shortest_minutes])}, at=now)
    context = {
        "rows": rows,
        "sessions": [(session, modules.get(session.pk)) for session in sessions],
        "sums": sums,
        "bookable": bookable,
        "free_at": bookable.get(sums.shortest_minutes or 0),
        "is_paused": sums.shortest_minutes is None,
        "is_paid": user.stripe_payouts_enabled,
    }
    return render(request, "pages/teach_home.html", context)


@require_safe
@login_required
def students(request: MemberRequest) -> HttpResponse:
    """The member's students: progress, next session, certificates to recommend."""
    page = CappedPaginator(students_of(request.user), STUDENTS_A_PAGE).get_page(
        request.GET.get("page")
    )
    upcoming = next_session_by_enrollment([row.pk for row in page], at=clock.now())
    rows = [Student(enrollment=row, upcoming=upcoming.get(row.pk)) for row in page]
    return render(request, "pages/teach_students.html", {"page": page, "rows": rows})


@require_safe
@login_required
def export(request: MemberRequest) -> StreamingHttpResponse:
    """The same list as CSV, all of it."""
    rows = students_of(request.user).select_related("teacher").prefetch_related(None)
    return students_csv(rows, name="students")
