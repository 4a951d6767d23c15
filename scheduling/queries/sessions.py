"""Lists of sessions: a member's, and the next one of each enrollment."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from scheduling.models import Session


def sessions_of(
    user: User,
    *,
    role: str = "",
    statuses: Iterable[str] = (),
    upcoming: bool | None = None,
    at: datetime,
) -> "QuerySet[Session]":
    """The member's sessions with people and course.

    ``role`` is "student" or "teacher". ``upcoming`` true gives those ahead, soonest first; false
    the others, None all, both latest first.
    """
    rows = Session.objects.involving(user).select_related("course", "teacher", "student", "module")
    if role:
        rows = rows.filter(**{role: user})
    if statuses:
        rows = rows.filter(status__in=list(statuses))
    if upcoming is None:
        return rows.order_by("-scheduled_start", "-pk")
    if upcoming:
        return rows.ahead(at).order_by("scheduled_start", "pk")
    return rows.not_ahead(at).order_by("-scheduled_start", "-pk")


def next_session_by_enrollment(
    enrollment_ids: Iterable[UUID], *, at: datetime | None = None
) -> dict[UUID, Session]:
    """The next session of each enrollment that has one ahead: one statement.

    Without ``at`` open sessions whose end has passed count as well.
    """
    rows = Session.objects.open() if at is None else Session.objects.ahead(at)
    rows = rows.filter(enrollment__in=list(enrollment_ids))
    rows = rows.select_related("teacher", "course").order_by("enrollment", "scheduled_start", "pk")
    return {
        session.enrollment_id: session
        for session in rows.distinct("enrollment")
        if session.enrollment_id
    }
