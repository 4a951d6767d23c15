"""A post as a feed provider knows it: ids and a time, no words of anybody (rule FEED-4)."""

from uuid import UUID

from community.feeds.providers.base import (
    COURSE,
    INSTRUCTOR,
    MAIN_FEED,
    USER,
    FeedActivity,
    FeedName,
)
from community.models import Post
from peerloop.kit.ids import uuid_of

# What Stream calls a reference to a user: their data is looked up with us.
USER_REFERENCE = "SU:"
POST = "post:"


def foreign_id_of(post: Post) -> str:
    """The name of a post outside."""
    return f"{POST}{post.pk}"


def key_of(foreign_id: str) -> UUID | None:
    """The id of the post that it names; None for a name that is not ours."""
    group, key = foreign_id[: len(POST)], foreign_id[len(POST) :]
    return uuid_of(key) if group == POST else None


def home_of(post: Post) -> FeedName:
    """The feed that it is written into; posts of members stand in the main feed as well."""
    if post.course_id is not None:
        return FeedName(COURSE, str(post.course_id))
    if post.creator_id is not None:
        return FeedName(INSTRUCTOR, str(post.creator_id))
    return FeedName(USER, str(post.author_id))


def feeds_of(post: Post) -> tuple[FeedName, ...]:
    """All feeds outside that hold it, its own first."""
    home = home_of(post)
    return (home, MAIN_FEED) if home.group == USER else (home,)


def activity_of(post: Post) -> FeedActivity:
    """The activity of a post. Sent twice it is one: its name and time are those of the row."""
    edited_at = post.edited_at
    return FeedActivity(
        foreign_id=foreign_id_of(post),
        time=post.created_at,
        actor=f"{USER_REFERENCE}{post.author_id}",
        verb=post.post_type,
        object=foreign_id_of(post),
        to=feeds_of(post)[1:],
        more={"edited": edited_at.isoformat()} if edited_at is not None else {},
        activity_id=str(post.pk),
    )
