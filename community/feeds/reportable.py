"""Posts and replies as content that can be reported (rule MOD-1)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from community.feeds.access import visible_post
from community.feeds.actions.keeping_order import (
    hide_reported_post,
    remove_reported_post,
    restore_reported_post,
)
from community.feeds.words import place_of
from community.models import Post
from peerloop.kit.refusals import Missing
from peerloop.kit.reportable import Content, Line, Reportable

POST, REPLY = "post", "reply"


def content_of(post: Post) -> Content:
    """A post, or a reply below the post that it answers."""
    creator_id = post.course.creator_id if post.course else post.creator_id
    above = post.parent
    shown = [] if above is None or above.status == Post.Status.DELETED else [(above, False)]
    if post.status != Post.Status.DELETED:
        shown.append((post, True))
    return Content(
        kind=REPLY if post.depth else POST,
        id=post.pk,
        author=post.author,
        place=place_of(post),
        lines=tuple(
            Line(one.author_id, one.author.name, one.content, one.created_at, is_meant)
            for one, is_meant in shown
        ),
        page=reverse("post", args=[post.pk]),
        course_id=post.course_id,
        creator_id=creator_id,
        stands=post.is_visible,
    )


def reach(user: User, post_id: Any) -> Content:
    """A visible post of a feed that is open to the member; raises Missing."""
    return content_of(visible_post(user, post_id))


def find(post_id: UUID) -> Content:
    """Any post; raises Missing."""
    rows = Post.objects.select_related("author", "course", "creator", "parent__author")
    post = rows.filter(pk=post_id).first()
    if post is None:
        raise Missing
    return content_of(post)


def id_of(depth: str) -> Any:
    """The id in the address of a page of a post, if the post is no reply, or is one."""

    def found(given: Mapping[str, Any]) -> UUID | None:
        post_id: UUID = given["post_id"]
        rows = Post.objects.filter(pk=post_id)
        rows = rows.filter(depth=0) if depth == POST else rows.filter(depth__gt=0)
        return post_id if rows.exists() else None

    return found


def _kind(kind: str) -> Reportable:
    return Reportable(
        kind=kind,
        noun=kind,
        reach=reach,
        find=find,
        hide=hide_reported_post,
        remove=remove_reported_post,
        restore=restore_reported_post,
        ids={"post": id_of(kind), "reply-to-post": id_of(kind)},
    )


REPORTABLE = (_kind(POST), _kind(REPLY))
