"""A member's own feed: ranked or newest first, each post with the reason why it is there (FEED-7).

The ranked order is made of windows. A window is the newest posts of each source from a place on; a
page takes the best of it that were not shown, and when nothing is left the next window begins
behind it. So nothing is ranked twice against more than some hundred posts, and paging shows nothing
twice and misses nothing, also while people write, like and delete (ADR 24).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, TextChoices
from django.db.models.functions import MD5, Cast, Coalesce, Concat

from accounts.models import Follow, User
from community.feeds import ranking
from community.feeds.access import MAIN, not_shut_out
from community.feeds.cursors import RankedPlace, is_ranked, ranked_place
from community.feeds.marks import pinned_ids
from community.feeds.publishing.outlet import is_away
from community.feeds.queries import NEWEST, TOP, Place, older_than, place_asked
from community.feeds.rows import Author, PostRow, columns, made, rows_by_id, values_of
from community.feeds.shown import ShownPost, shown, shown_rows
from community.feeds.sources import (
    Candidate,
    Edge,
    Known,
    candidates,
    edge_at,
    known,
)
from community.models import FeedGroup, FeedMute, HiddenPost, Post, PromotedPost
from peerloop.kit.paging import Page
from peerloop.kit.statements import Given, Read
from peerloop.kit.text import isolated

# How near the reader is to where a post comes from.
FOLLOWED, OWN_COURSE, OWN_CREATOR, ONES_OWN = 1.0, 0.8, 0.6, 0.8
# Windows that one request reads when all their posts are in feeds that closed meanwhile.
MOST_WINDOWS = 3
TO_EVERYBODY, PROMOTED = "Posted to everybody", "Promoted to everybody"
# Promoted posts on top of the main feed, and never more than one in four of a page.
MOST_ON_TOP, SHARE_ON_TOP = 3, 4


class Order(TextChoices):
    """In which order the own feed is read."""

    RANKED = "ranked", "For you"
    NEWEST = "newest", "Newest first"


class Show(TextChoices):
    """What of it: all, or the main feed alone."""

    PERSONAL = "personal", "Your feed"
    MAIN = "main", "Everybody"


@dataclass(frozen=True, slots=True)
class PersonalPosts:
    """A page of the own feed; ``next`` leads on, None at the end.

    ``is_plain``: newest first, though the ranked order was asked for.
    """

    rows: list[ShownPost]
    next: "RankedPlace | Place | None" = None
    is_plain: bool = False
    # What stands on top of the main feed, where that alone is read.
    pinned: list[ShownPost] = field(default_factory=list)


def own_feed(
    reader: User, *, show: str, order: str, cursor: str, page: Page, at: datetime
) -> PersonalPosts:
    """What one request asks for; a cursor goes on in the order that it began with.

    While a feed provider outside is away, the order is that of time (rule FEED-4). Looking at the
    beginning is a visit, from which on these posts are no longer new. Raises Invalid naming
    ``cursor``.
    """
    if show == Show.MAIN:
        found = main_posts(reader, limit=page.limit, at=at, place=place_asked(cursor))
        return _with_pins(found, reader)
    if is_ranked(cursor):
        return ranked_posts(reader, limit=page.limit, at=at, place=ranked_place(cursor))
    is_plain = not cursor and order != Order.NEWEST and is_away()
    if cursor or order == Order.NEWEST or is_plain:
        place = place_asked(cursor)
        found = newest_posts(reader, limit=page.limit, at=at, place=place, is_visit=place is None)
        return replace(found, is_plain=is_plain)
    return ranked_posts(reader, limit=page.limit, at=at, page=page.page)


def ranked_posts(
    reader: User, *, limit: int, at: datetime, place: RankedPlace | None = None, page: int = 1
) -> PersonalPosts:
    """A page of the own feed, the best first, of each feed at most ``FEED_MOST_OF_ONE`` posts.

    ``place``: where the page before ended; recency counts from the instant of the first page.
    Without it ``page`` counts from 1, within the first window; behind that a page is empty. Four
    statements, two more for each window whose posts all stand in closed feeds.
    """
    is_visit = place is None and page == 1
    place = place or RankedPlace.first(at)
    for _ in range(MOST_WINDOWS):
        found = _window(reader, place, at)
        facts = known(reader, found, place.at, is_visit=is_visit)
        open_ones = [one for one in found if is_open(one, reader, facts)]
        left = [one for one in open_ones if place.is_new(one.post_id)]
        taken: list[Candidate] = []
        for _ in range(page):
            gone = {one.post_id for one in taken}
            left = [one for one in left if one.post_id not in gone]
            taken = _best(left, reader, facts, place.at, limit)
        following = place.after(taken) if len(left) > len(taken) else _behind(place, found)
        if taken or following is None or page > 1:
            break
        place = following
    return PersonalPosts(_shown(taken, reader, facts), following)


def newest_posts(
    reader: User,
    *,
    limit: int,
    at: datetime,
    place: Place | None = None,
    is_visit: bool = False,
) -> PersonalPosts:
    """A page of the own feed, newest first; with ``is_visit`` it is noted as one. Four statements.

    A page is shorter where posts stand in feeds that closed meanwhile.
    """
    edge = edge_at(at) if place is None else Edge(place.created_at, place.post_id)
    found = candidates(reader, near=edge, main=edge, at=at, now=at, most=limit + 1)
    facts = known(reader, found[:limit], at, is_visit=is_visit)
    last = found[limit - 1] if len(found) > limit else None
    rows = [one for one in found[:limit] if is_open(one, reader, facts)]
    following = None if last is None else Place(last.made_at, last.post_id)
    return PersonalPosts(_shown(rows, reader, facts), following)


def main_posts(
    reader: User, *, limit: int, at: datetime, place: Place | None = None
) -> PersonalPosts:
    """A page of the main feed, newest first, without what the reader muted or hid. One statement.

    A hidden post and a muted member are gone here too: it is the reader's own page. One statement
    more where there are reposts, and one on the first page: on top of it stand a few promoted posts
    (rule FEED-11).
    """
    start = place or TOP
    top = _on_top(reader, limit, at) if place is None else []
    left = limit - len(top)
    found = OF_ALL.slice(
        0, left + 1, made_at=start.created_at, post=start.post_id, **values_of(reader)
    )
    last = found[left - 1] if len(found) > left else None
    following = None if last is None else Place(last.created_at, last.pk)
    rows = shown_rows([*top, *found[:left]], reader)
    marked = [replace(one, reason=_main_words(one)) for one in rows]
    return PersonalPosts(marked, following)


def _on_top(reader: User, limit: int, at: datetime) -> list[PostRow]:
    most = min(MOST_ON_TOP, limit // SHARE_ON_TOP)
    return ON_TOP.slice(0, most, hour=f"{at:%Y%m%d%H}", **values_of(reader)) if most else []


def _main_words(one: ShownPost) -> str:
    return PROMOTED if one.promotion else TO_EVERYBODY


def _of_all() -> QuerySet[Post]:
    reader = Given("user")
    muted = FeedMute.objects.filter(
        Q(member=OuterRef("author")) | Q(member=OuterRef("repost_of__author")), user=reader
    )
    hidden = HiddenPost.objects.filter(
        user=reader, post=Coalesce(OuterRef("repost_of"), OuterRef("pk"))
    )
    rows = MAIN.posts.filter(not_shut_out(Given("blocked")), ~Exists(muted), ~Exists(hidden))
    return rows.filter(older_than(Given("made_at"), Given("post"))).order_by(*NEWEST)


def _promoted() -> QuerySet[Post]:
    """Promoted posts in the order of this hour: where many are promoted, each has its turn."""
    reader, now = Given("user"), cast(Any, Given("now"))
    turn = Concat(Cast("pk", CharField()), Cast(Given("hour"), CharField()))
    own_words = Q(member=OuterRef("author")) | Q(course=OuterRef("course"))
    muted = FeedMute.objects.filter(own_words, user=reader)
    hidden = HiddenPost.objects.filter(user=reader, post=OuterRef("pk"))
    promotions = PromotedPost.objects.shown(now)
    rows = Post.objects.filter(not_shut_out(Given("blocked")), ~Exists(muted), ~Exists(hidden))
    return rows.filter(pk__in=promotions.values("post")).order_by(MD5(turn))


OF_ALL = Read(made, lambda: _of_all().values_list(*columns()))
ON_TOP = Read(made, lambda: _promoted().values_list(*columns()))


def _with_pins(found: PersonalPosts, reader: User) -> PersonalPosts:
    """With what is pinned to the main feed, marked among the rows too.

    One statement, and one more where there are pins.
    """
    keys = pinned_ids(MAIN, reader)
    if not keys:
        return found
    read = rows_by_id(keys, reader)
    on_top = [read[one] for one in keys if one in read]
    rows = [replace(one, is_pinned=one.row.pk in keys) for one in found.rows]
    return replace(found, rows=rows, pinned=shown_rows(on_top, reader, pinned=keys))


def with_reason(reader: User, row: Post, *, at: datetime) -> ShownPost:
    """One post that the reader may read, as it stands in their own feed."""
    one = Candidate(
        is_near=row.feed_group != FeedGroup.USER,
        post_id=row.pk,
        made_at=row.created_at,
        author_id=row.author_id,
        feed_group=row.feed_group,
        course_id=row.course_id,
        creator_id=row.creator_id,
        likes=row.like_count,
        replies=row.reply_count,
        is_promoted=False,
        is_followed=Follow.objects.filter(follower=reader, followed=row.author_id).exists(),
    )
    [post] = shown([row], reader)
    return replace(post, reason=reason(one, post.row, reader, known(reader, [one], at)))


def is_open(one: Candidate, reader: User, facts: Known) -> bool:
    """Whether the reader may still read the feed that a candidate stands in (rule FEED-1).

    Everybody reads what is promoted.
    """
    if one.is_promoted:
        return True
    if one.course_id is not None:
        ties = facts.courses.get(one.course_id)
        return ties is not None and any((ties.learns, ties.teaches, ties.created, ties.moderates))
    if one.creator_id is not None:
        return one.creator_id == reader.pk or any(facts.creators.get(one.creator_id, ()))
    return True


def facts_of(one: Candidate, reader: User, about: Known, at: datetime) -> ranking.Facts:
    """What the score of a candidate is made of. A promoted post is as new as can be."""
    seen_until, words = about.seen_until.get(reader.pk), about.words
    is_unseen = seen_until is None or one.made_at > seen_until
    # Main posts stand in no feed that is visited by itself.
    feed_id = reader.pk
    if one.feed_group != FeedGroup.USER:
        feed_id = one.feed_id
        seen_there = about.seen_until.get(feed_id)
        is_unseen = is_unseen and (seen_there is None or one.made_at > seen_there)
    return ranking.Facts(
        at if one.is_promoted else one.made_at,
        _relation(one, reader),
        is_unseen,
        one.likes,
        one.replies,
        ranking.overlap(_topics(one, about), about.interests) if about.interests else 0.0,
        words.get(feed_id, 0) if words else 0,
    )


def reason(one: Candidate, row: PostRow, reader: User, about: Known) -> str:
    """Why a post is in the reader's own feed, in plain words."""
    if one.author_id == reader.pk:
        return "You reposted this" if row.repost_of_id else "You wrote this"
    if one.is_followed:
        return f"You follow {isolated(row.author.name)}"
    if one.is_promoted:
        return PROMOTED
    if row.course is not None:
        return f"From {isolated(row.course.title)}, {_course_words(one, about)}"
    if row.creator is not None:
        return _creator_words(row.creator, reader, about)
    common = sorted(_topics(one, about) & about.interests)
    if common:
        return f"By someone who knows about {isolated(common[0])}, one of your interests"
    return TO_EVERYBODY


def _window(reader: User, place: RankedPlace, now: datetime) -> list[Candidate]:
    most = settings.FEED_WINDOW
    return candidates(reader, near=place.near, main=place.main, at=place.at, now=now, most=most)


def _behind(place: RankedPlace, window: Sequence[Candidate]) -> RankedPlace | None:
    """The window behind this one; None when both sources are at their end."""
    ends = []
    for is_near in (True, False):
        of_source = [one for one in window if one.is_near is is_near]
        is_full = len(of_source) == settings.FEED_WINDOW
        ends.append(of_source[-1].edge if is_full else None)
    near, main = ends
    return place.behind(near, main) if near or main else None


def _best(
    left: Iterable[Candidate], reader: User, about: Known, at: datetime, limit: int
) -> list[Candidate]:
    by = ranking.weights()
    scored = [
        (ranking.score(facts_of(one, reader, about, at), at, by), one.made_at, one.post_id, one)
        for one in left
    ]
    scored.sort(reverse=True)
    ordered = (one for *_, one in scored)
    return ranking.best(
        ordered, most=limit, of_one=settings.FEED_MOST_OF_ONE, feed_of=lambda one: one.feed_id
    )


def _shown(rows: Sequence[Candidate], reader: User, about: Known) -> list[ShownPost]:
    by_id = {one.post_id: one for one in rows}
    found = rows_by_id(by_id, reader)
    # One that was deleted in this moment is not shown.
    ordered = [found[one] for one in by_id if one in found and found[one].is_visible]
    return [
        replace(one, reason=reason(by_id[one.standing.pk], one.standing, reader, about))
        for one in shown_rows(ordered, reader)
    ]


def _relation(one: Candidate, reader: User) -> float:
    if one.is_followed:
        return FOLLOWED
    if one.author_id == reader.pk:
        return ONES_OWN
    if one.is_promoted:
        return 0.0
    if one.course_id is not None:
        return OWN_COURSE
    return OWN_CREATOR if one.creator_id is not None else 0.0


def _topics(one: Candidate, about: Known) -> frozenset[str]:
    """What a post is about: its course, else what the author knows."""
    if one.course_id is not None:
        ties = about.courses.get(one.course_id)
        return ties.topics if ties else frozenset()
    return about.expertise.get(one.author_id, frozenset())


def _course_words(one: Candidate, about: Known) -> str:
    ties = about.courses.get(one.course_id) if one.course_id else None
    if ties and ties.created:
        return "your own course"
    if ties and ties.learns:
        return "your course"
    return "which you teach" if ties and ties.teaches else "where you keep order"


def _creator_words(creator: Author, reader: User, about: Known) -> str:
    if creator.pk == reader.pk:
        return "From your own community"
    bought, teaches, _ = about.creators.get(creator.pk, (False, False, True))
    how = "for whom you teach" if teaches else "for whom you keep order"
    how = "whose course you take" if bought else how
    return f"From the community of {isolated(creator.name)}, {how}"
