"""The same time every week: all remaining sessions, previewed and booked in one act (ADR 38)."""

from datetime import datetime
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import MemberRequest
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.formats import zone_label_of
from peerloop.kit.refusals import Invalid, Refused
from peerloop.kit.text import isolated
from scheduling import access
from scheduling.actions.series import book_series
from scheduling.forms_booking import parse_instant
from scheduling.models import Session
from scheduling.queries.booking import bookable_places
from scheduling.queries.free_times import zone_for
from scheduling.queries.hours import settings_of
from scheduling.queries.series import series_of
from scheduling.queries.teachers import chosen_teacher
from scheduling.series import MAX_SESSIONS


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def weekly(request: HttpRequest, enrollment_id: UUID) -> HttpResponse:
    """Every date of the series with what is in the way; the form books all of them, or none."""
    user = cast(MemberRequest, request).user
    enrollment = access.enrollment_to_book(user, enrollment_id)
    given = request.POST if request.method == "POST" else request.GET
    teacher = enrollment.teacher or chosen_teacher(enrollment, given.get("teacher", ""))
    first = parse_instant(given.get("first" if request.method == "POST" else "start", ""))
    if teacher is None or first is None:
        return _to_times(enrollment)
    if request.method != "POST":
        return _page(request, enrollment, teacher, first)
    return _book(request, enrollment, teacher, first, user)


def _book(
    request: HttpRequest, enrollment: Enrollment, teacher: User, first: datetime, user: User
) -> HttpResponse:
    found = [parse_instant(text) for text in request.POST.getlist("start") if text]
    starts = [start for start in found if start is not None]
    if len(starts) < len(found):
        return _page(request, enrollment, teacher, first, refusal=Invalid("Choose the times anew."))
    at = clock.now()
    places, _ = bookable_places(enrollment, at=at)
    try:
        booked = book_series(
            enrollment=enrollment,
            teacher=teacher,
            starts=starts,
            by=user,
            kind=places.next_kind or Session.Kind.COURSE,
            at=at,
        )
    except Refused as refusal:
        if not _sent_twice(enrollment, starts):
            return _page(request, enrollment, teacher, first, refusal=refusal)
        count = len(starts)
    else:
        count = len(booked)
    name = isolated(teacher.name)
    messages.success(request, f"{count} sessions with {name} are booked. We mailed both of you.")
    return redirect("calendar")


def _sent_twice(enrollment: Enrollment, starts: list[datetime]) -> bool:
    """Whether the first of two clicks booked exactly these."""
    booked = Session.objects.open().filter(enrollment=enrollment, scheduled_start__in=starts)
    return bool(starts) and booked.count() == len(set(starts))


def _page(
    request: HttpRequest,
    enrollment: Enrollment,
    teacher: User,
    first: datetime,
    *,
    refusal: Refused | None = None,
) -> HttpResponse:
    at = clock.now()
    places, obstacle = bookable_places(enrollment, at=at)
    kind = places.next_kind
    count = min(places.left(kind), MAX_SESSIONS) if kind else 0
    if obstacle is not None or count < 1:
        return _to_times(enrollment)
    try:
        lines = series_of(enrollment, teacher, first=first, count=count, at=at)
    except Refused:
        return _to_times(enrollment)
    starts = [line.start for line in lines if line.start is not None]
    query = urlencode({"start": first.isoformat(), "teacher": str(teacher.pk)})
    context = {
        "enrollment": enrollment,
        "course": enrollment.course,
        "teacher": teacher,
        "first": first,
        "lines": lines,
        "count": len(starts),
        "in_the_way": sum(not line.is_free for line in lines),
        "zone_label": zone_label_of(zone_for(enrollment.student), starts or [first]),
        "teacher_zone": settings_of(teacher).timezone,
        "back_url": f"{reverse('learn-book-confirm', args=[enrollment.pk])}?{query}",
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "scheduling/book_weekly.html", context, status=status)


def _to_times(enrollment: Enrollment) -> HttpResponse:
    return redirect("learn-book", enrollment_id=enrollment.pk)
