"""The front page: what PeerLoop is, how many teachers are free, and featured courses."""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from catalog.queries import featured_cards
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.redis import redis_client
from peerloop.pages.directories import FREE_WITHIN, waits_of_listed
from peerloop.pages.free_times import with_free_times

logger = logging.getLogger(__name__)

SHOWN_COURSES = 6
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class FreeTeachers:
    """The number of listed teachers with a free start within an hour, a day and a week."""

    hour: int = 0
    day: int = 0
    week: int = 0

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
    context = {"cards": cards, "free": free_now(now)}
    return render_page(request, "pages/home.html", context)


@require_safe
def free_teachers(request: HttpRequest) -> HttpResponse:
    """The count of free teachers, which reloads itself; opened directly, the front page."""
    if not getattr(request, "htmx", False):
        return redirect("home")
    return render_page(request, "pages/_free_teachers.html", {"free": free_now(clock.now())})


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
    return FreeTeachers(**json.loads(kept))


def count_free(at: datetime) -> FreeTeachers:
    """Count the teachers whom the directory lists, so that its filter shows the same people."""
    waits = waits_of_listed(at=at)
    return FreeTeachers(
        **{key: sum(wait <= within for wait in waits) for key, (within, _) in FREE_WITHIN.items()}
    )
