"""Feeds out of our own tables: nothing is sent anywhere, so nothing can be missing."""

import time

import jwt
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import User
from community.feeds.activities import activity_of
from community.feeds.personal import newest_posts
from community.feeds.providers.base import (
    COURSE,
    DAY_SECONDS,
    INSTRUCTOR,
    MAIN_FEED,
    MOST_ACTIVITIES,
    TIMELINE,
    USER,
    FeedActivity,
    FeedOptions,
)
from community.feeds.queries import NEWEST, Place
from community.models import FeedGroup, Post, PromotedPost
from peerloop.kit import clock
from peerloop.kit.ids import uuid_of


class LocalFeeds:
    """A post in its table is published, who may read a feed follows it: there is nothing to do."""

    is_outside = False
    api_key = "local"

    def generate_token(self, user_id: str, validity_seconds: int = DAY_SECONDS) -> str:
        """Of the same shape as Stream's, signed with a key of its own, which opens nothing else."""
        now = int(time.time())
        claims = {"user_id": user_id, "iat": now, "exp": now + validity_seconds}
        return jwt.encode(claims, signing_key(), algorithm="HS256")

    def add_activity(self, feed_group: str, feed_id: str, activity: FeedActivity) -> str:
        """The post stands in its feed already; its id."""
        return activity.object.removeprefix("post:")

    def get_activities(
        self, feed_group: str, feed_id: str, options: FeedOptions | None = None
    ) -> list[FeedActivity]:
        """The feed's visible posts; nothing for a feed that nobody has."""
        asked = options or FeedOptions()
        limit = min(asked.limit, MOST_ACTIVITIES)
        before = _place(asked.before)
        if feed_group == TIMELINE:
            return [activity_of(post) for post in _timeline(feed_id, limit, before)]
        rows = _posts_of(feed_group, feed_id)
        if before is not None:
            rows = rows.filter(before.older)
        return [activity_of(post) for post in rows.order_by(*NEWEST)[:limit]]

    def remove_activity(self, feed_group: str, feed_id: str, foreign_id: str) -> None:
        """A post that is not visible any more stands in no feed."""

    def follow(self, feed_group: str, feed_id: str, target_group: str, target_id: str) -> None:
        """Who reads a feed is asked of the tables, each time."""

    def unfollow(self, feed_group: str, feed_id: str, target_group: str, target_id: str) -> None:
        """Who reads a feed is asked of the tables, each time."""


def signing_key() -> str:
    """Of local tokens alone: made of SECRET_KEY, so that no other token of ours passes for one."""
    return salted_hmac("community.feeds.providers.local", "token", algorithm="sha256").hexdigest()


def _posts_of(group: str, key: str) -> QuerySet[Post]:
    rows = Post.objects.tops()
    if (group, key) == MAIN_FEED:
        promoted = PromotedPost.objects.shown(clock.now()).values("post")
        return rows.filter(Q(feed_group=FeedGroup.USER) | Q(pk__in=promoted))
    by_group = {USER: "author", COURSE: "course", INSTRUCTOR: "creator"}
    owner = uuid_of(key)
    if group not in by_group or owner is None:
        return rows.none()
    if group == USER:
        rows = rows.filter(feed_group=FeedGroup.USER)
    return rows.filter(**{by_group[group]: owner})


def _timeline(key: str, limit: int, before: Place | None) -> list[Post]:
    user_id = uuid_of(key)
    user = user_id and User.objects.active().filter(pk=user_id).first()
    if not user:
        return []
    found = newest_posts(user, limit=limit, at=clock.now(), place=before)
    posts = Post.objects.in_bulk([shown.row.pk for shown in found.rows])
    return [posts[shown.row.pk] for shown in found.rows if shown.row.pk in posts]


def _place(activity_id: str) -> Place | None:
    key = uuid_of(activity_id)
    post = key and Post.objects.filter(pk=key).first()
    return Place(post.created_at, post.pk) if post else None
