"""The context processor of all pages: viewer, time zone, menus, demo clock."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.notifications.live_count import issue_ticket
from peerloop.kit import clock, navigation
from peerloop.kit.roles import Menu, menu_of
from peerloop.kit.tracing import request_id
from scheduling.models import Session


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of all pages; values that need a query are lazy."""
    user = getattr(request, "user", None)
    signed_in = isinstance(user, User)
    return {
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "request_id": request_id.get(),
        "viewer_zone": user.timezone if isinstance(user, User) else "",
        "nav": SimpleLazyObject(lambda: _nav(request)) if signed_in else None,
        "demo_clock": SimpleLazyObject(lambda: _demo(user)) if settings.DEMO else None,
        "debug_pages": settings.DEBUG,
    }


def _role(request: HttpRequest, roles: list[str]) -> str:
    """The role whose menu is shown: that of the page, else the last one chosen (rule ROLE-1)."""
    side = request.path.split("/", 2)[1]
    chosen = request.session.get("role", "learn")
    if side == "earnings" and chosen == "learn":
        side = "teach" if "teach" in roles else "create"
    if side in navigation.sides() and side in roles and side != chosen:
        request.session["role"] = chosen = side
    return chosen if chosen in roles else "learn"


def _demo(user: Any) -> dict[str, Any]:
    """The time on the demo banner, and the seconds until the next session can be joined."""
    now = clock.now()
    seconds = 0
    if isinstance(user, User):
        upcoming = (
            Session.objects.involving(user)
            .filter(status=Session.Status.SCHEDULED, scheduled_start__gt=now)
            .order_by("scheduled_start")
            .values_list("scheduled_start", flat=True)
            .first()
        )
        if upcoming:
            seconds = int((upcoming - now).total_seconds()) - 60
    return {
        "now": now,
        "next_session_seconds": max(seconds, 0),
        "url": reverse("demo-clock"),
    }


def menu_for(request: HttpRequest) -> Menu:
    """The member's roles and the counts of the menus: one query a request, then cached."""
    found: Menu | None = getattr(request, "_menu", None)
    if found is None:
        found = request._menu = menu_of(request.user)  # type: ignore[attr-defined]
    return found


def _nav(request: HttpRequest) -> dict[str, Any]:
    roles, counts = menu_for(request)
    return {
        "role": _role(request, roles),
        "roles": roles,
        "counts": counts,
        "live_ticket": issue_ticket(request.user) if isinstance(request.user, User) else "",
    }
