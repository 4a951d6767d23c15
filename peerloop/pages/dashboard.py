"""The dashboard: next session, courses in progress and pending decisions, for all roles."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.requests import MemberRequest
from billing.queries import earnings_of
from billing.roles import EARNING
from peerloop.context import menu_for
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.pages.dashboard_rows import courses_taken, duties_of, sessions_ahead
from peerloop.pages.free_times import bookable_at
from scheduling.queries import module_titles_of

SHOWN_SESSIONS = 5
SHOWN_COURSES = 6


@login_required
@require_GET
def dashboard(request: MemberRequest) -> HttpResponse:
    """Next session, courses with progress, teaching, pending approvals and the balance.

    At most eight statements, including those of the session, the member and the menus; two more for
    who teaches.
    """
    user, now = request.user, clock.now()
    roles = menu_for(request).roles
    sessions = sessions_ahead(user, most=SHOWN_SESSIONS, at=now)
    titles = module_titles_of(sessions)
    shown = [(session, titles.get(session.pk) or session.course) for session in sessions]
    learning = courses_taken(user, most=SHOWN_COURSES, at=now)
    earns = not set(EARNING).isdisjoint(roles)
    duties = duties_of(user, roles)
    context = {
        "sessions": shown,
        "next_up": shown[0] if shown else None,
        "learning": learning,
        "to_book": next((row for row in learning if row.can_book), None),
        "earnings": earnings_of(user) if earns else None,
        "teaching": duties.teaching,
        "is_paused": duties.shortest_minutes is None,
        "free_at": bookable_at(user, minutes=duties.shortest_minutes, at=now),
        "teaches_more": duties.teaches_more,
        "waiting": duties.waiting,
        "admin_waits": duties.for_admins,
        "is_new": not learning and not earns and not user.is_admin,
    }
    return render_page(request, "pages/dashboard.html", context)
