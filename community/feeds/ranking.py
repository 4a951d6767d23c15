"""The order of a member's own feed (rule FEED-7): pure functions of facts about each post."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log1p
from typing import NamedTuple, TypeVar

from django.conf import settings

HOUR, NO_TIME = timedelta(hours=1), timedelta()
# Answers count twice as much as likes; so much of both is as much as anything counts.
ENGAGED = 50
MOST_ENGAGED = log1p(ENGAGED)
# Own posts and replies of the last month in a feed that make the reader active there.
ACTIVE = 3

T = TypeVar("T")


class Facts(NamedTuple):
    """What the score of a post is made of.

    ``relation``, ``overlap``: from 0 to 1. ``own_words``: the reader's posts and replies in that
    feed of the last month.
    """

    made_at: datetime
    relation: float
    is_unseen: bool
    likes: int
    replies: int
    overlap: float
    own_words: int


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, in hundredths, and the hours in which recency halves."""

    recency: int
    relation: int
    unseen: int
    engagement: int
    interest: int
    activity: int
    half_life_hours: int


def weights() -> Weights:
    """Those of the settings ``FEED_WEIGHTS`` and ``FEED_HALF_LIFE_HOURS``."""
    return Weights(**settings.FEED_WEIGHTS, half_life_hours=settings.FEED_HALF_LIFE_HOURS)


def score(facts: Facts, at: datetime, by: Weights) -> float:
    """How high a post stands at an instant: from 0 to the sum of the weights in hundredths.

    A post made after that instant counts as made then.
    """
    made_at, relation, is_unseen, likes, replies, common, own_words = facts
    age = at - made_at
    total = by.relation * relation + by.interest * common
    total += by.recency * (0.5 ** (age / HOUR / by.half_life_hours) if age > NO_TIME else 1.0)
    if is_unseen:
        total += by.unseen
    if likes or replies:
        total += by.engagement * engagement(likes, replies)
    if own_words:
        total += by.activity * min(1.0, own_words / ACTIVE)
    return total / 100


def engagement(likes: int, replies: int) -> float:
    """What others did with a post, from 0 to 1: the first ones count more than the hundredth."""
    return min(1.0, log1p(likes + 2 * replies) / MOST_ENGAGED)


def overlap(topics: Collection[Hashable], interests: Collection[Hashable]) -> float:
    """How much two sets have in common, as a share of the smaller one; 0 where one is empty."""
    if not topics or not interests:
        return 0.0
    ours, theirs = set(topics), set(interests)
    smaller = min(len(ours), len(theirs))
    return len(ours & theirs) / smaller if smaller else 0.0


def best(
    ranked: Iterable[T], *, most: int, of_one: int, feed_of: Callable[[T], Hashable]
) -> list[T]:
    """The first of a ranking, at most ``most``, and of each feed at most ``of_one``."""
    taken: list[T] = []
    counts: Counter[Hashable] = Counter()
    for one in ranked:
        if len(taken) == most:
            break
        feed = feed_of(one)
        if counts[feed] < of_one:
            counts[feed] += 1
            taken.append(one)
    return taken
