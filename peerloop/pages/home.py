"""The front page: what PeerLoop is, how many teachers are free, and featured courses."""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from catalog.models import Course
from catalog.queries import featured_cards
from learning.models import StudentTeacher
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.redis import redis_client
from peerloop.pages.free_times import with_free_times
from scheduling.queries import next_free

logger = logging.getLogger(__name__)

SHOWN_COURSES = 6
# Teachers examined at most: a larger count would take longer and say no more.
MOST_TEACHERS = 300
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class FreeTeachers:
    """The number of teachers with a free start within an hour, a day and a week."""

    hour: int = 0
    day: int = 0
    week: int = 0

    @property
    def shown(self) -> tuple[int, str] | None:
        """The shortest of these periods in which a teacher is free, with its words."""
        spans = (
            (self.hour, "in the next hour"),
            (self.day, "in the next 24 hours"),
            (self.week, "in the next 7 days"),
        )
        return next((span for span in spans if span[0]), None)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    now = clock.now()
    cards = with_free_times(featured_cards(SHOWN_COURSES), at=now)
    context = {"cards": cards, "free": free_now(now)}
    return render_page(request, "pages/home.html", context)


@require_safe
def free_teachers(request: HttpRequest) -> HttpResponse:
    """The fragment with the count of free teachers, which reloads itself."""
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
    """Count teachers of listed courses with a free time, in a constant number of queries."""
    lengths = _lengths()
    free = next_free(lengths, minutes=lengths, at=at, days=7)
    waits = [start - at for start in free.values() if start is not None]
    return FreeTeachers(
        hour=sum(wait <= timedelta(hours=1) for wait in waits),
        day=sum(wait <= timedelta(days=1) for wait in waits),
        week=len(waits),
    )


def _lengths() -> dict[UUID, int]:
    """Teachers of listed courses, with the length in minutes of the shortest session of each."""
    rows = (
        StudentTeacher.objects.eligible()
        .filter(course__status=Course.Status.PUBLISHED, course__deleted_at=None)
        .order_by("user_id", "course__session_minutes")
        .distinct("user_id")
    )
    return dict(rows.values_list("user_id", "course__session_minutes")[:MOST_TEACHERS])
