"""The page of an invitation to moderate the platform (rule MOD-9)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import sign_in_limits
from accounts.identity.factors.requirement import needs_second_factor
from accounts.identity.queries.factors import has_second_factor
from accounts.identity.reauthentication import require_fresh
from accounts.identity.sessions import AFTER_VERIFICATION
from accounts.identity.views.links import without_referrer
from accounts.models import User
from accounts.requests import MemberRequest, acting
from community.models import ModeratorInvite
from community.moderators import access
from community.moderators.actions import accept_invite, decline_invite
from peerloop.kit import clock
from peerloop.kit.refusals import Missing, Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])
HOME = "mod"


@ASKED
@never_cache
def invite(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation means, and the answer: by a button, as mail programs open links."""
    try:
        found = access.invite_of_token(token, at=clock.now())
    except (Missing, access.InviteClosed) as refusal:
        # Each wrong link counts: nobody tries many.
        sign_in_limits.count_address(request, "link")
        return _closed(request, refusal)
    if request.method != "POST":
        return _page(request, found)
    return _answer(request, found)


@ASKED
@never_cache
@login_required
def own_invite(request: MemberRequest) -> HttpResponse:
    """The same without the link, for whose verified address is invited."""
    if not request.user.is_verified:
        request.session[AFTER_VERIFICATION] = reverse("own-moderator-invite")
        context = {"invite": None, "lacks_proof": True}
        return render(request, "community/moderator_invite.html", context)
    try:
        found = access.own_invite(request.user, at=clock.now())
    except (Missing, access.InviteClosed) as refusal:
        return _closed(request, refusal)
    if request.method != "POST":
        return _page(request, found)
    return _answer(request, found)


def _answer(request: HttpRequest, found: ModeratorInvite) -> HttpResponse:
    """Accept or decline. Refusals lead back to the page, which says what is missing."""
    try:
        if request.POST.get("answer") == "decline":
            decline_invite(invite=found, at=clock.now())
            return without_referrer(render(request, "community/invite_declined.html"))
        if not request.user.is_authenticated:
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('account_login')}?{query}")
        require_fresh(request)
        member = acting(request)
        accept_invite(invite=found, by=member, at=clock.now())
    except access.InviteClosed as refusal:
        # Answered or cancelled in the same moment.
        return _closed(request, refusal)
    messages.success(request, "Thank you. You are a moderator of PeerLoop now.")
    return redirect(_after_accepting(member))


def _after_accepting(member: User) -> str:
    """Staff need a second factor before they go anywhere (security ID-8)."""
    member.refresh_from_db(fields=["is_moderator"])
    home = reverse(HOME)
    if needs_second_factor(member) and not has_second_factor(member):
        return f"{reverse('choose-factor')}?{urlencode({'next': home})}"
    return home


def _page(request: HttpRequest, found: ModeratorInvite) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    is_invited = user is not None and user.email == found.email
    lacks_proof = is_invited and not acting(request).is_verified
    context: dict[str, Any] = {
        "invite": found,
        "lacks_account": user is None,
        "is_other": user is not None and not is_invited,
        "lacks_proof": lacks_proof,
        "here": request.get_full_path(),
    }
    if lacks_proof:
        request.session[AFTER_VERIFICATION] = reverse("own-moderator-invite")
    return without_referrer(render(request, "community/moderator_invite.html", context))


def _closed(request: HttpRequest, refusal: Refused) -> HttpResponse:
    context = {"refusal": refusal}
    page = render(request, "community/invite_closed.html", context, status=refusal.status)
    return without_referrer(page)
