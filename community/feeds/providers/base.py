"""What every feed provider must do, and the values that go in and out (rule FEED-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

# A token lives so long (rule FEED-3).
DAY_SECONDS = 86_400
MOST_ACTIVITIES = 100

# The groups of feeds. A token joins group and id without a sign between them, so none of these
# names may begin with another one: "course" and "courses" would open each other's feeds.
USER, COURSE, INSTRUCTOR, TOWNHALL = "user", "course", "instructor", "townhall"
TIMELINE, NOTIFICATION = "timeline", "notification"
GROUPS = (USER, COURSE, INSTRUCTOR, TOWNHALL, TIMELINE, NOTIFICATION)


class FeedName(NamedTuple):
    """A feed at the provider: its group, and the id in that group."""

    group: str
    key: str

    def __str__(self) -> str:
        return f"{self.group}:{self.key}"


# The main feed of all members.
MAIN_FEED = FeedName(TOWNHALL, "main")


def timeline_of(user_id: UUID) -> FeedName:
    """The feed that follows what one member reads."""
    return FeedName(TIMELINE, str(user_id))


@dataclass(frozen=True, slots=True)
class FeedActivity:
    """That something was written: who, what kind, which row. It holds ids, never words.

    ``foreign_id`` and ``time`` name it: the same two again replace it. ``to``: feeds that get a
    copy. ``activity_id`` is the provider's own id, once it has one.
    """

    foreign_id: str
    time: datetime
    actor: str
    verb: str
    object: str
    to: tuple[FeedName, ...] = ()
    more: Mapping[str, str | bool] = field(default_factory=dict)
    activity_id: str = ""


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """Which activities: at most ``limit`` (100), older than ``before``, an id of the provider's."""

    limit: int = 25
    before: str = ""


class FeedProvider(Protocol):
    """A service that keeps feeds. Methods that reach it may raise Unavailable or Rejected.

    ``is_outside``: whether posts and follows have to be sent to it at all. ``api_key`` is the
    public name of our account there, for its client in a browser.
    """

    is_outside: bool
    api_key: str

    def generate_token(self, user_id: str, validity_seconds: int = DAY_SECONDS) -> str:
        """A token by which the member's program speaks to the provider. Reaches nobody."""
        ...

    def add_activity(self, feed_group: str, feed_id: str, activity: FeedActivity) -> str:
        """Put an activity into a feed; the provider's id of it. Safe to repeat: it is replaced."""
        ...

    def get_activities(
        self, feed_group: str, feed_id: str, options: FeedOptions | None = None
    ) -> list[FeedActivity]:
        """Activities of a feed, the newest first."""
        ...

    def remove_activity(self, feed_group: str, feed_id: str, foreign_id: str) -> None:
        """Take it out of a feed and of all that follow it. Safe to repeat, also if it is gone."""
        ...

    def follow(self, feed_group: str, feed_id: str, target_group: str, target_id: str) -> None:
        """Let the first feed follow the second. Safe to repeat."""
        ...

    def unfollow(self, feed_group: str, feed_id: str, target_group: str, target_id: str) -> None:
        """End it; what came from the second leaves the first. Safe to repeat."""
        ...
