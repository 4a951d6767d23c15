"""The next free time of many courses at once, for their cards."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from redis.exceptions import RedisError

from accounts.models import User
from catalog.queries import CourseCard
from learning.models import StudentTeacher
from peerloop.kit.redis import redis_client
from scheduling.queries import schedules

logger = logging.getLogger(__name__)

KEPT_SECONDS = 60
NONE_FREE = b"-"


def next_free_by_course(course_ids: Sequence[UUID], *, at: datetime) -> dict[UUID, datetime]:
    """The earliest time at which a session of each course can be booked with any teacher.

    Courses without a free time in the preview (rule AVL-13) are left out. Cached for a minute,
    since every visitor sees the same; computed each time while Redis is down. At most three
    queries.
    """
    if not course_ids:
        return {}
    try:
        kept = redis_client().mget([cache_key(key, at) for key in course_ids])
    except RedisError as error:
        logger.warning("free times are worked out without Redis: %s", error)
        return compute(course_ids, at=at)
    known = {key: value for key, value in zip(course_ids, kept, strict=True) if value is not None}
    unknown = [key for key in course_ids if key not in known]
    if not unknown:
        return {key: _instant(value) for key, value in known.items() if value != NONE_FREE}
    found = compute(unknown, at=at)
    _keep({cache_key(key, at): found.get(key) for key in unknown})
    times = {key: _instant(value) for key, value in known.items() if value != NONE_FREE}
    return {**times, **found}


def bookable_at(teacher: User, *, minutes: int | None, at: datetime) -> datetime | None:
    """The next time that a student could book a session of that length with a teacher.

    None without one, or without a course that they may teach (``minutes`` is None). Two statements.
    """
    return bookable_for(teacher, [minutes] if minutes else [], at=at).get(minutes or 0)


def bookable_for(teacher: User, lengths: Iterable[int], *, at: datetime) -> dict[int, datetime]:
    """The next time for a session of each length; those without one are left out. Two statements,
    however many lengths."""
    wanted = set(lengths)
    if not wanted:
        return {}
    days = settings.BOOKING_HORIZON_DAYS
    found = schedules([teacher.pk], start=at, end=at + timedelta(days), at=at)[teacher.pk]
    times = {
        minutes: found.next_start(minutes=minutes, at=at, days=days) for minutes in sorted(wanted)
    }
    return {minutes: free for minutes, free in times.items() if free is not None}


def with_free_times(
    cards: Sequence[CourseCard], *, at: datetime
) -> list[tuple[CourseCard, datetime | None]]:
    """The cards, each with the course's next free time."""
    times = next_free_by_course([card.id for card in cards], at=at)
    return [(card, times.get(card.id)) for card in cards]


def cache_key(course_id: UUID, at: datetime) -> str:
    """The cache key of a course's next free time in this minute."""
    return f"course:free:{course_id}:{at:%Y%m%d%H%M}"


def compute(course_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, datetime]:
    """``next_free_by_course`` without the cache."""
    rows = StudentTeacher.objects.eligible().filter(course__in=list(course_ids))
    needs = list(rows.values_list("course_id", "user_id", "course__session_minutes"))
    days = settings.PREVIEW_DAYS
    people = {user_id for _, user_id, _ in needs}
    found = schedules(people, start=at, end=at + timedelta(days), at=at)
    next_starts = {
        (user_id, minutes): found[user_id].next_start(minutes=minutes, at=at, days=days)
        for user_id, minutes in {need[1:] for need in needs}
    }
    soonest: dict[UUID, datetime] = {}
    for course_id, user_id, minutes in needs:
        free = next_starts[user_id, minutes]
        if free is not None and free < soonest.get(course_id, free + timedelta(1)):
            soonest[course_id] = free
    return soonest


def _keep(times: dict[str, datetime | None]) -> None:
    if not times:
        return
    try:
        pipe = redis_client().pipeline(transaction=False)
        for name, free in times.items():
            seconds = NONE_FREE if free is None else str(int(free.timestamp()))
            pipe.set(name, seconds, ex=KEPT_SECONDS)
        pipe.execute()
    except RedisError as error:
        logger.warning("free times are not kept: %s", error)


def _instant(value: bytes | str) -> datetime:
    return datetime.fromtimestamp(int(value), UTC)
