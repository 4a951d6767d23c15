"""The dashboard of all roles, composed around the one next step."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.requests import MemberRequest
from billing.queries import earnings_of, least_cents_of
from billing.roles import EARNING
from community.moderation.navigation import WAITING, WAITING_IN_SCOPE
from learning.navigation import HOMEWORK
from peerloop.context import menu_for
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.pages.create import is_payable
from peerloop.pages.free_times import bookable_for
from peerloop.pages.next_step import (
    Facts,
    Kind,
    Money,
    NextStep,
    courses_taken,
    duties_of,
    next_step,
    sessions_ahead,
    waiting_steps,
)
from scheduling.queries import module_titles_of

SHOWN_SESSIONS = 5
SHOWN_COURSES = 6


@login_required
@require_GET
def dashboard(request: MemberRequest) -> HttpResponse:
    """The next step, then courses with progress, sessions ahead, decisions, earnings, teaching.

    At most eight statements, including those of the session, the member and the menus; two more for
    who teaches.
    """
    user, now = request.user, clock.now()
    roles, counts = menu_for(request)
    sessions = sessions_ahead(user, most=SHOWN_SESSIONS, at=now)
    duties = duties_of(user, roles)
    earnings = earnings_of(user) if not set(EARNING).isdisjoint(roles) else None
    lengths = {row.minutes for row in duties.teaching if row.may_teach}
    bookable = bookable_for(user, lengths, at=now)
    facts = Facts(
        at=now,
        sessions=sessions,
        module_titles=module_titles_of(sessions),
        learning=courses_taken(user, most=SHOWN_COURSES, at=now),
        duties=duties,
        money=Money.of(
            earnings, least_cents=least_cents_of(roles), is_account_ready=is_payable(user)
        )
        if earnings
        else None,
        free_at=bookable.get(duties.shortest_minutes or 0),
        is_verified=user.is_verified,
        is_creator=user.is_creator,
        homework_waiting=counts[HOMEWORK],
        cases_waiting=counts[WAITING] or counts[WAITING_IN_SCOPE],
        has_said_interests=user.onboarding_completed_at is not None,
    )
    step = next_step(facts)
    rows = _rows(facts, step)
    has_more = bool(rows["waiting"] or earnings or duties.teaching)
    context = {
        "step": step,
        "earnings": earnings,
        "has_more": has_more,
        "bookable": bookable,
        **rows,
    }
    return render_page(request, "pages/dashboard.html", context)


def _rows(facts: Facts, step: NextStep) -> dict[str, Any]:
    """What is shown beside the next step, without what it says already."""
    duties = facts.duties
    shown = [(row, facts.module_titles.get(row.pk) or row.course) for row in facts.sessions]
    is_next = step.kind in (Kind.JOIN, Kind.SESSION_TODAY, Kind.SESSION)
    return {
        "sessions": shown[1:] if is_next else shown,
        "learning": facts.learning,
        "teaching": duties.teaching,
        "teaches_more": duties.teaches_more,
        "is_paused": duties.shortest_minutes is None,
        "free_at": facts.free_at,
        "waiting": [one for one in waiting_steps(facts) if one.kind != step.kind],
        "is_unconfirmed": not facts.is_verified and step.kind != Kind.CONFIRM_ADDRESS,
    }
