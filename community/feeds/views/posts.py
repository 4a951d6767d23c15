"""One post with its replies, and what readers do with posts."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from community.feeds.access import (
    FeedClosed,
    feed_of,
    own_post,
    own_post_to_delete,
    post_in_reach,
    reads,
    visible_post,
)
from community.feeds.actions import (
    bookmark_post,
    delete_post,
    edit_post,
    like_post,
    reply_to_post,
    unbookmark_post,
    unlike_post,
)
from community.feeds.forms import ReplyForm
from community.feeds.live import topic_of_thread
from community.feeds.marks import beside_post
from community.feeds.queries import thread_of
from community.feeds.shown import shown
from community.feeds.views.watching import watched
from community.models import Post
from community.moderators.access import creator_of, keeps_order_in
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import go, next_path
from peerloop.kit.refusals import Refused


@require_safe
@login_required
def post(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """A post with its replies; a reply leads to the post that it stands below."""
    found = post_in_reach(request.user, post_id)
    if found.root_id:
        return redirect(f"{_path(found.root_id)}#post-{found.pk.hex}")
    return _thread(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reply(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Answer a post or a reply; its form on a page of its own."""
    above = visible_post(request.user, post_id)
    if not reads(request.user, feed_of(above)):
        raise FeedClosed
    if request.method != "POST":
        return _form(request, above, ReplyForm(), "reply")
    form = ReplyForm(request.POST)
    try:
        if form.is_valid():
            written = reply_to_post(
                post=above, content=form.cleaned_data["content"], by=request.user, at=clock.now()
            )
            return redirect(f"{_path(written.root_id)}#post-{written.pk.hex}")
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _form(request, above, form, "reply", status), refusal)
    return _form(request, above, form, "reply", 422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Change the own post within fifteen minutes."""
    row = own_post(request.user, post_id)
    if request.method != "POST":
        return _form(request, row, ReplyForm(initial={"content": row.content}), "edit")
    form = ReplyForm(request.POST)
    try:
        if form.is_valid():
            content = form.cleaned_data["content"]
            edit_post(post=row, content=content, by=request.user, at=clock.now())
            return redirect("post", row.pk)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _form(request, row, form, "edit", status), refusal)
    return _form(request, row, form, "edit", 422)


@require_POST
@login_required
def delete(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Delete the own post."""
    row = own_post_to_delete(request.user, post_id)
    delete_post(post=row)
    messages.success(request, "Your post is deleted.")
    is_open = reads(request.user, feed_of(row))
    return redirect("post", row.root_id) if row.root_id and is_open else redirect("feed")


@require_POST
@login_required
def like(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Like a post, or with ``on=0`` take it back."""
    row = visible_post(request.user, post_id)
    if request.POST.get("on") == "0":
        unlike_post(post=row, by=request.user)
    else:
        like_post(post=row, by=request.user, at=clock.now())
    return acts_again(request, row)


@require_POST
@login_required
def bookmark(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Save a post, or with ``on=0`` remove it."""
    row = visible_post(request.user, post_id)
    if request.POST.get("on") == "0":
        unbookmark_post(post=row, by=request.user)
    else:
        bookmark_post(post=row, by=request.user, at=clock.now())
    return acts_again(request, row)


def acts_again(request: MemberRequest, row: Post) -> HttpResponse:
    """The buttons of the post anew for HTMX, else back to where they were pressed."""
    if not request.htmx:
        return go(request, next_path(request, "post", row.root_id or row.pk))
    [one] = shown([row], request.user)
    return render(request, "community/_post_acts.html", {"one": one})


def _thread(request: MemberRequest, row: Post) -> HttpResponse:
    user, feed = request.user, feed_of(row)
    beside = beside_post(row, feed, user)
    [one] = shown([row], user, pinned=[row.pk] if beside.is_pinned else [])
    live = {}
    if row.is_visible and not one.is_outside:
        live = watched(user, [topic_of_thread(row.pk)], post=row.pk)
    may_moderate = keeps_order_in(user, feed)
    context = {
        "one": one,
        "feed": feed,
        "replies": [] if one.is_outside else thread_of(row, user),
        "form": ReplyForm(),
        "may_pin": may_moderate or creator_of(feed) == user.pk,
        "may_moderate": may_moderate,
        "is_asker": one.is_own and row.is_question,
        "keeps_author": beside.keeps_author,
        **live,
    }
    status = 200 if row.is_visible else 410
    return render(request, "community/post.html", context, status=status)


def _form(
    request: MemberRequest, row: Post, form: ReplyForm, which: str, status: int = 200
) -> HttpResponse:
    [one] = shown([row], request.user)
    context = {"one": one, "form": form, "is_edit": which == "edit"}
    return render(request, "community/reply.html", context, status=status)


def _path(post_id: Any) -> str:
    return reverse("post", args=[post_id])
