"""From an id to a conversation for a member, or a refusal."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.members.access import visible_member
from accounts.models import User
from community.models import Conversation, Message, Participant
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Missing
from peerloop.kit.statements import Given, ModelRead


@dataclass(frozen=True, slots=True)
class Seat:
    """A conversation as one member reaches it; admins reach those with support without a row."""

    conversation: Conversation
    participant: Participant | None


def seat_of(user: User, conversation_id: Any) -> Seat:
    """The member's seat in a conversation; raises Missing for everybody who has none (MSG-5).

    Any admin may open a conversation with support (rule MSG-7).
    """
    key = identifier(conversation_id)
    participant = SEAT.first(conversation=key, user=user.pk)
    if participant is not None:
        return Seat(participant.conversation, participant)
    if user.is_admin:
        support = Conversation.objects.filter(pk=key, kind=Conversation.Kind.SUPPORT).first()
        if support is not None:
            return Seat(support, None)
    raise Missing


def _seat() -> QuerySet[Participant]:
    rows = Participant.objects.present()
    return rows.filter(conversation=Given("conversation"), user=Given("user"))


# Each look at a conversation asks.
SEAT = ModelRead(
    Participant,
    _seat,
    related=("conversation", "conversation__course"),
    without=("conversation__course__search",),
)


def reachable_people(user: User, ids: list[Any]) -> list[User]:
    """The active members with these ids who did not shut the user out; raises Missing (PRIV-7)."""
    return [user if one == user.pk else visible_member(user, one) for one in dict.fromkeys(ids)]


def message_with_file(user: User, message_id: Any) -> Message:
    """A message whose file the member may open, as one of its conversation; raises Missing."""
    rows = Message.objects.select_related("file").filter(hidden_at=None, file__deleted_at=None)
    message = rows.filter(pk=identifier(message_id), file__isnull=False).first()
    if message is None:
        raise Missing
    seat_of(user, message.conversation_id)
    return message
