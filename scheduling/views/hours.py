"""The page on which teachers edit their hours. Every change is a small form."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from learning.models import StudentTeacher
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid
from scheduling import access
from scheduling.actions import hours as actions
from scheduling.actions.hours import TEMPLATES
from scheduling.forms_hours import (
    BookingSettingsForm,
    CopyForm,
    DateForm,
    TimeOffForm,
    TimesForm,
    WeekForm,
    WindowForm,
)
from scheduling.hours import DateHours, WeeklyHours
from scheduling.models import AvailabilitySettings
from scheduling.queries.free_times import free_slots
from scheduling.queries.hours import dates_ahead, grid_of_week, intros_in, settings_of, week_of
from scheduling.queries.time_off import away_of
from scheduling.week_grid import MORNING
from scheduling.weeks import Day, by_day

OFFERED = "Free meetings can be booked in all your weekly hours. New hours take them too."
NOT_OFFERED = "You offer no free meetings now. Those that are booked stay."
View = Callable[..., HttpResponse]
PREVIEW_DAYS = 7
PREVIEW_MINUTES = 60
TEMPLATE_WORDS = {
    "evenings": "Weekday evenings, 17:00 to 21:00",
    "workdays": "Working days, 9:00 to 17:00",
    "weekends": "Weekends, 10:00 to 16:00",
}


def by_form(act: View) -> View:
    """A form of the page: POST changes the hours, GET of its address shows the page."""

    @wraps(act)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("teach-availability")
        return act(request, *args, **kwargs)

    return guarded


@login_required
@require_safe
def availability(request: HttpRequest) -> HttpResponse:
    """The week, single dates, booking settings, and a preview of what students see."""
    return page(request)


def page(request: HttpRequest, *, wrong: Form | None = None, status: int = 200) -> HttpResponse:
    """The whole page, with ``wrong``, a form that was refused, in its place."""
    user = cast(MemberRequest, request).user
    at, kept = clock.now(), settings_of(user)
    zone = ZoneInfo(kept.timezone)
    week = week_of(user)
    grid = grid_of_week(week)
    context = {
        "week": week,
        "is_empty": not any(day.windows for day in week),
        "templates": [(name, TEMPLATE_WORDS[name]) for name in TEMPLATES],
        "intros": intros_in(week),
        "dates": dates_ahead(user, today=at.astimezone(zone).date()),
        "settings": kept,
        "preview": _preview(user, at, zone),
        "wrong": wrong,
        "wrong_window": wrong.data.get("day") if isinstance(wrong, WindowForm) else None,
        "wrong_copy": wrong.data.get("day") if isinstance(wrong, CopyForm) else None,
        "away": away_of(user, zone=zone, at=at),
        "is_wrong_off": isinstance(wrong, TimeOffForm) and wrong.time_off is None,
        "wrong_off": wrong.time_off if isinstance(wrong, TimeOffForm) else None,
        "off_form": wrong if isinstance(wrong, TimeOffForm) else TimeOffForm(),
        "is_wrong_date": isinstance(wrong, DateForm),
        "date_form": wrong if isinstance(wrong, DateForm) else DateForm(),
        "settings_form": wrong
        if isinstance(wrong, BookingSettingsForm)
        else BookingSettingsForm(initial=_initial(kept)),
        "window_form": wrong if isinstance(wrong, WindowForm) else WindowForm(),
        "wrong_times": wrong.window.pk if isinstance(wrong, TimesForm) else None,
        "grid_was": " ".join(cell.value for row in grid for cell in row.cells if cell.is_open),
        "grid_day": grid[MORNING:],
        "grid_night": grid[:MORNING],
        "is_open_at_night": any(cell.is_open for row in grid[:MORNING] for cell in row.cells),
        "wrong_grid": wrong if isinstance(wrong, WeekForm) else None,
        "teaches": StudentTeacher.objects.filter(user=user).exists(),
    }
    return render(request, "scheduling/availability.html", context, status=status)


def _preview(user: User, at: datetime, zone: ZoneInfo) -> list[Day[Any]]:
    found = free_slots(teacher=user, minutes=PREVIEW_MINUTES, at=at, days=PREVIEW_DAYS)
    return by_day(
        (slot.start.astimezone(zone).date(), slot.start.astimezone(zone))
        for slot in found
        if slot.is_available
    )


def _initial(kept: AvailabilitySettings) -> dict[str, Any]:
    return {
        "timezone": kept.timezone,
        "buffer_minutes": kept.buffer_minutes,
        "notice_minutes": kept.notice_minutes,
    }


def back_to(anchor: str) -> HttpResponse:
    """To that part of the page, after a change."""
    return redirect(f"{reverse('teach-availability')}#{anchor}")


def refused(request: HttpRequest, form: Form, refusal: Invalid) -> HttpResponse:
    """The page again, with the refusal's message beside its field."""
    for name, texts in refusal.fields.items() or [("", [refusal.message])]:
        form.add_error(name if name in form.fields else None, texts)
    return page(request, wrong=form, status=422)


@login_required
@by_form
def add_window(request: HttpRequest) -> HttpResponse:
    """Add a weekly window."""
    form = WindowForm(request.POST)
    if not form.is_valid():
        return page(request, wrong=form, status=422)
    given = form.cleaned_data
    hours = WeeklyHours(
        given["day"], given["start"], given["end"], given["start_date"], given["repeat_weeks"]
    )
    try:
        actions.add_window(user=cast(MemberRequest, request).user, hours=hours, at=clock.now())
    except Invalid as refusal:
        return refused(request, form, refusal)
    return back_to(f"day-{hours.day_of_week}")


@login_required
@by_form
def change_window(request: HttpRequest, window_id: UUID) -> HttpResponse:
    """Give a weekly window other times."""
    window = access.own_window(cast(MemberRequest, request).user, window_id)
    form = TimesForm(request.POST, window=window)
    if not form.is_valid():
        return page(request, wrong=form, status=422)
    given = form.cleaned_data
    hours = WeeklyHours(
        window.day_of_week, given["start"], given["end"], window.start_date, window.repeat_weeks
    )
    try:
        actions.change_window(window=window, hours=hours, at=clock.now())
    except Invalid as refusal:
        return refused(request, form, refusal)
    return back_to(f"day-{window.day_of_week}")


@login_required
@by_form
def paint_week(request: HttpRequest) -> HttpResponse:
    """Open and close hours in the grid of the week."""
    form = WeekForm(request.POST)
    if not form.is_valid():
        return page(request, wrong=form, status=422)
    cells, was = form.cleaned_data["cells"], form.cleaned_data["was"]
    user = cast(MemberRequest, request).user
    try:
        actions.paint_week(user=user, opened=cells - was, closed=was - cells, at=clock.now())
    except Invalid as refusal:
        return refused(request, form, refusal)
    messages.success(request, "Your week is saved. Sessions that are booked keep their times.")
    return back_to("week")


@login_required
@by_form
def offer_intros(request: HttpRequest) -> HttpResponse:
    """Let free meetings be booked in all weekly hours, or in none."""
    user, is_offered = cast(MemberRequest, request).user, "offered" in request.POST
    actions.offer_intros(user=user, is_offered=is_offered, at=clock.now())
    messages.success(request, OFFERED if is_offered else NOT_OFFERED)
    return back_to("intros")


@login_required
@by_form
def offer_intros_in(request: HttpRequest, window_id: UUID) -> HttpResponse:
    """Let free meetings be booked in one weekly window, or no longer."""
    window = access.own_window(cast(MemberRequest, request).user, window_id)
    actions.offer_intros(
        user=window.user, is_offered="offered" in request.POST, at=clock.now(), window=window
    )
    return back_to(f"day-{window.day_of_week}")


@login_required
@by_form
def remove_window(request: HttpRequest, window_id: UUID) -> HttpResponse:
    """Remove a weekly window; booked sessions stay."""
    window = access.own_window(cast(MemberRequest, request).user, window_id)
    window.delete()
    return back_to(f"day-{window.day_of_week}")


@login_required
@by_form
def copy_day(request: HttpRequest) -> HttpResponse:
    """Copy the hours of one day to others."""
    form = CopyForm(request.POST)
    if not form.is_valid():
        return page(request, wrong=form, status=422)
    given = form.cleaned_data
    try:
        actions.copy_day(
            user=cast(MemberRequest, request).user,
            from_day=given["day"],
            to_days=given["to_days"],
            at=clock.now(),
        )
    except Invalid as refusal:
        return refused(request, form, refusal)
    return back_to(f"day-{given['day']}")


@login_required
@by_form
def start_with(request: HttpRequest) -> HttpResponse:
    """Fill an empty week from a template."""
    actions.start_with_template(
        user=cast(MemberRequest, request).user,
        name=request.POST.get("template", ""),
        at=clock.now(),
    )
    return back_to("week")


@login_required
@by_form
def set_date(request: HttpRequest) -> HttpResponse:
    """Add hours of one date, or close it."""
    form = DateForm(request.POST)
    if not form.is_valid():
        return page(request, wrong=form, status=422)
    given = form.cleaned_data
    hours = DateHours(given["date"], given["start"], given["end"])
    try:
        actions.set_date(user=cast(MemberRequest, request).user, hours=hours, at=clock.now())
    except Invalid as refusal:
        return refused(request, form, refusal)
    return back_to("dates")


@login_required
@by_form
def remove_date(request: HttpRequest, override_id: UUID) -> HttpResponse:
    """Remove an entry of a date."""
    access.own_date(cast(MemberRequest, request).user, override_id).delete()
    return back_to("dates")


@login_required
@by_form
def change_settings(request: HttpRequest) -> HttpResponse:
    """Change zone, buffer and notice."""
    user = cast(MemberRequest, request).user
    form = BookingSettingsForm(request.POST, initial=_initial(settings_of(user)))
    if not form.is_valid():
        return page(request, wrong=form, status=422)
    actions.change_settings(user=user, at=clock.now(), **form.cleaned_data)
    messages.success(request, "Saved. Sessions that are booked keep their times.")
    return back_to("rules")
