"""What a friend sees who follows an invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.identity.origins import remember_origin
from accounts.members.access import visible_member_of_handle
from accounts.models import User
from goodwill.models import Referral
from goodwill.referrals.actions.inviting import decline_invitations
from goodwill.referrals.links import referral_of
from peerloop.kit import clock
from peerloop.kit.refusals import Missing


@require_safe
@never_cache
def by_link(request: HttpRequest, handle: str) -> HttpResponse:
    """Who invites, and the way to sign up; it is kept who invited until then."""
    return _invited(request, visible_member_of_handle(None, handle))


@require_safe
@never_cache
def by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The same for the link of a mail; raises Missing for an invitation that is over."""
    referral = referral_of(token)
    if referral.status == Referral.Status.VOID or not referral.referrer.may_sign_in:
        raise Missing
    return _invited(request, referral.referrer)


# Mail programs post here without a cookie; the signed link is the proof (RFC 8058).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Get no invitations any more; GET asks for confirmation."""
    referral = referral_of(token)
    if request.method == "POST":
        decline_invitations(referral=referral, at=clock.now())
    is_done = request.method == "POST"
    return render(request, "goodwill/decline.html", {"is_done": is_done})


def _invited(request: HttpRequest, referrer: User) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("invite-friends" if request.user.pk == referrer.pk else "dashboard")
    remember_origin(request, invited_by=str(referrer.pk))
    return render(request, "goodwill/invited.html", {"referrer": referrer})
