"""A member's conversations, and the messages of one."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import User
from community.conversations.words import beginning_of, title_of
from community.models import Conversation, Message, Participant
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import Page
from peerloop.kit.statements import Given, ModelRead, Read, number_of

# Behind the number of every message.
NEWER_THAN_ALL = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a member's list."""

    conversation: Conversation
    viewer: User
    people: list[User]
    unread_count: int
    last_message: Message | None
    last_active_at: datetime

    @property
    def id(self) -> UUID:
        """The id of the conversation."""
        return self.conversation.pk

    @property
    def title(self) -> str:
        """What the viewer calls it."""
        return title_of(self.conversation, self.people, viewer=self.viewer)

    @property
    def last_words(self) -> str:
        """The beginning of the newest message, after "You: " where it is the viewer's own."""
        if self.last_message is None:
            return ""
        is_own = self.last_message.sender_id == self.viewer.pk
        return ("You: " if is_own else "") + beginning_of(self.last_message)


@dataclass(frozen=True, slots=True)
class Conversations:
    """A page of conversations."""

    rows: list[Listed] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages of one conversation, oldest first, and whether there are older ones."""

    rows: list[Message] = field(default_factory=list)
    has_older: bool = False

    @property
    def oldest(self) -> int:
        """The number of the first one; 0 if there is none."""
        return self.rows[0].number if self.rows else 0


def conversations_of(user: User, page: Page) -> Conversations:
    """The member's conversations, the newest message first. Four statements."""
    found = SEATS.slice(page.start, page.stop, user=user.pk)
    ids = [row.conversation_id for row in found]
    people, last = _people_of(ids, without=user), _last_messages(ids)
    listed = [
        Listed(
            conversation=row.conversation,
            viewer=user,
            people=people[row.conversation_id],
            unread_count=row.unread_count,
            last_message=last.get(row.conversation_id),
            last_active_at=row.last_message_at or row.created_at,
        )
        for row in found
    ]
    [total] = NUMBER_OF_SEATS.all(user=user.pk)
    return Conversations(listed, total)


def support_waiting(admin: User, page: Page) -> Conversations:
    """Conversations with support that wait for an answer, the longest wait first."""
    rows = Conversation.objects.filter(waits_since__isnull=False).order_by("waits_since", "id")
    found = list(rows.select_related("created_by")[page.start : page.stop])
    last = _last_messages([row.pk for row in found])
    listed = [
        Listed(
            conversation=row,
            viewer=admin,
            people=[row.created_by],
            unread_count=0,
            last_message=last.get(row.pk),
            last_active_at=row.waits_since or row.created_at,
        )
        for row in found
    ]
    return Conversations(listed, count_up_to(rows))


def people_of(conversation: Conversation, *, without: User) -> list[User]:
    """The other people of a conversation, by name. One statement."""
    return _people_of([conversation.pk], without=without)[conversation.pk]


def messages_of(conversation: Conversation, *, limit: int, before: int | None = None) -> Messages:
    """The newest messages, or the newest before a number. One statement."""
    given = {
        "conversation": conversation.pk,
        "before": NEWER_THAN_ALL if before is None else before,
    }
    found = MESSAGES.slice(0, limit + 1, **given)
    return Messages(found[:limit][::-1], has_older=len(found) > limit)


def messages_after(conversation: Conversation, number: int, *, most: int) -> list[Message]:
    """What was written after a number, oldest first. One statement."""
    rows = _messages(conversation).select_related(*WITH_MESSAGE).filter(number__gt=number)
    return list(rows.order_by("number")[:most])


def message_page(conversation: Conversation, page: Page) -> list[Message]:
    """A page of messages, newest first: numbers have no gaps, so no row before it is read."""
    newest = conversation.last_number - page.start
    oldest = conversation.last_number - page.stop
    rows = _messages(conversation).select_related(*WITH_MESSAGE)
    rows = rows.filter(number__gt=oldest, number__lte=newest)
    return list(rows.order_by("-number"))


def first_unread(participant: Participant | None) -> int:
    """The number that a line "new" stands before; 0 if everything is read."""
    if participant is None or not participant.unread_count:
        return 0
    return participant.last_read_number + 1


def _messages(conversation: Any) -> QuerySet[Message]:
    return Message.objects.filter(conversation=conversation)


def _people_of(ids: list[UUID], *, without: User) -> dict[UUID, list[User]]:
    people: dict[UUID, list[User]] = defaultdict(list)
    for row in PEOPLE.all(ids=ids, viewer=without.pk) if ids else ():
        people[row.conversation_id].append(row.user)
    return people


def _last_messages(ids: list[UUID]) -> dict[UUID, Message]:
    return {row.conversation_id: row for row in LAST.all(ids=ids)} if ids else {}


def _seats() -> QuerySet[Participant]:
    return Participant.objects.present().filter(user=Given("user"), last_message_at__isnull=False)


def _people() -> QuerySet[Participant]:
    rows = Participant.objects.present().filter(conversation__pk__among=Given("ids"))
    return rows.exclude(user=Given("viewer")).order_by("user__name", "user_id")


def _last() -> QuerySet[Message]:
    # From the conversations to their messages: the other way all of them are read.
    wanted = Conversation.objects.filter(pk__among=Given("ids"))
    return Message.objects.filter(conversation__in=wanted, number=F("conversation__last_number"))


def _before() -> QuerySet[Message]:
    return _messages(Given("conversation")).filter(number__lt=Given("before")).order_by("-number")


WITH_MESSAGE = ("sender", "file")
SEATS = ModelRead(
    Participant,
    lambda: _seats().order_by("-last_message_at", "-id"),
    related=("conversation", "conversation__course"),
    without=("conversation__course__search",),
)
NUMBER_OF_SEATS = Read(
    int, lambda: User.objects.filter(pk=Given("user")).values_list(number_of(_seats()))
)
PEOPLE = ModelRead(Participant, _people, related=("user",))
LAST = ModelRead(Message, _last, related=WITH_MESSAGE)
MESSAGES = ModelRead(Message, _before, related=WITH_MESSAGE)
