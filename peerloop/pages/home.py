"""The front page: what PeerLoop is, how many teachers are free, and featured courses."""

import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from accounts.models import Block
from catalog.queries import featured_cards
from learning.queries.reviews import best_words
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.redis import redis_client
from peerloop.pages.directories import FREE_WITHIN, Teacher, free_of_listed
from peerloop.pages.free_times import with_free_times

logger = logging.getLogger(__name__)

SHOWN_COURSES, SHOWN_TEACHERS, SHOWN_WORDS = 6, 4, 3
KEPT_SECONDS = 60


class FreeTeacher(NamedTuple):
    """Somebody who can be booked soon, with the course that the time is of."""

    pk: str
    name: str
    handle: str
    avatar_url: str
    rating: float | None
    reviews: int
    taught: int
    course: str
    slug: str
    next_at_iso: str

    @property
    def next_at(self) -> datetime:
        """When they are free next."""
        return datetime.fromisoformat(self.next_at_iso)


@dataclass(frozen=True, slots=True)
class FreeTeachers:
    """The number of listed teachers with a free start within an hour, a day and a week, and the
    first of them."""

    hour: int = 0
    day: int = 0
    week: int = 0
    soonest: list["FreeTeacher"] = field(default_factory=list, compare=False)

    @property
    def shown(self) -> "FreeWithin | None":
        """The shortest of these periods in which a teacher is free."""
        spans = (
            FreeWithin(getattr(self, key), words, key) for key, (_, words) in FREE_WITHIN.items()
        )
        return next((span for span in spans if span.number), None)


class FreeWithin(NamedTuple):
    """How many teachers are free within a period, in words, and the directory's filter for it."""

    number: int
    words: str
    key: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    now = clock.now()
    cards = with_free_times(featured_cards(SHOWN_COURSES), at=now)
    rated = [card.id for card, _ in cards if card.rating_count]
    said = best_words(rated)[:SHOWN_WORDS]
    context = {"cards": cards, "free": free_for(request.user, now), "said": said}
    return render_page(request, "pages/home.html", context)


@require_safe
def free_teachers(request: HttpRequest) -> HttpResponse:
    """The count of free teachers, which reloads itself; opened directly, the front page."""
    if not getattr(request, "htmx", False):
        return redirect("home")
    return render_page(
        request, "pages/_free_teachers.html", {"free": free_for(request.user, clock.now())}
    )


def free_for(viewer: Any, at: datetime) -> FreeTeachers:
    """The counts of those whom the directory lists for the viewer.

    Moderators see private teachers there too, and nobody sees who blocked them.
    """
    if viewer.is_authenticated and (
        viewer.keeps_order or Block.objects.filter(blocked=viewer).exists()
    ):
        return count_free(at, viewer=viewer)
    return free_now(at)


def free_now(at: datetime) -> FreeTeachers:
    """The counts, cached for a minute, since every visitor gets the same.

    While Redis is down they are counted each time.
    """
    key = f"home:free:{at:%Y%m%d%H%M}"
    try:
        kept = redis_client().get(key)
        if kept is None:
            counted = count_free(at)
            redis_client().set(key, json.dumps(asdict(counted)), ex=KEPT_SECONDS)
            return counted
    except RedisError as error:
        logger.warning("free teachers are counted without Redis: %s", error)
        return count_free(at)
    counts = json.loads(kept)
    soonest = [FreeTeacher(*one) for one in counts.pop("soonest")]
    return FreeTeachers(**counts, soonest=soonest)


def count_free(at: datetime, *, viewer: Any = None) -> FreeTeachers:
    """Count the teachers whom the directory lists for the viewer, by default a visitor, so that its
    filter shows the same people."""
    free = free_of_listed(at=at, viewer=viewer or AnonymousUser())
    waits = [row.next_at - at for row in free if row.next_at]
    return FreeTeachers(
        **{key: sum(wait <= within for wait in waits) for key, (within, _) in FREE_WITHIN.items()},
        soonest=[_free_teacher(row) for row in free[:SHOWN_TEACHERS]],
    )


def _free_teacher(row: Teacher) -> FreeTeacher:
    user, course = row.card.user, row.card.shortest
    stats = getattr(user, "stats", None)
    mean = stats.average_rating if stats else None
    return FreeTeacher(
        str(user.pk),
        user.name,
        user.handle,
        user.avatar_url,
        None if mean is None else float(mean),
        stats.total_reviews if stats else 0,
        row.card.students_taught,
        course.title if course else "",
        course.slug if course else "",
        row.next_at.isoformat() if row.next_at else "",
    )
