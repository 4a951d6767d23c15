"""When a teacher is away, and what is booked then."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from scheduling.models import Session, TimeOff
from scheduling.queries.sessions import sessions_of

MAX_SESSIONS = 100


@dataclass(frozen=True, slots=True)
class Away:
    """Days off with the sessions that are booked inside, in order."""

    row: TimeOff
    sessions: list[Session]


def days_off_ahead(user: User, *, today: date) -> list[TimeOff]:
    """Days off that are not over, in order."""
    return list(TimeOff.objects.filter(user=user, last_day__gte=today).order_by("first_day"))


def away_of(user: User, *, zone: ZoneInfo, at: datetime) -> list[Away]:
    """Days off that are not over, each with what is booked inside: two statements at most.

    Sessions in either role: who is away can neither teach nor study.
    """
    rows = days_off_ahead(user, today=at.astimezone(zone).date())
    if not rows:
        return []
    spans = [(_midnight(row.first_day, zone), _day_after(row.last_day, zone)) for row in rows]
    ahead = sessions_of(user, upcoming=True, at=at).filter(
        scheduled_start__lt=spans[-1][1], scheduled_end__gt=spans[0][0]
    )
    found = list(ahead[:MAX_SESSIONS])
    return [
        Away(row, [one for one in found if one.scheduled_start < end and one.scheduled_end > start])
        for row, (start, end) in zip(rows, spans, strict=True)
    ]


def stored_time_off(user: User, *, today: date) -> list[dict[str, Any]]:
    """The days off in the shape that ``PUT /availability/:userId`` takes."""
    return [
        {"first_day": row.first_day, "last_day": row.last_day, "note": row.note}
        for row in days_off_ahead(user, today=today)
    ]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _day_after(day: date, zone: ZoneInfo) -> datetime:
    return _midnight(day + timedelta(days=1), zone)
