"""Hide posts, mute members and feeds, and undo it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from community.feeds.access import visible_post
from community.feeds.actions.muting import hide_post, mute, show_post, unmute
from community.feeds.muted import hidden_by, mutes_of, of_post, own_mute, what_of
from community.feeds.personal import with_reason
from community.models import Post
from peerloop.kit import clock
from peerloop.kit.htmx import go, next_path
from peerloop.kit.paging import page_asked, page_links

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def muted(request: MemberRequest) -> HttpResponse:
    """What the member muted and hid; a ``mute`` that is posted ends."""
    if request.method == "POST":
        row = own_mute(request.user, request.POST.get("mute", ""))
        unmute(what=what_of(row), by=request.user)
        messages.success(request, "Their posts stand in your feed again.")
        return redirect("muted")
    page = page_asked(request.GET.get("page", ""), SHOWN)
    found = mutes_of(request.user, page)
    context = {
        "mutes": found.rows,
        "page": page_links(found.total, page),
        "hidden": hidden_by(request.user),
    }
    return render(request, "community/muted.html", context)


@require_POST
@login_required
def hide(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Keep a post out of the own feed, or with ``on=0`` show it again."""
    row = visible_post(request.user, post_id)
    if request.POST.get("on") == "0":
        show_post(post=row, by=request.user)
        return _back(request, row, "The post stands in your feed again.")
    hide_post(post=row, by=request.user, at=clock.now())
    return _gone(request, row, "hide-post", "", "You don't see this post in your feed any more.")


@require_POST
@login_required
def mute_by_post(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Mute who wrote a post, or with ``what=feed`` its feed; with ``on=0`` unmute."""
    row, what = visible_post(request.user, post_id), request.POST.get("what", "")
    target = of_post(row, what)
    if request.POST.get("on") == "0":
        unmute(what=target, by=request.user)
        return _back(request, row, "Their posts stand in your feed again.")
    mute(what=target, by=request.user, at=clock.now())
    words = "You don't see their posts in your feed any more."
    if what == "feed":
        words = "You don't see posts of this feed in your own any more."
    return _gone(request, row, "mute-by-post", what, words)


def _gone(request: MemberRequest, row: Post, route: str, what: str, words: str) -> HttpResponse:
    """The place of the post with the way back for HTMX, else the page with a message."""
    if not request.htmx:
        messages.success(request, words)
        return go(request, next_path(request, "feed"))
    context = {"row": row, "route": route, "what": what, "words": words}
    return render(request, "community/_post_gone.html", context)


def _back(request: MemberRequest, row: Post, words: str) -> HttpResponse:
    if not request.htmx:
        messages.success(request, words)
        return go(request, next_path(request, "feed"))
    one = with_reason(request.user, row, at=clock.now())
    return render(request, "community/_post.html", {"one": one, "with_place": True})
