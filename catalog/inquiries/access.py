"""Who may read a question: its creator, and the member who asked."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from catalog.models import Inquiry, Side
from peerloop.kit.refusals import Forbidden, Missing
from peerloop.kit.roles import roles_of

READ = ("creator", "course", "user")


def received_inquiry(user: User, inquiry_id: UUID) -> Inquiry:
    """A question to the member, as a creator; raises Missing."""
    return _first(Inquiry.objects.filter(creator=user, pk=inquiry_id))


def asked_inquiry(user: User, inquiry_id: UUID) -> Inquiry:
    """A question of the member; raises Missing."""
    return _first(Inquiry.objects.filter(user=user, pk=inquiry_id))


def inquiry_of_member(user: User, inquiry_id: UUID) -> tuple[Inquiry, Side]:
    """A question to the member or of theirs, and the side that they write for; raises Missing."""
    row = _first(Inquiry.objects.filter(Q(creator=user) | Q(user=user), pk=inquiry_id))
    return row, Side.CREATOR if row.creator_id == user.pk else Side.ASKER


def require_creator(user: User) -> None:
    """Raises Forbidden for who has no side of a creator."""
    if "create" not in roles_of(user):
        raise Forbidden("This page is for creators.")


def _first(rows: QuerySet[Inquiry]) -> Inquiry:
    found = rows.select_related(*READ).first()
    if found is None:
        raise Missing
    return found
