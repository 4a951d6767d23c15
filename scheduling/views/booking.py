"""Booking a session: choose a teacher, then a time, confirm."""

from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.formats import Moment, zone_of
from peerloop.kit.refusals import Refused
from scheduling import access
from scheduling.actions.booking import book_session
from scheduling.booking_rules import SlotTaken
from scheduling.calendar import google_url, outlook_url
from scheduling.forms_booking import BookingForm, parse_day, parse_instant
from scheduling.models import Session
from scheduling.queries.booking import bookable_places, places_of
from scheduling.queries.free_times import free_times, zone_for
from scheduling.queries.hours import settings_of
from scheduling.queries.modules import module_after, module_at, module_of
from scheduling.queries.teachers import chosen_teacher, teachers_by_next_free, teachers_for

ANY = "any"


@login_required
@require_safe
def book(request: HttpRequest, enrollment_id: UUID) -> HttpResponse:
    """The teacher's free times, a week at a time; without a teacher, choose one first."""
    enrollment = access.enrollment_to_book(cast(MemberRequest, request).user, enrollment_id)
    return _times(request, enrollment)


def _times(
    request: HttpRequest,
    enrollment: Enrollment,
    *,
    refusal: Refused | None = None,
    selected: datetime | None = None,
) -> HttpResponse:
    at = clock.now()
    status = refusal.status if refusal else 200
    context = _frame(enrollment) | {"refusal": refusal}
    places, obstacle = bookable_places(enrollment, at=at)
    kind = places.next_kind
    if obstacle or kind is None:
        context["obstacle"] = obstacle.message if obstacle else ""
        return _page(request, "book_closed.html", context, status)
    wanted = request.POST.get("teacher") or request.GET.get("teacher") or ""
    teacher = enrollment.teacher or chosen_teacher(enrollment, wanted)
    if teacher is None and wanted != ANY:
        minutes = enrollment.course.session_minutes
        choices = teachers_by_next_free(teachers_for(enrollment), minutes=minutes, at=at)
        context |= {"choices": choices, "any_url": f"?teacher={ANY}"}
        return _page(request, "book_teacher.html", context, status)
    day = parse_day(request.GET.get("day", ""))
    if selected is not None:
        day = selected.astimezone(zone_for(enrollment.student)).date()
    key = str(teacher.pk) if teacher else ANY
    is_course, used = kind == Session.Kind.COURSE, places.used.get(kind, 0)
    context |= {
        "times": free_times(enrollment, teacher, at=at, wanted=day),
        "teacher_key": key,
        "day_base": f"?{_query(request, teacher=key)}&",
        "instead_of": request.GET.get("instead_of", ""),
        "module": module_after(enrollment, used) if is_course else None,
        "kind_words": "" if is_course else Session.Kind(kind).label,
        "left_words": f"{places.left(kind)} of {places.allowed[kind]}",
    }
    return _page(request, "book.html", context, status)


def _query(request: HttpRequest, **words: str) -> str:
    """The query of the next page, with the session that is being rescheduled, if there is one."""
    words["instead_of"] = request.GET.get("instead_of") or request.POST.get("instead_of") or ""
    return urlencode({name: word for name, word in words.items() if word})


def _frame(enrollment: Enrollment) -> dict[str, object]:
    return {
        "enrollment": enrollment,
        "course": enrollment.course,
        "course_room": reverse("learn-room", args=[enrollment.pk]),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, enrollment_id: UUID) -> HttpResponse:
    """The chosen time with the rules; the form books it."""
    user = cast(MemberRequest, request).user
    enrollment = access.enrollment_to_book(user, enrollment_id)
    if request.method == "POST":
        return _book(request, enrollment, user)
    start = parse_instant(request.GET.get("start", ""))
    wanted = request.GET.get("teacher", "")
    teacher = enrollment.teacher or chosen_teacher(enrollment, wanted)
    kind = places_of(enrollment.pk).next_kind
    if start is None or not kind or (teacher is None and wanted != ANY):
        query = _query(request, teacher=wanted)
        return redirect(f"{reverse('learn-book', args=[enrollment.pk])}?{query}".rstrip("?"))
    initial = {"start": start, "instead_of": request.GET.get("instead_of", "")}
    return _confirm_page(request, enrollment, teacher, start, BookingForm(initial=initial))


def _book(request: HttpRequest, enrollment: Enrollment, user: User) -> HttpResponse:
    form = BookingForm(request.POST)
    wanted = request.POST.get("teacher", "")
    teacher = enrollment.teacher or chosen_teacher(enrollment, wanted)
    if not form.is_valid():
        start = form.cleaned_data.get("start")
        if start is None:
            return redirect("learn-book", enrollment_id=enrollment.pk)
        return _confirm_page(request, enrollment, teacher, start, form, status=422)
    start, old = form.cleaned_data["start"], form.cleaned_data["instead_of"]
    try:
        session = book_session(
            enrollment=enrollment,
            teacher=teacher,
            start=start,
            by=user,
            topic=form.cleaned_data["topic"],
            kind=places_of(enrollment.pk).next_kind or Session.Kind.COURSE,
            instead_of=access.session_of(user, old) if old else None,
            at=clock.now(),
        )
    except Refused as refusal:
        twice = _sent_twice(enrollment, start) if isinstance(refusal, SlotTaken) else None
        if twice is not None:
            return redirect("session-booked", session_id=twice.pk)
        return _times(request, enrollment, refusal=refusal, selected=start)
    return redirect("session-booked", session_id=session.pk)


def _sent_twice(enrollment: Enrollment, start: datetime) -> Session | None:
    """The session that the first of two clicks booked, if it was that."""
    return Session.objects.open().filter(enrollment=enrollment, scheduled_start=start).first()


def _confirm_page(
    request: HttpRequest,
    enrollment: Enrollment,
    teacher: User | None,
    start: datetime,
    form: BookingForm,
    *,
    status: int = 200,
) -> HttpResponse:
    places = places_of(enrollment.pk)
    kind = places.next_kind
    left = places.left(kind) if kind and teacher else 0
    key = str(teacher.pk) if teacher else ANY
    weekly = urlencode({"start": start.isoformat(), "teacher": key})
    shown = Moment(start, zone_of(enrollment.student.timezone), clock.now())
    back = _query(request, teacher=key, day=shown.local.date().isoformat())
    context = _frame(enrollment) | {
        "teacher": teacher,
        "teacher_key": key,
        "teacher_zone": settings_of(teacher).timezone if teacher else "",
        "start": start,
        "end": start + timedelta(minutes=enrollment.course.session_minutes),
        "module": module_at(enrollment, start) if kind == Session.Kind.COURSE else None,
        "button_words": f"Book {shown.datetime}",
        "back_url": f"{reverse('learn-book', args=[enrollment.pk])}?{back}",
        "left": left,
        "weekly_url": f"{reverse('learn-book-weekly', args=[enrollment.pk])}?{weekly}",
        "form": form,
    }
    return _page(request, "book_confirm.html", context, status)


@login_required
@require_safe
def booked(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The page after booking: calendar links, and what to prepare."""
    user = cast(MemberRequest, request).user
    session = access.session_of(user, session_id)
    if not session.is_open:
        return redirect("session", session_id=session.pk)
    module = module_of(session)
    places = places_of(session.enrollment_id) if session.enrollment_id else None
    context: dict[str, object] = {
        "session": session,
        "course": session.course,
        "other": session.counterpart_of(user),
        "module": module,
        "google_url": google_url(session, viewer=user, module=module),
        "outlook_url": outlook_url(session, viewer=user, module=module),
        "left": places.left(Session.Kind.COURSE) if places else 0,
    }
    return _page(request, "booked.html", context, 200)


def _page(
    request: HttpRequest, template: str, context: dict[str, object], status: int
) -> HttpResponse:
    return render(request, f"scheduling/{template}", context, status=status)
