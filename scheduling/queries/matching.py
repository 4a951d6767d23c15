"""Three teachers of a course for a visitor, with the reasons (scheduling/matching.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from learning.queries.fit import TeacherFit, fit_of_teachers
from peerloop.kit.network import client_address
from peerloop.kit.periods import zone_or_none
from scheduling.matching import (
    ENOUGH_TIMES,
    NEW_BELOW,
    Candidate,
    Wanted,
    offer,
    spoken,
)
from scheduling.queries.teachers import TeacherTimes

# So many teachers are compared: those with the soonest times, and the new ones among the next.
COMPARED, NEW_COMPARED = 24, 6
# From when to when is a student's day.
MORNING, EVENING = 8, 21
MOST_TIMES = 200
# With fewer free teachers there is nothing to choose.
FROM = 2
SAID = 3


@dataclass(frozen=True, slots=True)
class Match:
    """An offered teacher with their times, and why, the strongest reason first."""

    teacher: TeacherTimes
    reasons: list[str]

    @property
    def words(self) -> str:
        """The strongest reasons in one line."""
        return " · ".join(self.reasons[:SAID])


@dataclass(frozen=True, slots=True)
class Matched:
    """The teachers of a course: the offered ones, and all others, those free soonest first."""

    offered: list[Match]
    others: list[TeacherTimes]


def visitor_key(request: HttpRequest, *, at: datetime) -> str:
    """What tells one visitor from another, so that they see the same three teachers all day."""
    user = request.user
    return str(user.pk) if isinstance(user, User) else f"{client_address(request)}:{at.date()}"


def matched(
    teachers: Sequence[TeacherTimes],
    *,
    course_id: UUID,
    creator_id: UUID,
    minutes: int,
    viewer: User | None,
    visitor: str,
    at: datetime,
) -> Matched:
    """The teachers of a course as this visitor should meet them (ADR 30).

    ``teachers``: those of the course, the soonest free first; ``minutes``: the length of a session;
    ``visitor``: see ``visitor_key``. One statement, none where there is no choice: then nobody is
    offered.
    """
    free = [one for one in teachers if one.next_at and (not viewer or one.row.user_id != viewer.pk)]
    if len(free) < FROM:
        return Matched([], list(teachers))
    late_and_new = (one for one in free[COMPARED:] if (one.taught or 0) < NEW_BELOW)
    compared = [*free[:COMPARED], *islice(late_and_new, NEW_COMPARED)]
    found, topics = fit_of_teachers(course_id, [one.row.user_id for one in compared], viewer)
    zone = (zone_or_none(viewer.timezone) if viewer else None) or UTC
    wanted = Wanted(spoken(viewer.languages) if viewer else frozenset(), topics)
    by_key = {one.row.user_id: one for one in compared if one.row.user_id in found}
    candidates = [
        _candidate(found[key], one, _times_in_day(one, minutes, zone, at), wrote=key == creator_id)
        for key, one in by_key.items()
    ]
    chosen = offer(candidates, wanted, seed=f"{course_id}:{visitor}".encode(), at=at)
    keys = {one.key for one in chosen}
    return Matched(
        [Match(by_key[one.key], one.reasons) for one in chosen],
        [one for one in teachers if one.row.user_id not in keys],
    )


def _candidate(fit: TeacherFit, one: TeacherTimes, times: int, *, wrote: bool) -> Candidate:
    return Candidate(
        key=fit.user_id,
        next_at=one.next_at,
        times=times,
        languages=spoken(fit.languages),
        topics=frozenset(fit.expertise),
        rating=fit.rating,
        ratings=fit.rating_count,
        taught=fit.students_taught,
        now=fit.students_now,
        wrote=wrote,
    )


def _times_in_day(one: TeacherTimes, minutes: int, zone: tzinfo, at: datetime) -> int:
    """How many of the free starts lie between morning and evening of the viewer's zone, counted
    up to as many as make a difference."""
    starts = one.schedule.free_starts(minutes=minutes, at=at, days=settings.PREVIEW_DAYS)
    in_day = (
        start
        for start in islice(starts, MOST_TIMES)
        if MORNING <= start.astimezone(zone).hour <= EVENING
    )
    return sum(1 for _ in islice(in_day, ENOUGH_TIMES))
