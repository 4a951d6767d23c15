"""What a series would book, and whether it may: read at one moment (rules BOOK-1, BOOK-3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models import User
from learning.models import Enrollment
from peerloop.kit.refusals import Conflict, Invalid, Refused
from scheduling.booking_rules import (
    BookingRequest,
    BookingState,
    OutsideWindow,
    PlacesUsed,
    refusal_of,
)
from scheduling.queries.booking import booking_state
from scheduling.queries.free_times import zone_for
from scheduling.queries.schedules import schedules
from scheduling.series import WEEK, Line, Openings, plan_series, too_close

STARTS = "starts"


class SeriesTaken(Conflict):
    """Some of the times are taken, so none is booked; ``refused`` lists each with its code."""

    code = "series_taken"
    message = "Some of these times can't be booked any more. Nothing was booked."


class SeriesOutside(Invalid):
    """Some of the starts are none that can be booked, so none is; ``refused`` lists each."""

    code = "series_not_bookable"
    message = "Some of these times can't be booked. Nothing was booked."


def series_of(
    enrollment: Enrollment, teacher: User, *, first: datetime, count: int, at: datetime
) -> list[Line]:
    """So many weeks from the first start on, at the student's wall time: two statements.

    Raises OutsideWindow if the first start is past, or further ahead than anybody books.
    """
    check_first(first, at=at)
    student = enrollment.student
    found = schedules(
        [teacher.pk],
        students=[student.pk],
        start=first - WEEK,
        end=first + (count + 1) * WEEK,
        at=at,
    )
    schedule = found[teacher.pk]
    openings = Openings(
        schedule.hours,
        schedule.busy_as_teacher,
        found[student.pk].busy_as_student,
        minutes=enrollment.course.session_minutes,
        at=at,
        days_ahead=settings.BOOKING_HORIZON_DAYS,
    )
    return plan_series(first, zone=zone_for(student), count=count, openings=openings)


def next_start(enrollment: Enrollment, teacher: User, *, at: datetime) -> datetime | None:
    """The next start at which both are free: two statements. None if there is none."""
    days, student = settings.BOOKING_HORIZON_DAYS, enrollment.student_id
    end = at + timedelta(days=days)
    found = schedules([teacher.pk], students=[student], start=at, end=end, at=at)
    minutes = enrollment.course.session_minutes
    taken = found[student].busy_as_student
    starts = found[teacher.pk].free_starts(minutes=minutes, at=at, days=days, taken=taken)
    return next(starts, None)


def check_first(first: datetime, *, at: datetime) -> None:
    """Raises OutsideWindow for a first start that can't be booked at all (rule AVL-9)."""
    days = settings.BOOKING_HORIZON_DAYS
    if not at < first <= at + timedelta(days=days):
        raise OutsideWindow(f"Begin within the next {days} days.")


def requests_of(request: BookingRequest, starts: Sequence[datetime]) -> list[BookingRequest]:
    """One request for each start of a series, in order: the first as any booking.

    The others may start as long after the one before as anybody books ahead (ADR 38).
    """
    ordered = sorted(starts)
    ahead = timedelta(days=settings.BOOKING_HORIZON_DAYS)
    latest = [None, *(start + ahead for start in ordered[:-1])]
    return [
        replace(request, start=start, latest=last)
        for start, last in zip(ordered, latest, strict=True)
    ]


def check_series(requests: Sequence[BookingRequest]) -> BookingState:
    """The state in which all can be granted: three statements, however many they are.

    Raises what refuses any booking of the enrollment or teacher, PlacesUsed if there are fewer
    places, SeriesTaken or SeriesOutside with the times that are refused.
    """
    first = requests[0]
    state = booking_state(first, until=requests[-1].start)
    _check_as_a_whole(first, len(requests), state)
    _check_spacing(requests, state)
    refused = [(one, refusal) for one in requests if (refusal := refusal_of(one, state))]
    if refused:
        raise _refusal(refused)
    return state


def _check_as_a_whole(first: BookingRequest, count: int, state: BookingState) -> None:
    refusal = refusal_of(replace(first, start=None), state)
    if refusal is not None:
        raise refusal
    left = state.enrollment.places.left(first.kind) if state.enrollment else count
    if count > left:
        raise PlacesUsed(f"Only {left} of these sessions can be booked.", allowed=left)


def _check_spacing(requests: Sequence[BookingRequest], state: BookingState) -> None:
    starts = [one.start for one in requests if one.start is not None]
    buffer = state.hours.buffer if state.hours else 0
    if too_close(starts, minutes=requests[0].minutes, buffer=buffer) is not None:
        raise Invalid.field(STARTS, "Two of these times overlap. Choose each once.")


def _refusal(refused: Sequence[tuple[BookingRequest, Refused]]) -> Refused:
    details: dict[str, Any] = {
        "fields": {STARTS: list(dict.fromkeys(refusal.message for _, refusal in refused))},
        "refused": [
            {"scheduled_start": _iso(one.start), "code": refusal.code} for one, refusal in refused
        ],
    }
    if any(isinstance(refusal, Conflict) for _, refusal in refused):
        return SeriesTaken(**details)
    return SeriesOutside(**details)


def _iso(start: datetime | None) -> str:
    return f"{start:%Y-%m-%dT%H:%M:%SZ}"
