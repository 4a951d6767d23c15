"""Who may read a question: its creator, and the member who asked."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from catalog.models import Inquiry
from peerloop.kit.refusals import Missing

READ = ("creator", "course", "user")


def received_inquiry(user: User, inquiry_id: UUID) -> Inquiry:
    """A question to the member, as a creator; raises Missing."""
    return _first(Inquiry.objects.filter(creator=user, pk=inquiry_id))


def asked_inquiry(user: User, inquiry_id: UUID) -> Inquiry:
    """A question of the member; raises Missing."""
    return _first(Inquiry.objects.filter(user=user, pk=inquiry_id))


def _first(rows: QuerySet[Inquiry]) -> Inquiry:
    found = rows.select_related(*READ).first()
    if found is None:
        raise Missing
    return found
