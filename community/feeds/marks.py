"""What a reader needs to know of posts beside their rows: own marks, names, what helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value

from accounts.models import Block, User
from community.feeds.access import Feed, without_blockers_posts
from community.feeds.mentions import names_seen
from community.models import (
    CompanionPin,
    FeedMute,
    FeedPin,
    HelpfulReply,
    HiddenPost,
    Post,
    PostBookmark,
    PostLike,
)

LIKED, SAVED, REPOSTED, KEPT = "liked", "saved", "reposted", "kept"


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of some posts, by their ids.

    ``own``: (what the reader did, post). ``helped``: replies that the asker marked. ``answered``:
    questions with such a reply. ``names``: by post, the profile of each handle.
    """

    own: frozenset[tuple[str, UUID]]
    helped: frozenset[UUID]
    answered: frozenset[UUID]
    names: Mapping[UUID, Mapping[str, str]]


def marks_of(rows: Sequence[Post], viewer: User) -> Marks:
    """One statement; one more where there are questions or replies, one where names are."""
    keys = [row.pk for row in rows]
    helped = _helped(rows)
    return Marks(
        own=frozenset(_own(keys, viewer)),
        helped=frozenset(reply for reply, _ in helped),
        answered=frozenset(question for _, question in helped),
        names=names_seen(rows, viewer),
    )


def unfolded(rows: Sequence[Post], viewer: User) -> list[tuple[Post, Post | None]]:
    """Each post, or in place of a repost what it shows, with the repost: each post once.

    Without what the viewer may not see, muted or hid. One statement, none without reposts.
    """
    wanted = [row.repost_of_id for row in rows if row.repost_of_id]
    shown: dict[UUID, Post] = {}
    if wanted:
        originals = without_blockers_posts(Post.objects.visible().filter(pk__in=wanted), viewer)
        muted = FeedMute.objects.filter(user=viewer, member=OuterRef("author"))
        hidden = HiddenPost.objects.filter(user=viewer, post=OuterRef("pk"))
        joined = originals.filter(~Exists(muted), ~Exists(hidden)).select_related(
            "author", "course", "creator"
        )
        shown = {row.pk: row for row in joined}
    found: dict[UUID, tuple[Post, Post | None]] = {}
    for row in rows:
        if not row.repost_of_id:
            found.setdefault(row.pk, (row, None))
        elif row.repost_of_id in shown:
            found.setdefault(row.repost_of_id, (shown[row.repost_of_id], row))
    return list(found.values())


def pinned_posts(feed: Feed, viewer: User) -> list[Post]:
    """What stands on top of a feed, the newest pin first. One statement; none in the main feed."""
    pins = FeedPin.objects.of(feed).filter(post__status=Post.Status.VISIBLE)
    shut_out = Block.objects.filter(blocked=viewer).values("blocker")
    rows = pins.exclude(post__author__in=shut_out).order_by("-created_at", "-pk")
    joined = rows.select_related("post__author", "post__course", "post__creator")
    return [pin.post for pin in joined]


def _own(keys: list[UUID], viewer: User) -> QuerySet[Any, tuple[str, UUID]]:
    reposts = Post.objects.live_reposts().filter(author=viewer, repost_of__in=keys)

    def pairs(rows: Any, word: str, path: str = "post_id") -> Any:
        return rows.order_by().values_list(Value(word, output_field=CharField()), path)

    parts = [
        *(
            pairs(model.objects.filter(user=viewer, post__in=keys), word)
            for model, word in ((PostLike, LIKED), (PostBookmark, SAVED), (CompanionPin, KEPT))
        ),
        pairs(reposts, REPOSTED, "repost_of_id"),
    ]
    found: QuerySet[Any, tuple[str, UUID]] = parts[0].union(*parts[1:], all=True)
    return found


def _helped(rows: Sequence[Post]) -> list[tuple[UUID, UUID]]:
    replies = [row.pk for row in rows if row.depth]
    questions = [row.pk for row in rows if row.is_question]
    if not replies and not questions:
        return []
    marks = HelpfulReply.objects.filter(taken_back_at=None, reply__status=Post.Status.VISIBLE)
    found = marks.filter(Q(reply__in=replies) | Q(post__in=questions))
    return list(found.values_list("reply_id", "post_id"))
