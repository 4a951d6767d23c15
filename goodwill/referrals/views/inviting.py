"""Invite friends, by a link or by mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from goodwill.models import Reason
from goodwill.points.actions.awards import points_of
from goodwill.referrals.actions.inviting import INVITATIONS_A_DAY, invite_by_mail
from goodwill.referrals.forms import InviteForm
from goodwill.referrals.links import link_of
from goodwill.referrals.queries import invited_by
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.paging import page_asked, page_links
from peerloop.kit.refusals import Refused

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invite(request: MemberRequest) -> HttpResponse:
    """The member's link, a form for an invitation by mail, and what became of each."""
    if request.method != "POST":
        return _page(request, InviteForm())
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        invite_by_mail(email=form.cleaned_data["email"], by=request.user, at=clock.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, form, status), refusal)
    messages.success(request, "Your invitation is on its way.")
    return redirect("invite-friends")


def _page(request: MemberRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    page = page_asked(request.GET.get("page", ""), SHOWN)
    found = invited_by(request.user, page)
    context = {
        "form": form,
        "link": link_of(request.user),
        "points": points_of(Reason.REFERRAL),
        "most": INVITATIONS_A_DAY,
        "found": found,
        "page": page_links(found.total, page),
    }
    return render(request, "goodwill/invite.html", context, status=status)
