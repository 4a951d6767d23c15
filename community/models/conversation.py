"""Conversations: who takes part, what was written, and how far each has read (rules 19)."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from accounts.models import User
from peerloop.kit.rows import Row, listed
from peerloop.kit.triggers import refusal

if TYPE_CHECKING:
    from accounts.models import File

LONGEST_MESSAGE = 5_000
MOST_PARTICIPANTS = 10


class ConversationKind(models.TextChoices):
    """Who writes to whom."""

    DIRECT = "direct", "two members"
    GROUP = "group", "group of a course"
    SUPPORT = "support", "member and support"


class Conversation(Row):
    """What a few members write to each other.

    ``last_number`` is the number of its newest message: messages are numbered without gaps, so
    that an open page can ask for what came after the last one that it shows.
    """

    Kind = ConversationKind

    kind = models.CharField(max_length=7, choices=Kind.choices)
    # One conversation for each two members (rule MSG-2): see `direct_key`.
    direct_key = models.CharField(max_length=73, null=True, blank=True, unique=True)
    course = models.ForeignKey(
        "catalog.Course", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_number = models.PositiveIntegerField(default=0)
    # Since when a member waits for an answer of support; empty once somebody answered.
    waits_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "conversations"
        constraints = [
            listed("kind", ConversationKind, name="conversation_kind"),
            models.CheckConstraint(
                condition=Q(kind="direct", direct_key__isnull=False)
                | Q(~Q(kind="direct"), direct_key__isnull=True),
                name="conversation_direct_key",
            ),
            models.CheckConstraint(
                condition=Q(kind="group", course__isnull=False)
                | Q(~Q(kind="group"), course__isnull=True),
                name="conversation_group_course",
            ),
            models.CheckConstraint(
                condition=Q(kind="support") | Q(waits_since=None),
                name="conversation_only_support_waits",
            ),
            models.UniqueConstraint(
                fields=["created_by"],
                condition=Q(kind="support"),
                name="conversation_support_once",
            ),
        ]
        indexes = [
            models.Index(fields=["created_by", "created_at"], name="conversation_by_newest"),
            models.Index(
                fields=["waits_since", "id"],
                condition=Q(waits_since__isnull=False),
                name="conversation_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} conversation {self.pk}"

    @property
    def is_support(self) -> bool:
        """Whether it is a member's conversation with the platform (rule MSG-7)."""
        return self.kind == self.Kind.SUPPORT


def direct_key(one: UUID, other: UUID) -> str:
    """The key of the conversation of two members, whoever begins it."""
    low, high = sorted([str(one), str(other)])
    return f"{low}:{high}"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Filters of participants."""

    def present(self) -> "ParticipantQuerySet":
        """Those who have not left."""
        return self.filter(left_at=None)

    def with_unread(self) -> "ParticipantQuerySet":
        """Those with messages that they have not read."""
        return self.present().filter(unread_count__gt=0)


class Participant(Row):
    """A member of a conversation, and how far they have read.

    ``unread_count`` is the number of others' messages after ``last_read_number`` (rule MSG-6). It
    and ``last_message_at`` are kept here, so that a list of conversations and the menu read one
    index, however much was written. Who began a conversation has the time of that until something
    is written.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_read_number = models.PositiveIntegerField(default=0)
    last_read_at = models.DateTimeField(null=True, blank=True)
    unread_count = models.PositiveIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        db_table = "conversation_participants"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_once"),
        ]
        indexes = [
            models.Index(
                fields=["user", "-last_message_at", "-id"],
                condition=Q(left_at=None, last_message_at__isnull=False),
                name="participant_newest",
            ),
            models.Index(
                fields=["user"],
                condition=Q(left_at=None, unread_count__gt=0),
                name="participant_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"


class Message(Row):
    """What a member wrote. It can't be edited (rule MSG-6)."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    sender = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    content = models.TextField(blank=True, max_length=LONGEST_MESSAGE)
    file: "models.ForeignKey[File | None, File | None]" = models.ForeignKey(
        "accounts.File", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Chosen by the sender's page or program: the same message sent twice is one.
    sent_key = models.UUIDField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "messages"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="message_number"),
            models.UniqueConstraint(fields=["sender", "sent_key"], name="message_sent_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="message_number_from_one"),
            models.CheckConstraint(
                condition=Q(content__length__lte=LONGEST_MESSAGE)
                & (~Q(content="") | Q(file__isnull=False)),
                name="message_says_something",
            ),
            refusal(
                "message_stays_as_sent",
                on="BEFORE UPDATE",
                message="a message can not be edited",
                condition="(NEW.conversation_id, NEW.sender_id, NEW.number, NEW.created_at)"
                " IS DISTINCT FROM"
                " (OLD.conversation_id, OLD.sender_id, OLD.number, OLD.created_at)"
                " OR NEW.content IS DISTINCT FROM OLD.content AND NEW.content <> '(removed)'",
            ),
        ]
        indexes = [models.Index(fields=["sender", "created_at"], name="message_by_sender")]

    def __str__(self) -> str:
        return f"message {self.number} of {self.conversation_id}"

    @property
    def is_hidden(self) -> bool:
        """Whether a moderator took it out."""
        return self.hidden_at is not None

    @property
    def visible_text(self) -> str:
        """What its people read; nothing while it is hidden."""
        return "" if self.is_hidden else self.content

    @property
    def visible_file(self) -> "File | None":
        """Its file, unless that or the message was taken out."""
        file = self.file
        return None if file is None or self.is_hidden or file.deleted_at else file
