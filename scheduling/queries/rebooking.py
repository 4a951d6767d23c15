"""Which times to offer at once for a session that was missed or cancelled."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from scheduling.models import Session
from scheduling.queries.booking import bookable_places
from scheduling.queries.free_times import zone_for
from scheduling.queries.schedules import schedules

OFFERED = 3


def times_again(session: Session, viewer: User, *, at: datetime) -> list[datetime]:
    """Up to three free times of the enrollment's teacher, in order: three statements, or none.

    First the weekday and time of the session on the student's clock, then the soonest of other
    days. None for anybody but the student, while the session is open or was held, without a teacher
    or a place, and where booking is refused.
    """
    enrollment = session.enrollment
    is_off = session.status in (Session.Status.CANCELLED, Session.Status.NO_SHOW)
    if enrollment is None or viewer.pk != session.student_id or not is_off:
        return []
    teacher_id = enrollment.teacher_id
    if teacher_id is None or not enrollment.is_active:
        return []
    enrollment.course = session.course
    places, refusal = bookable_places(enrollment, at=at)
    if refusal is not None or places.next_kind is None:
        return []
    days = settings.BOOKING_HORIZON_DAYS
    end = at + timedelta(days=days)
    found = schedules([teacher_id], students=[viewer.pk], start=at, end=end, at=at)
    minutes, taken = enrollment.course.session_minutes, found[viewer.pk].busy_as_student
    free = found[teacher_id].free_starts(minutes=minutes, at=at, days=days, taken=taken)
    return _chosen(session.scheduled_start, free, viewer=viewer)


def _chosen(missed: datetime, free: Iterable[datetime], *, viewer: User) -> list[datetime]:
    """The next free time on weekday and hour of the missed one, and the soonest of other days."""
    zone = zone_for(viewer)
    wall = missed.astimezone(zone)
    wanted = (wall.weekday(), wall.time())
    by_day: dict[object, datetime] = {}
    usual = None
    for start in free:
        local = start.astimezone(zone)
        by_day.setdefault(local.date(), start)
        if usual is None and (local.weekday(), local.time()) == wanted:
            usual = start
            by_day[local.date()] = start
        if usual is not None and len(by_day) >= OFFERED:
            break
    others = [start for start in by_day.values() if start != usual]
    if usual is None:
        return others[:OFFERED]
    return sorted([usual, *others[: OFFERED - 1]])
