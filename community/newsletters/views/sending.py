"""Send or schedule a newsletter, and what became of it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from community.models import Newsletter
from community.newsletters.access import own_newsletter
from community.newsletters.actions import (
    retry_failed,
    schedule_newsletter,
    send_newsletter,
    unschedule_newsletter,
)
from community.newsletters.forms import ScheduleForm, moment_in, zone_of
from community.newsletters.queries import reached_by, readers_of
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@login_required
def send(request: MemberRequest, newsletter_id: uuid.UUID) -> HttpResponse:
    """Say to how many it goes, and on the press of the button send it."""
    row = own_newsletter(request.user, newsletter_id)
    if request.method == "POST":
        send_newsletter(newsletter=row, by=request.user, at=clock.now())
        messages.success(request, "Your newsletter is on its way.")
        return redirect("newsletter", row.pk)
    if row.has_begun:
        return redirect("newsletter", row.pk)
    return _confirm(request, row, ScheduleForm())


@require_POST
@login_required
def schedule(request: MemberRequest, newsletter_id: uuid.UUID) -> HttpResponse:
    """Send it later, at a time of the creator's zone."""
    row = own_newsletter(request.user, newsletter_id)
    form, zone = ScheduleForm(request.POST), zone_of(request.user.timezone)
    try:
        if form.is_valid():
            moment = moment_in(zone, form.cleaned_data["send_at"])
            schedule_newsletter(newsletter=row, send_at=moment, by=request.user, at=clock.now())
            messages.success(request, "Your newsletter is scheduled.")
            return redirect("newsletter", row.pk)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _confirm(request, row, form, status), refusal)
    return _confirm(request, row, form, 422)


@require_POST
@login_required
def unschedule(request: MemberRequest, newsletter_id: uuid.UUID) -> HttpResponse:
    """Make a scheduled one a draft again."""
    row = unschedule_newsletter(newsletter=own_newsletter(request.user, newsletter_id))
    messages.success(request, "It is a draft again and will not be sent.")
    return redirect("newsletter", row.pk)


@require_POST
@login_required
def retry(request: MemberRequest, newsletter_id: uuid.UUID) -> HttpResponse:
    """Send again what failed."""
    row = own_newsletter(request.user, newsletter_id)
    retry_failed(newsletter=row, by=request.user, at=clock.now())
    messages.success(request, "What failed is on its way again.")
    return redirect("newsletter", row.pk)


def result(request: MemberRequest, row: Newsletter) -> HttpResponse:
    """How far it is: with HTMX the state is looked at every two seconds while it is sent."""
    context = {"newsletter": row, "zone": zone_of(request.user.timezone).key}
    return render_page(
        request, "community/newsletter.html", context, part="community/_newsletter_state.html"
    )


def _confirm(
    request: MemberRequest, row: Newsletter, form: ScheduleForm, status: int = 200
) -> HttpResponse:
    reached = reached_by(request.user)
    context = {
        "newsletter": row,
        "form": form,
        "reached": reached,
        "words": f"{reached:,} subscriber{'' if reached == 1 else 's'}",
        "readers": readers_of(request.user),
        "zone": zone_of(request.user.timezone).key,
    }
    return render(request, "community/newsletter_send.html", context, status=status)
