"""Thank for help with points."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.notifications.notify import notify
from goodwill.models import HelpSummons, Reason
from goodwill.points.actions.moving import mint
from goodwill.summons.live import publish_summons
from goodwill.summons.notifications import THANKED
from goodwill.summons.refusals import AlreadyClosed, NobodyAnswered, TooEarly
from goodwill.summons.words import shortest
from peerloop.kit.rows import locked


@transaction.atomic
def complete_summons(*, summons: HelpSummons, points: int, by: User, at: datetime) -> HelpSummons:
    """Close an answered call and give its helper points (rules SUM-3, GW-2, GW-5, GW-6).

    ``points``: 10 to 25. Not before five minutes after the answer. Raises NobodyAnswered, TooEarly
    with ``opens_at``, AlreadyClosed, and what minting raises: TooSoon, DayIsFull, SharedAccount,
    NotAHelper.
    """
    rows = HelpSummons.objects.filter(student=by).select_related("student", "helper", "course")
    row = locked(rows).get(pk=summons.pk)
    if row.status == row.Status.COMPLETED:
        raise AlreadyClosed(points_awarded=row.points_awarded)
    if row.helper is None or row.responded_at is None:
        raise NobodyAnswered
    from_when = row.responded_at + shortest()
    if at < from_when:
        raise TooEarly(
            "You can give points five minutes after the answer.", opens_at=from_when.isoformat()
        )
    thank(row, points=points, at=at)
    notify_thanked(row, at=at)
    return row


def thank(row: HelpSummons, *, points: int, at: datetime) -> None:
    """Close a locked call with these points, which the ledger gives once for each call."""
    assert row.helper is not None, "somebody answered"
    if points:
        mint(
            to=row.helper,
            by=row.student,
            points=points,
            reason=Reason.SUMMON_HELP,
            cause=f"summons:{row.pk}",
            course=row.course,
            at=at,
        )
    row.transition_to(row.Status.COMPLETED)
    row.completed_at, row.points_awarded = at, points
    row.save(update_fields=["status", "completed_at", "points_awarded"])
    publish_summons(row)


def notify_thanked(row: HelpSummons, *, at: datetime) -> None:
    """Tell the helper of a closed call who thanked them with how many points. Safe to repeat."""
    assert row.helper is not None, "somebody answered"
    notify(
        THANKED,
        people=[row.helper],
        key=row.pk,
        to=[row.pk],
        name=row.student.name,
        points=row.points_awarded,
        course=row.course.title,
        at=at,
    )
