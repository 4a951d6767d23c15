"""Three teachers of a course for this visitor, with the reasons (scheduling/matching.py)."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from catalog.queries import CourseDetail, course_detail, interests_of
from learning.queries import course_teachers
from learning.queries.fit import TeacherFit, fit_of_teachers
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.network import client_address
from peerloop.kit.periods import zone_or_none
from peerloop.kit.refusals import Missing
from scheduling.matching import NEW_BELOW, Candidate, Offered, Wanted, offer, spoken
from scheduling.queries import TeacherTimes, teachers_by_next_free

# So many teachers are compared: those with the soonest times, and the new ones among the next.
COMPARED, NEW_COMPARED = 24, 6
# From when to when is a student's day.
MORNING, EVENING = 8, 21
MOST_TIMES = 200


@dataclass(frozen=True, slots=True)
class Match:
    """An offered teacher with their times."""

    teacher: TeacherTimes
    reasons: list[str]


@require_safe
def matching(request: HttpRequest, slug: str) -> HttpResponse:
    """Up to three teachers of a listed course; for everybody, better for who is signed in."""
    detail = course_detail(slug)
    if not detail.is_listed:
        raise Missing
    viewer, at = request.user if isinstance(request.user, User) else None, clock.now()
    # One visitor sees the same three all day, another one other new teachers.
    who = viewer.pk if viewer else f"{client_address(request)}:{at.date()}"
    found = matches_for(detail, viewer=viewer, seed=f"{detail.id}:{who}", at=at)
    is_own = viewer is not None and viewer.pk == detail.creator.id
    context = {"course": detail, "matches": found, "is_own": is_own}
    template = "pages/course_matching.html"
    return render_page(request, template, context, part="pages/_matching.html")


def matches_for(
    detail: CourseDetail, *, viewer: User | None, seed: str, at: datetime
) -> list[Match]:
    """The three teachers for this viewer. Five statements, however many teachers there are."""
    minutes, days = detail.session_minutes, settings.PREVIEW_DAYS
    rows = [row for row in course_teachers(detail.id) if viewer is None or row.user_id != viewer.pk]
    by_time = teachers_by_next_free(rows, minutes=minutes, at=at, days=days)
    free = [one for one in by_time if one.next_at]
    late_and_new = (one for one in free[COMPARED:] if (one.taught or 0) < NEW_BELOW)
    compared = [*free[:COMPARED], *islice(late_and_new, NEW_COMPARED)]
    fit = fit_of_teachers(detail.id, [one.row.user_id for one in compared])
    zone = (zone_or_none(viewer.timezone) if viewer else None) or UTC
    candidates = [
        _candidate(one, fit[one.row.user_id], _times_in_day(one, minutes, zone, at))
        for one in compared
        if one.row.user_id in fit
    ]
    by_key = {one.row.user_id: one for one in compared}
    found: list[Offered] = offer(candidates, _wanted(viewer), seed=seed.encode(), at=at)
    return [Match(by_key[one.key], one.reasons) for one in found]


def _candidate(one: TeacherTimes, fit: TeacherFit, times: int) -> Candidate:
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
    )


def _wanted(viewer: User | None) -> Wanted:
    if viewer is None:
        return Wanted()
    return Wanted(spoken(viewer.languages), frozenset(interests_of(viewer).tags))


def _times_in_day(one: TeacherTimes, minutes: int, zone: tzinfo, at: datetime) -> int:
    """How many of the free starts lie between morning and evening of the viewer's zone."""
    starts = one.schedule.free_starts(minutes=minutes, at=at, days=settings.PREVIEW_DAYS)
    local = (start.astimezone(zone).hour for start in islice(starts, MOST_TIMES))
    return sum(MORNING <= hour <= EVENING for hour in local)
