"""Begin a conversation, or find the one that stands."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from catalog.models import Course
from community.conversations.rules import (
    require_may_write,
    require_reachable,
    require_room_for_new,
    shared_course,
)
from community.models import Conversation, Participant
from community.models.conversation import MOST_PARTICIPANTS, direct_key
from peerloop.kit.refusals import Invalid
from peerloop.kit.rows import locked


@transaction.atomic
def open_conversation(*, others: Collection[User], by: User, at: datetime) -> Conversation:
    """The conversation with one member, begun if there is none, or a new group of several.

    Two members share one conversation, also when both begin at once (rule MSG-2); a group is within
    one course, at most ten people. Safe to repeat for two; each call makes another group. Raises
    Invalid naming ``participant_ids``, Unverified, PostingBanned, Departed, Blocked, BlockStands,
    NoSharedCourse, LimitReached.
    """
    people = {person.pk: person for person in others}
    if by.pk in people:
        raise Invalid.field("participant_ids", "You can't write to yourself.")
    if not people:
        raise Invalid.field("participant_ids", "Name at least one member.")
    if len(people) + 1 > MOST_PARTICIPANTS:
        raise Invalid.field(
            "participant_ids", f"A group has at most {MOST_PARTICIPANTS} people, you included."
        )
    _lock(by.pk)
    if len(people) > 1:
        return _new_group(list(people.values()), by=by, at=at)
    [other] = people.values()
    standing = Conversation.objects.filter(direct_key=direct_key(by.pk, other.pk)).first()
    if standing is not None:
        return standing
    require_may_write(by, to_support=False, at=at)
    require_reachable(by, other)
    require_room_for_new(by, at=at)
    return bring_together(by, other, at=at)


@transaction.atomic
def bring_together(one: User, other: User, *, at: datetime) -> Conversation:
    """The conversation of two whom another rule lets meet, begun if there is none (rule SUM-3).

    No limit of new conversations counts. The two may begin it in the same moment: the unique key
    decides. Safe to repeat.
    """
    key = direct_key(one.pk, other.pk)
    times = {"created_at": at, "updated_at": at}
    row = Conversation(kind=Conversation.Kind.DIRECT, direct_key=key, created_by=one, **times)
    Conversation.objects.bulk_create([row], ignore_conflicts=True)
    conversation = Conversation.objects.get(direct_key=key)
    _add(conversation, [one.pk, other.pk], at, by=one)
    return conversation


@transaction.atomic
def open_support(*, by: User, at: datetime) -> Conversation:
    """The member's conversation with support, begun if there is none (MSG-7). Safe to repeat."""
    _lock(by.pk)
    conversation, _ = Conversation.objects.get_or_create(
        kind=Conversation.Kind.SUPPORT,
        created_by=by,
        defaults={"created_at": at, "updated_at": at},
    )
    _add(conversation, [by.pk], at, by=by)
    return conversation


def _new_group(others: list[User], *, by: User, at: datetime) -> Conversation:
    require_may_write(by, to_support=False, at=at)
    for other in others:
        require_reachable(by, other)
    people = [by.pk, *(other.pk for other in others)]
    course: Course = shared_course(people)
    require_room_for_new(by, at=at)
    conversation = Conversation.objects.create(
        kind=Conversation.Kind.GROUP, course=course, created_by=by, created_at=at, updated_at=at
    )
    _add(conversation, people, at, by=by)
    return conversation


def _add(conversation: Conversation, people: list[UUID], at: datetime, *, by: User) -> None:
    """Add them; until something is written, the conversation is listed for who began it alone."""
    Participant.objects.bulk_create(
        (
            Participant(
                conversation=conversation,
                user_id=person,
                last_message_at=at if person == by.pk else None,
                created_at=at,
                updated_at=at,
            )
            for person in sorted(people)
        ),
        ignore_conflicts=True,
    )


def _lock(user_id: UUID) -> None:
    """One act of a member at a time, so that limits count each."""
    locked(User.objects.filter(pk=user_id)).values_list("pk").get()
