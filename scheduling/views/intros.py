"""Free meetings: a visitor chooses a time, a member books it (rule BOOK-11)."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.formats import Moment, zone_of
from peerloop.kit.refusals import Refused
from peerloop.kit.text import isolated
from scheduling import access
from scheduling.actions.booking import book_intro
from scheduling.booking_rules import MetAlready
from scheduling.forms_booking import IntroForm, parse_day, parse_instant
from scheduling.models import Session
from scheduling.models.session import INTRO_LENGTH
from scheduling.queries.free_times import FreeTimes, zone_for
from scheduling.queries.intros import INTRO_MINUTES, IntroOffer, intro_times, intro_with


@require_safe
def times(request: HttpRequest, handle: str) -> HttpResponse:
    """When a teacher can be met for free, a week at a time; open to everybody."""
    viewer = request.user if isinstance(request.user, User) else None
    return _times(request, viewer, access.teacher_to_meet(viewer, handle))


def _times(
    request: HttpRequest,
    viewer: User | None,
    offer: IntroOffer,
    *,
    refusal: Refused | None = None,
    selected: datetime | None = None,
) -> HttpResponse:
    met = intro_with(offer.teacher, viewer) if viewer else None
    is_own = viewer is not None and viewer.pk == offer.teacher.pk
    found = None
    if offer.is_open and met is None:
        found = _free_times(request, viewer, offer, selected)
    course = offer.course_of(request.GET.get("course", ""))
    context = {
        "offer": offer,
        "teacher": offer.teacher,
        "course": course,
        "met": met,
        "is_own": is_own,
        "times": found,
        "day_base": f"?course={course.slug}&" if course else "?",
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "scheduling/intro.html", context, status=status)


def _free_times(
    request: HttpRequest, viewer: User | None, offer: IntroOffer, selected: datetime | None
) -> FreeTimes:
    zone = zone_for(viewer)
    day = parse_day(request.GET.get("day", ""))
    return intro_times(
        offer.teacher,
        student=viewer,
        zone=zone,
        at=clock.now(),
        wanted=selected.astimezone(zone).date() if selected else day,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, handle: str) -> HttpResponse:
    """The chosen time, what it is about; the form books it."""
    user = cast(MemberRequest, request).user
    offer = access.teacher_to_meet(user, handle)
    start = parse_instant(request.GET.get("start", ""))
    if request.method == "POST":
        return _book(request, user, offer)
    if start is None or not offer.is_open or intro_with(offer.teacher, user):
        return redirect("intro", handle=offer.teacher.handle)
    wanted = offer.course_of(request.GET.get("course", ""))
    form = _form(offer, initial={"start": start, "course": wanted.slug if wanted else ""})
    return _confirm_page(request, offer, start, form)


def _form(offer: IntroOffer, *args: Any, **kwargs: Any) -> IntroForm:
    courses = [(course.slug, isolated(course.title)) for course in offer.courses]
    return IntroForm(*args, courses=courses, **kwargs)


def _book(request: HttpRequest, user: User, offer: IntroOffer) -> HttpResponse:
    form = _form(offer, request.POST)
    is_valid, start = form.is_valid(), form.cleaned_data.get("start")
    course = offer.course_of(form.cleaned_data.get("course", ""))
    if start is None:
        return redirect("intro", handle=offer.teacher.handle)
    if not is_valid or course is None:
        return _confirm_page(request, offer, start, form, status=422)
    try:
        session = book_intro(
            teacher=offer.teacher,
            course=course,
            start=start,
            by=user,
            topic=form.cleaned_data["topic"],
            at=clock.now(),
        )
    except Refused as refusal:
        twice = _sent_twice(offer, user, start) if isinstance(refusal, MetAlready) else None
        if twice is not None:
            return redirect("session-booked", session_id=twice.pk)
        return _times(request, user, offer, refusal=refusal, selected=start)
    return redirect("session-booked", session_id=session.pk)


def _sent_twice(offer: IntroOffer, user: User, start: datetime) -> Session | None:
    """The meeting that the first of two clicks booked, if it was that."""
    met = intro_with(offer.teacher, user)
    return met if met and met.is_open and met.scheduled_start == start else None


def _confirm_page(
    request: HttpRequest,
    offer: IntroOffer,
    start: datetime,
    form: IntroForm,
    *,
    status: int = 200,
) -> HttpResponse:
    user = cast(MemberRequest, request).user
    shown = Moment(start, zone_of(user.timezone), clock.now())
    back = reverse("intro", args=[offer.teacher.handle])
    context = {
        "teacher": offer.teacher,
        "course": offer.course_of(""),
        "start": start,
        "end": start + INTRO_LENGTH,
        "minutes": INTRO_MINUTES,
        "button_words": f"Book {shown.datetime}, free",
        "back_url": f"{back}?day={shown.local.date().isoformat()}",
        "form": form,
    }
    return render(request, "scheduling/intro_confirm.html", context, status=status)
