"""Subscribe, see one's subscriptions, and end them, also without signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.members.access import any_member_of_handle
from accounts.requests import MemberRequest
from community.models import SubscriberSource
from community.newsletters.access import creator_of_handle, subscriber_of_token
from community.newsletters.actions import (
    end_all_marketing,
    end_subscription,
    subscribe,
    unsubscribe,
)
from community.newsletters.queries import subscriptions_of
from peerloop.kit import clock
from peerloop.kit.htmx import next_path, render_page
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import isolated

A_PAGE = 20
SOURCES = (SubscriberSource.PROFILE.value, SubscriberSource.ENROLLMENT.value)


@require_POST
@login_required
def subscription(request: MemberRequest, handle: str) -> HttpResponse:
    """Subscribe to a creator with ``subscribe=1``, end it with 0."""
    wanted = request.POST.get("subscribe")
    if wanted == "1":
        creator = creator_of_handle(request.user, handle)
        given = request.POST.get("source", "")
        source = given if given in SOURCES else SubscriberSource.PROFILE
        subscribe(creator=creator, by=request.user, source=source, at=clock.now())
        messages.success(request, f"You get the newsletter of {isolated(creator.name)} by mail.")
    elif wanted == "0":
        creator = any_member_of_handle(handle)
        unsubscribe(creator=creator, by=request.user, at=clock.now())
        messages.success(request, f"You no longer get the newsletter of {isolated(creator.name)}.")
    else:
        raise Invalid.field("subscribe", "Say 1 for yes or 0 for no.")
    return redirect(next_path(request, "creator", creator.handle))


@require_safe
@login_required
def subscriptions(request: MemberRequest) -> HttpResponse:
    """Newsletters that the member gets, each with a button that ends it."""
    rows = CappedPaginator(subscriptions_of(request.user), A_PAGE)
    context = {"subscriptions": rows.get_page(request.GET.get("page"))}
    return render_page(request, "community/newsletter_subscriptions.html", context)


# Mail programs post here without a cookie; the signed link is the proof (RFC 8058).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button; pressing it, by hand or by the mail program, ends this newsletter.

    ``all=1`` ends all newsletters and offers. Looking alone changes nothing, for programs that
    check links open them all.
    """
    subscriber, newsletter_id = subscriber_of_token(token)
    is_done = request.method == "POST"
    wants_all = (request.POST if is_done else request.GET).get("all") == "1"
    if is_done:
        act = end_all_marketing if wants_all else end_subscription
        act(subscriber=subscriber, newsletter_id=newsletter_id, at=clock.now())
    context = {"creator": subscriber.creator, "is_done": is_done, "wants_all": wants_all}
    response = render(request, "community/newsletter_end.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
