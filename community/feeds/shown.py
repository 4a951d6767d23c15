"""A post as one reader sees it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import User
from community.feeds.marks import KEPT, LIKED, REPOSTED, SAVED, marks_of, unfolded
from community.feeds.words import place_of
from community.models import FeedGroup, Post, PostType
from community.models.post import DEEPEST_REPLY
from community.text import beginning


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post as one reader sees it."""

    row: Post
    is_own: bool
    is_liked: bool
    is_saved: bool
    is_reposted: bool = False
    is_kept: bool = False
    is_pinned: bool = False
    has_helped: bool = False
    is_answered: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    # The repost by which it stands there.
    repost: Post | None = None
    # Why it is in the reader's own feed; empty elsewhere.
    reason: str = ""

    @property
    def standing(self) -> Post:
        """The row by which it stands in the feed: the repost, or the post itself."""
        return self.repost or self.row

    @property
    def may_be_reposted(self) -> bool:
        """Whether the reader may ask to show it again in its own feed (rule FEED-9)."""
        in_creators_feed = self.row.feed_group == FeedGroup.INSTRUCTOR
        return not (self.is_own or self.row.depth or in_creators_feed)

    @property
    def beginning(self) -> str:
        """Its first words, in one line."""
        return beginning(self.row.visible_text)

    @property
    def place(self) -> str:
        """The feed that it stands in."""
        return place_of(self.row)

    @property
    def is_special(self) -> bool:
        """Whether it is more than a plain post."""
        return self.row.post_type != PostType.POST

    @property
    def type_word(self) -> str:
        """What type of post it is."""
        return str(PostType(self.row.post_type).label)

    @property
    def may_be_answered(self) -> bool:
        """Whether replies may still go below it (rule FEED-8)."""
        return self.row.depth < DEEPEST_REPLY

    @property
    def gone_words(self) -> str:
        """What stands in place of a text that is gone."""
        if self.row.status == Post.Status.HIDDEN:
            return "Hidden until a moderator looked at it."
        by_author = self.row.status == Post.Status.DELETED
        return "Deleted by who wrote it." if by_author else "Removed by a moderator."

    @property
    def report_kind(self) -> str:
        """What kind of content it is to who reports it."""
        return "reply" if self.row.depth else "post"


def shown(rows: Sequence[Post], viewer: User, *, pinned: Iterable[UUID] = ()) -> list[ShownPost]:
    """The posts with what the viewer did with each; in place of a repost what it shows.

    A post comes once, and what the viewer may not see is left out. One statement, and one more for
    each of: reposts, questions or replies, names.
    """
    pairs = unfolded(rows, viewer)
    marks, on_top = marks_of([row for row, _ in pairs], viewer), set(pinned)
    return [
        ShownPost(
            row,
            row.author_id == viewer.pk,
            (LIKED, row.pk) in marks.own,
            (SAVED, row.pk) in marks.own,
            (REPOSTED, row.pk) in marks.own,
            (KEPT, row.pk) in marks.own,
            row.pk in on_top,
            row.pk in marks.helped,
            row.pk in marks.answered,
            marks.names.get(row.pk, {}),
            repost,
        )
        for row, repost in pairs
    ]
