"""What a member keeps out of their own feed: single posts, members, whole feeds."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from catalog.models import Course
from community.models import FeedMute, HiddenPost, Post
from peerloop.kit.refusals import Conflict, Invalid

MOST_MUTES = 200


class TooManyMutes(Conflict):
    """A member mutes a limited number of members and feeds."""

    code = "too_many_mutes"
    message = f"You muted {MOST_MUTES} members and feeds. Unmute one of them first."


@dataclass(frozen=True, slots=True)
class Muted:
    """What is muted: a member, the feed of a course, or that of a creator. Exactly one."""

    member: User | None = None
    course: Course | None = None
    creator: User | None = None

    @property
    def columns(self) -> dict[str, User | Course]:
        """The one column of a mute that is filled."""
        every = {"member": self.member, "course": self.course, "creator": self.creator}
        return {name: what for name, what in every.items() if what is not None}


@transaction.atomic
def mute(*, what: Muted, by: User, at: datetime) -> None:
    """Keep a member's posts, or a feed, out of the own feed; nobody else learns of it.

    The posts stay where they stand. Safe to repeat. Raises Invalid for oneself, TooManyMutes.
    """
    if what.member is not None and what.member.pk == by.pk:
        raise Invalid("You can't mute yourself.", code="own_profile")
    # One after the other, so that two at once don't pass the limit together.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    mine = FeedMute.objects.filter(user=by)
    if not mine.filter(**what.columns).exists() and mine.count() >= MOST_MUTES:
        raise TooManyMutes
    FeedMute.objects.get_or_create(
        user=by, **what.columns, defaults={"created_at": at, "updated_at": at}
    )


def unmute(*, what: Muted, by: User) -> None:
    """Show the posts in the own feed again. Safe to repeat."""
    FeedMute.objects.filter(user=by, **what.columns).delete()


def hide_post(*, post: Post, by: User, at: datetime) -> None:
    """Keep one post out of the own feed; nobody else learns of it. Safe to repeat."""
    HiddenPost.objects.get_or_create(
        post=post, user=by, defaults={"created_at": at, "updated_at": at}
    )


def show_post(*, post: Post, by: User) -> None:
    """Show a hidden post in the own feed again. Safe to repeat."""
    HiddenPost.objects.filter(post=post, user=by).delete()
