"""One home for all of a member's roles: what is next, what is under way, what waits."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.models import CreatorApplication, User
from accounts.requests import MemberRequest
from billing.models import Payout, RefundRequest
from billing.queries import earnings_of
from learning.models import Enrollment
from learning.queries import (
    enrollments_of,
    roles_of,
    teaching_rows,
    waiting_applications,
    waiting_certificates,
)
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from scheduling.models import Session
from scheduling.queries import modules_of, next_session_by_enrollment, sessions_of

SHOWN_SESSIONS = 5
SHOWN_COURSES = 6


@dataclass(frozen=True, slots=True)
class Learning:
    """A course under way, with the next thing to do in it."""

    enrollment: Enrollment
    upcoming: Session | None

    @property
    def step(self) -> int:
        """Where on the loop: learn, certify, done with certify."""
        return 2 if self.enrollment.status == Enrollment.Status.COMPLETED else 1


@login_required
@require_GET
def dashboard(request: MemberRequest) -> HttpResponse:
    """The next session, courses with progress, teaching, approvals waiting, the balance."""
    user, now = request.user, clock.now()
    roles = roles_of(user)
    sessions = list(sessions_of(user, upcoming=True, at=now)[:SHOWN_SESSIONS])
    modules = modules_of(sessions)
    learning = _learning(user, now)
    earns = bool({"teach", "create"} & set(roles))
    context = {
        "sessions": [(session, modules.get(session.pk)) for session in sessions],
        "next_session": sessions[0] if sessions else None,
        "next_module": modules.get(sessions[0].pk) if sessions else None,
        "learning": learning,
        "to_book": next((row for row in learning if _can_book(row)), None),
        "earnings": earnings_of(user) if earns else None,
        "teaching": list(teaching_rows(user)) if "teach" in roles else [],
        "waiting": _waiting(user) if "create" in roles else 0,
        "admin_waits": _admin_waits() if user.is_admin else 0,
        "is_new": not learning and not earns and not user.is_admin,
    }
    return render_page(request, "pages/dashboard.html", context)


def _learning(user: User, now: datetime) -> list[Learning]:
    rows = [row for row in enrollments_of(user)[:SHOWN_COURSES] if row.opens_content]
    upcoming = next_session_by_enrollment([row.pk for row in rows], at=now)
    return [Learning(enrollment=row, upcoming=upcoming.get(row.pk)) for row in rows]


def _can_book(row: Learning) -> bool:
    return row.enrollment.is_active and row.upcoming is None


def _waiting(user: User) -> int:
    return waiting_applications(user).count() + waiting_certificates(user).count()


def _admin_waits() -> int:
    """Payouts, refunds and applications that wait for an admin."""
    models = (Payout, RefundRequest, CreatorApplication)
    return sum(model.objects.filter(status="pending").count() for model in models)
