"""A post as one reader sees it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from community.feeds.marks import unfolded
from community.feeds.promoted import Promotion, promotion_told
from community.feeds.rows import PostRow, rows_by_id
from community.feeds.words import place_of
from community.models import FeedGroup, Post, PostType
from community.models.post import DEEPEST_REPLY
from community.text import beginning
from peerloop.kit.rows import Row


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post as one reader sees it."""

    row: PostRow
    is_own: bool
    is_liked: bool
    is_saved: bool
    is_reposted: bool = False
    is_kept: bool = False
    is_pinned: bool = False
    has_helped: bool = False
    is_answered: bool = False
    # The profile of each member named in it, by handle in small letters.
    names: Mapping[str, str] = field(default_factory=dict)
    # The repost by which it stands there.
    repost: PostRow | None = None
    # Why it is in the reader's own feed; empty elsewhere.
    reason: str = ""
    # It stands in the main feed for points.
    promotion: Promotion | None = None

    @property
    def standing(self) -> PostRow:
        """The row by which it stands in the feed: the repost, or the post itself."""
        return self.repost or self.row

    @property
    def may_be_reposted(self) -> bool:
        """Whether the reader may ask to show it again in its own feed (rule FEED-9)."""
        in_creators_feed = self.row.feed_group == FeedGroup.INSTRUCTOR
        return not (self.is_own or self.row.depth or in_creators_feed or self.is_outside)

    @property
    def is_outside(self) -> bool:
        """Whether the reader sees it only because it is promoted: its own feed is closed."""
        return self.promotion is not None and self.promotion.is_outside

    @property
    def may_be_promoted(self) -> bool:
        """Whether its author may ask to bring it into the main feed (rule FEED-11)."""
        is_in_course = self.row.feed_group == FeedGroup.COURSE and not self.row.depth
        return self.is_own and is_in_course and self.row.is_visible and self.promotion is None

    @property
    def may_be_sent_on(self) -> bool:
        """Whether other feeds than its own may show it: posts of a course stay there."""
        return not (self.is_own or self.row.depth or self.row.feed_group == FeedGroup.COURSE)

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
        return self.row.depth < DEEPEST_REPLY and not self.is_outside

    @property
    def may_be_deleted(self) -> bool:
        """Whether the reader may delete it though nobody reads it: their own, while hidden."""
        return self.is_own and self.row.status == Post.Status.HIDDEN

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


def shown(rows: Iterable[Row], viewer: User, *, pinned: Iterable[UUID] = ()) -> list[ShownPost]:
    """The posts as ``shown_rows`` has them, read anew: one statement more."""
    ids = [row.pk for row in rows]
    found = rows_by_id(ids, viewer)
    return shown_rows([found[one] for one in ids if one in found], viewer, pinned=pinned)


def shown_rows(
    rows: Sequence[PostRow], viewer: User, *, pinned: Iterable[UUID] = ()
) -> list[ShownPost]:
    """The posts with what the viewer did with each; in place of a repost what it shows.

    A post comes once, and what the viewer may not see is left out. One statement where there are
    reposts, else none.
    """
    on_top = frozenset(pinned)
    return [_shown(row, repost, viewer, on_top) for row, repost in unfolded(rows, viewer)]


def _shown(
    row: PostRow, repost: PostRow | None, viewer: User, on_top: frozenset[UUID]
) -> ShownPost:
    marks = row.marks
    handles = marks.handles or ()
    return ShownPost(
        row,
        row.author.pk == viewer.pk,
        marks.liked,
        marks.saved,
        marks.reposted,
        marks.kept,
        row.pk in on_top,
        bool(marks.helped),
        bool(marks.answered),
        {one.lower(): reverse("profile", args=[one]) for one in handles},
        repost,
        promotion=promotion_told(marks.promotion, viewer),
    )
