"""Calls that nobody ended: they expire, or close by themselves (rules SUM-1, SUM-3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min, QuerySet

from accounts.notifications.notify import notify
from community.models import Message
from goodwill.models import HelpSummons
from goodwill.summons.actions.thanking import notify_thanked, thank
from goodwill.summons.live import publish_summons
from goodwill.summons.notifications import EXPIRED
from goodwill.summons.words import CLOSES_AFTER, CLOSING_POINTS, WROTE_FOR
from peerloop.kit.refusals import Refused
from peerloop.kit.rows import locked
from peerloop.kit.sweeps import one_by_one

BATCH = 500


def close_overdue(*, at: datetime) -> int:
    """Expire calls that nobody answered, close those answered a day ago. Safe to repeat.

    Returns how many changed.
    """
    late = HelpSummons.objects.filter(status=HelpSummons.Status.PENDING, expires_at__lte=at)
    old = HelpSummons.objects.filter(
        status=HelpSummons.Status.RESPONDED, responded_at__lte=at - CLOSES_AFTER
    )
    expired = one_by_one(_keys(late.order_by("expires_at")), lambda key: _expire(key, at=at))
    closed = one_by_one(_keys(old.order_by("responded_at")), lambda key: _close(key, at=at))
    return expired + closed


def _keys(rows: QuerySet[HelpSummons]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _expire(key: UUID, *, at: datetime) -> bool:
    rows = HelpSummons.objects.filter(status=HelpSummons.Status.PENDING, expires_at__lte=at)
    row = locked(rows.select_related("student", "course")).filter(pk=key).first()
    if row is None:
        return False
    row.transition_to(row.Status.EXPIRED)
    row.save(update_fields=["status"])
    notify(EXPIRED, people=[row.student], key=row.pk, to=[row.pk], course=row.course.title, at=at)
    publish_summons(row)
    return True


@transaction.atomic
def _close(key: UUID, *, at: datetime) -> bool:
    """Ten points if both wrote for five minutes, unless a limit forbids them; else none."""
    rows = HelpSummons.objects.filter(status=HelpSummons.Status.RESPONDED)
    row = locked(rows.select_related("student", "helper", "course")).filter(pk=key).first()
    if row is None or row.helper is None:
        return False
    points = CLOSING_POINTS if both_wrote(row) else 0
    try:
        thank(row, points=points, at=at)
    except Refused:
        # A daily limit, or who helped teaches no more: it closes all the same.
        points = 0
        thank(row, points=points, at=at)
    if points:
        notify_thanked(row, at=at)
    return True


def both_wrote(row: HelpSummons) -> bool:
    """Whether both wrote in their conversation, over at least five minutes (rule SUM-3)."""
    wrote = Message.objects.filter(
        conversation=row.conversation_id, created_at__gte=row.responded_at
    )
    spans = wrote.values("sender").annotate(first=Min("created_at"), last=Max("created_at"))
    found = {one["sender"]: one for one in spans}
    if not {row.student_id, row.helper_id} <= found.keys():
        return False
    first = min(one["first"] for one in found.values())
    last = max(one["last"] for one in found.values())
    return bool(last - first >= WROTE_FOR)
