"""In which other feeds a member may show a post again (rule FEED-9)."""

from typing import NamedTuple

from django.urls import reverse

from accounts.models import User
from community.feeds.access import (
    Feed,
    creator_by_handle,
    feed_of_course,
    feed_of_creator,
    open_courses,
)
from community.models import FeedGroup, Post
from community.moderators.access import appointments_of
from learning.models import StudentTeacher
from peerloop.kit.refusals import Missing

COURSE, CREATOR = "course", "creator"
MOST = 200


class Elsewhere(NamedTuple):
    """A feed to choose: ``word`` names it in a form."""

    word: str
    name: str


def feeds_for(user: User, post: Post) -> list[Elsewhere]:
    """Other feeds in which they may write, and all of whose readers may see the post.

    Two statements at most; none for a post of a course, which stays there.
    """
    if post.feed_group == FeedGroup.COURSE or post.depth:
        return []
    courses = open_courses(user)
    if post.creator_id is not None:
        courses = courses.filter(creator=post.creator_id)
    found = [
        Elsewhere(f"{COURSE}:{slug}", title)
        for slug, title in courses.order_by("title", "pk").values_list("slug", "title")[:MOST]
    ]
    if post.creator_id is None:
        found += [
            Elsewhere(f"{CREATOR}:{handle}", f"Community of {name}")
            for handle, name in _creators(user)
        ]
    return found


def feed_chosen(user: User, word: str) -> Feed:
    """The feed of a form's word; raises Missing, FeedClosed."""
    kind, _, name = word.partition(":")
    if kind == COURSE:
        return feed_of_course(user, name)
    if kind == CREATOR:
        return feed_of_creator(user, creator_by_handle(user, name))
    raise Missing


def path_of(feed: Feed) -> str:
    """The page of a feed."""
    if feed.course is not None:
        return reverse("course-feed", args=[feed.course.slug])
    if feed.creator is not None:
        return reverse("creator-feed", args=[feed.creator.handle])
    return reverse("feed")


def _creators(user: User) -> list[tuple[str, str]]:
    """Creators in whose feed they begin posts: their own, where they teach or keep order."""
    taught = StudentTeacher.objects.filter(user=user, is_active=True).values("course__creator")
    moderated = appointments_of(user).values("creator")
    own = User.objects.filter(pk=user.pk, is_creator=True).values("pk")
    rows = User.objects.active().filter(pk__in=taught.union(moderated, own))
    return list(rows.order_by("name", "pk").values_list("handle", "name")[:MOST])
