"""What readers set beside posts: reposts, pins, what helped, what they keep in sight."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.members.access import visible_member_of_handle
from accounts.requests import MemberRequest
from community.feeds import actions
from community.feeds.access import MAIN, visible_post
from community.feeds.elsewhere import feed_chosen, feeds_for, path_of
from community.feeds.panels import companions_of, recent_posters
from community.feeds.shown import shown
from community.feeds.views.posts import acts_again
from community.models import Post
from peerloop.kit import clock
from peerloop.kit.htmx import go, next_path, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def repost(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Show a post again in its feed or another, or with ``on=0`` take that back.

    A page asks for the other feed; ``feed`` names it.
    """
    row = visible_post(request.user, post_id)
    if request.method != "POST":
        return _where_to(request, row)
    if _is_off(request):
        actions.undo_repost(post=row, by=request.user)
        return acts_again(request, row)
    word = request.POST.get("feed", "")
    feed = feed_chosen(request.user, word) if word else None
    actions.repost(post=row, by=request.user, feed=feed, at=clock.now())
    if feed is None:
        return acts_again(request, row)
    messages.success(request, "You reposted it there.")
    return redirect(path_of(feed))


def _where_to(request: MemberRequest, row: Post) -> HttpResponse:
    [one] = shown([row], request.user)
    context = {
        "one": one,
        "feeds": feeds_for(request.user, row),
        "back": reverse("post", args=[row.root_id or row.pk]),
    }
    return render(request, "community/repost.html", context)


@require_POST
@login_required
def pin(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Pin a post to the top of its feed, or with ``on=0`` take it down."""
    row = visible_post(request.user, post_id)
    if _is_off(request):
        actions.unpin_post(post=row, by=request.user)
        messages.success(request, "The post is unpinned.")
    else:
        actions.pin_post(post=row, by=request.user, at=clock.now())
        messages.success(request, "The post stands on top of its feed now.")
    return go(request, next_path(request, "post", row.pk))


@require_POST
@login_required
def helped(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Say that a reply helped, or with ``on=0`` take that back."""
    row, at = visible_post(request.user, post_id), clock.now()
    if _is_off(request):
        actions.take_help_back(reply=row, by=request.user, at=at)
    else:
        actions.mark_helped(reply=row, by=request.user, at=at)
        messages.success(request, "Who answered knows now that it helped.")
    return go(request, f"{next_path(request, 'post', row.root_id or row.pk)}#post-{row.pk.hex}")


@require_safe
@login_required
def kept(request: MemberRequest) -> HttpResponse:
    """All that the member keeps in sight, and who wrote last; for the own feed as its panels."""
    context = {
        "companions": companions_of(request.user),
        "posters": recent_posters(MAIN, request.user, at=clock.now()),
    }
    return render_page(request, "community/companions.html", context, part="community/_beside.html")


@require_POST
@login_required
def keep(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Keep a post in sight, or with ``on=0`` no more."""
    row = visible_post(request.user, post_id)
    if _is_off(request):
        actions.let_post_go(post=row, by=request.user)
    else:
        actions.keep_post(post=row, by=request.user, at=clock.now())
        messages.success(request, "The post stands beside your feed now.")
    return go(request, next_path(request, "post", row.pk))


@require_POST
@login_required
def keep_member(request: MemberRequest, handle: str) -> HttpResponse:
    """Keep an author in sight, or with ``on=0`` no more."""
    author = visible_member_of_handle(request.user, handle)
    if _is_off(request):
        actions.let_author_go(author=author, by=request.user)
    else:
        actions.keep_author(author=author, by=request.user, at=clock.now())
        messages.success(request, "Their newest post stands beside your feed now.")
    return go(request, next_path(request, "companions"))


@require_POST
@login_required
def remove_kept(request: MemberRequest, pin_id: uuid.UUID) -> HttpResponse:
    """Keep it in sight no more."""
    actions.let_go(pin_id=pin_id, by=request.user)
    return go(request, next_path(request, "companions"))


def _is_off(request: MemberRequest) -> bool:
    return request.POST.get("on") == "0"
