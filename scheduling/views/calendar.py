"""A member's sessions by day: pages and calendar files."""

from datetime import date, datetime, time, timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.headers import calendar_type
from peerloop.kit.paging import CappedPaginator
from scheduling import access
from scheduling.calendar import calendar_ics, session_ics
from scheduling.forms_booking import parse_day
from scheduling.hours import YEARS
from scheduling.models import Session
from scheduling.queries.free_times import zone_for
from scheduling.queries.modules import module_of, modules_of
from scheduling.queries.sessions import sessions_of
from scheduling.weeks import WEEK, by_day, month_of, month_span, week_of

KEPT_IN_FILE = timedelta(days=90)
MAX_IN_FILE = 500
MAX_IN_AGENDA = 60
A_PAGE = 20
NOT_CANCELLED = [status for status in Session.Status.values if status != Session.Status.CANCELLED]


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Sessions ahead, day by day."""
    user = cast(MemberRequest, request).user
    zone, at = zone_for(user), clock.now()
    rows = list(sessions_of(user, upcoming=True, at=at)[:MAX_IN_AGENDA])
    modules = modules_of(rows)
    things = [(row.scheduled_start.astimezone(zone).date(), (row, modules[row.pk])) for row in rows]
    to_book = Enrollment.objects.active().filter(student=user).order_by("-created_at").first()
    context = {"days": by_day(things), "to_book": to_book, "is_agenda": True}
    return render(request, "scheduling/calendar.html", context)


@login_required
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """One month with its sessions, past and to come."""
    user = cast(MemberRequest, request).user
    zone, at = zone_for(user), clock.now()
    today = at.astimezone(zone).date()
    shown = _month_in(request.GET.get("month", "")) or today.replace(day=1)
    first, end = month_span(shown)
    things = _between(user, first, end, at=at)
    context = {
        "weeks": month_of(things, month=shown),
        "count": len(things),
        "shown": datetime(shown.year, shown.month, 15, 12, tzinfo=zone),
        "today": today,
        "previous": first - timedelta(days=1),
        "following": end,
        "is_month": True,
    }
    return render(request, "scheduling/month.html", context)


@login_required
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """One week, Monday first, with its sessions, past and to come."""
    user = cast(MemberRequest, request).user
    zone, at = zone_for(user), clock.now()
    today = at.astimezone(zone).date()
    shown = parse_day(request.GET.get("day", "")) or today
    if shown.year not in YEARS:
        shown = today
    first = shown - timedelta(days=shown.weekday())
    end = first + WEEK
    things = _between(user, first, end, at=at)
    context = {
        "weeks": [week_of(things, first=first)],
        "count": len(things),
        "first": first,
        "last": end - timedelta(days=1),
        "today": today,
        "previous": first - WEEK,
        "following": end,
        "is_week": True,
    }
    return render(request, "scheduling/week.html", context)


def _between(user: User, first: date, end: date, *, at: datetime) -> list[tuple[date, Session]]:
    """Sessions that begin from one local day up to another, each with its day, in order."""
    zone = zone_for(user)
    rows = sessions_of(user, statuses=NOT_CANCELLED, at=at).filter(
        scheduled_start__gte=datetime.combine(first, time(), tzinfo=zone),
        scheduled_start__lt=datetime.combine(end, time(), tzinfo=zone),
    )
    return [
        (row.scheduled_start.astimezone(zone).date(), row)
        for row in rows.order_by("scheduled_start", "pk")
    ]


def _month_in(text: str) -> date | None:
    """The first of a month written ``2026-05``; nothing for anything else."""
    year, _, number = text.partition("-")
    if not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
        return None
    if len(year) != 4 or not 2000 <= int(year) <= 2100 or not 1 <= int(number[:2]) <= 12:
        return None
    return date(int(year), int(number[:2]), 1)


@login_required
@require_safe
def calendar_file(request: HttpRequest) -> HttpResponse:
    """All sessions from the last 90 days on as a calendar file, or a message if there is none."""
    user = cast(MemberRequest, request).user
    at = clock.now()
    rows = sessions_of(user, statuses=NOT_CANCELLED, at=at)
    rows = rows.filter(scheduled_start__gte=at - KEPT_IN_FILE)
    found = list(rows.order_by("scheduled_start")[:MAX_IN_FILE])
    if not found:
        # A calendar without any entry is no calendar (RFC 5545, 3.6).
        messages.info(request, "You have no session to download yet.")
        return redirect("calendar")
    text = calendar_ics(found, viewer=user, at=at, modules=modules_of(found))
    return _file(text, "peerloop.ics")


@login_required
@require_safe
def session_file(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """One session as a calendar file."""
    user = cast(MemberRequest, request).user
    session = access.session_of(user, session_id)
    module = module_of(session)
    text = session_ics(session, viewer=user, at=clock.now(), module=module)
    return _file(text, f"session-{session.scheduled_start:%Y-%m-%d}.ics")


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=calendar_type(text))
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_safe
def teaching(request: HttpRequest) -> HttpResponse:
    """The sessions that the member teaches: those ahead, or the others."""
    user = cast(MemberRequest, request).user
    at, past = clock.now(), request.GET.get("show") == "past"
    rows = sessions_of(user, role="teacher", upcoming=not past, at=at)
    page = CappedPaginator(rows, A_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    modules = modules_of(found)
    blocked = Enrollment.objects.active().filter(teacher=user, booking_blocked_at__isnull=False)
    context = {
        "page": page,
        "rows": [(row, modules[row.pk]) for row in found],
        "past": past,
        "blocked": blocked.select_related("student", "course"),
    }
    return render(request, "scheduling/teaching.html", context)
