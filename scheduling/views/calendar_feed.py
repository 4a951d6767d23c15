"""The page of the private calendar address, and the file behind it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import conditional_page, require_POST, require_safe

from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.headers import calendar_type
from scheduling.actions.calendar_feed import end_feed, make_feed, note_read
from scheduling.queries.calendar_feed import (
    feed_by,
    feed_of,
    feed_text,
    feed_url,
    google_feed_url,
    outlook_feed_url,
    webcal_url,
)


@login_required
@require_safe
def subscribe(request: HttpRequest) -> HttpResponse:
    """The address with links for the usual calendars, or the way to make one."""
    feed = feed_of(cast(MemberRequest, request).user)
    context: dict[str, object] = {"feed": feed}
    if feed is not None:
        context |= {
            "address": feed_url(feed),
            "apple_url": webcal_url(feed),
            "google_url": google_feed_url(feed),
            "outlook_url": outlook_feed_url(feed),
        }
    return render(request, "scheduling/calendar_feed.html", context)


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make an address, or another one instead."""
    user = cast(MemberRequest, request).user
    had_one = feed_of(user) is not None
    make_feed(user=user, at=clock.now())
    if had_one:
        messages.success(request, "Your calendar has a new address. The old one shows nothing now.")
    return redirect("calendar-feed")


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Void the address."""
    end_feed(user=cast(MemberRequest, request).user)
    messages.success(request, "The address is off. Calendars that read it show nothing new.")
    return redirect("calendar-feed")


@require_safe
@conditional_page
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The sessions as a calendar, for whoever has the address; a 304 until one changes."""
    feed, at = feed_by(token), clock.now()
    text = feed_text(feed.user, at=at)
    note_read(feed=feed, at=at)
    response = HttpResponse(text, content_type=calendar_type(text))
    response["Cache-Control"] = "private, no-cache"
    return response
