"""Helpers and askers for tests of goodwill."""

from datetime import UTC, datetime

from goodwill.models import GoodwillTransaction, Reason, UserGoodwill
from goodwill.points.actions.moving import mint
from peerloop.kit.ids import uuid7
from tests.cast import a_course, a_member, a_teacher

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def a_helper(course=None, **fields):
    """Somebody who teaches, so that they may receive points."""
    course = course or a_course()
    return a_teacher(course, a_member(fields.pop("name", "Tom Teacher"), **fields)).user


def earn(user, points, *, at=AT):
    """Points without a limit, as an admin's correction gives them."""
    return mint(
        to=user,
        points=points,
        reason=Reason.CORRECTION,
        cause=f"test:{uuid7()}",
        note="for a test",
        created_by=user,
        at=at,
    )


def goodwill_of(user):
    """The member's sums as they are now."""
    return UserGoodwill.objects.get(pk=user.pk)


def ledger_of(user):
    """The member's movements as pairs of reason and points, oldest first."""
    rows = GoodwillTransaction.objects.filter(user=user).order_by("created_at", "pk")
    return list(rows.values_list("reason", "points"))
