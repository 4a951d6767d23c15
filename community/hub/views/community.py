"""The creator's page of their community: people, moderators, welcome."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.members.access import visible_member_of_handle
from accounts.requests import MemberRequest
from community.feeds.queries import followers_of_creator
from community.hub.access import appointment_of, require_creator
from community.hub.actions import write_welcome
from community.hub.forms import AppointForm, EndForm, WelcomeForm
from community.hub.queries import courses_with_feeds, former_moderators_of
from community.models import CommunityWelcome
from community.moderators.access import active_moderators_of
from community.moderators.actions import appoint_moderator, end_appointment
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.paging import page_asked, page_links
from peerloop.kit.refusals import Missing, Refused
from peerloop.kit.text import isolated, one_line

SHOWN = 20
LONGEST_SEARCH = 100
HOME = "creator-community"
ASKED = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def community(request: MemberRequest) -> HttpResponse:
    """Members of the feed, who keeps order, and the welcome."""
    require_creator(request.user)
    return _page(request, AppointForm())


@require_POST
@login_required
def appoint(request: MemberRequest) -> HttpResponse:
    """Let somebody keep order."""
    require_creator(request.user)
    form = AppointForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        member = visible_member_of_handle(
            request.user, one_line(form.cleaned_data["handle"]).removeprefix("@")
        )
        appoint_moderator(creator=request.user, user=member, by=request.user, at=clock.now())
    except Missing:
        form.add_error("handle", "Nobody has this handle.")
        return _page(request, form, status=422)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, form, status=status), refusal)
    messages.success(request, f"{isolated(member.name)} keeps order among your people now.")
    return redirect(HOME)


@ASKED
@login_required
def end(request: MemberRequest, user_id: UUID) -> HttpResponse:
    """End an appointment, with a reason if there is one."""
    require_creator(request.user)
    appointment = appointment_of(request.user, user_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "appointment": appointment}
        status = 200 if request.method != "POST" else 422
        return render(request, "community/end_moderator.html", context, status=status)
    end_appointment(
        appointment=appointment,
        by=request.user,
        reason=form.cleaned_data["reason"],
        at=clock.now(),
    )
    messages.success(request, f"{isolated(appointment.user.name)} is told.")
    return redirect(HOME)


@ASKED
@login_required
def welcome(request: MemberRequest) -> HttpResponse:
    """What who opens the feed reads first."""
    require_creator(request.user)
    if request.method != "POST":
        row = CommunityWelcome.objects.filter(creator=request.user).first()
        form = WelcomeForm(initial={"content": row.content if row else ""})
        return _welcome(request, form)
    form = WelcomeForm(request.POST)
    if not form.is_valid():
        return _welcome(request, form, status=422)
    try:
        write_welcome(content=form.cleaned_data["content"], by=request.user, at=clock.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _welcome(request, form, status=status), refusal)
    messages.success(request, "Your welcome is saved.")
    return redirect(HOME)


def _welcome(request: MemberRequest, form: WelcomeForm, *, status: int = 200) -> HttpResponse:
    return render(request, "community/welcome.html", {"form": form}, status=status)


def _page(request: MemberRequest, form: AppointForm, *, status: int = 200) -> HttpResponse:
    creator = request.user
    search = one_line(request.GET.get("q", ""))[:LONGEST_SEARCH]
    page = page_asked(request.GET.get("page", ""), SHOWN)
    members, total = followers_of_creator(creator, page, search=search)
    context = {
        "form": form,
        "search": search,
        "members": members,
        "page": page_links(total, page),
        "moderators": active_moderators_of(creator),
        "former": former_moderators_of(creator),
        "courses": courses_with_feeds(creator),
        "welcome": CommunityWelcome.objects.filter(creator=creator).first(),
    }
    return render_page(
        request,
        "community/creator_community.html",
        context,
        part="community/_members.html",
        status=status,
    )
