"""Who may write to whom, and how much (rules MSG-1 to MSG-4, MSG-7)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.identity.access import require_verified
from accounts.models import Block, User
from accounts.sanctions.access import require_may_post
from catalog.models import Course
from community.models import Conversation, Message
from community.text import Repeated, addresses_in, said_by
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, LimitReached, TooMany
from peerloop.kit.text import isolated

MOST_NEW_A_DAY, MOST_NEW_IN_FIRST_WEEK = 20, 5
FIRST_WEEK, DAY = timedelta(days=7), timedelta(days=1)
MOST_MESSAGES, MESSAGES_SPAN = 60, timedelta(minutes=10)
MOST_COMPARED = 100


class Blocked(Forbidden):
    """The other one wants no messages of this member (rule MSG-3)."""

    code = "blocked"
    message = "This member does not take messages from you. You can still read what was written."


class BlockStands(Conflict):
    """The member blocked the other one and has to unblock first."""

    code = "block_stands"
    message = "You blocked this member. Unblock them to write."


class Departed(Conflict):
    """The other one closed the account or is suspended (rule MSG-1)."""

    code = "departed"
    message = "This member is not here any more, so nobody would read it."


class NoSharedCourse(Forbidden):
    """The members of a group have no course in common (rule MSG-2)."""

    code = "no_shared_course"
    message = "A group is for people of one course: its students, its teachers and its creator."


def require_may_write(user: User, *, to_support: bool, at: datetime) -> None:
    """Raises Unverified or PostingBanned; support is open under a ban too (AUTH-8, MSG-7)."""
    require_verified(user)
    if not to_support:
        require_may_post(user, at=at)


def require_reachable(user: User, other: User) -> None:
    """Raises Departed, Blocked or BlockStands where the two can't write to each other now.

    Blocks do not hold back admins and platform moderators (rule MSG-7).
    """
    if not User.objects.active().filter(pk=other.pk).exists():
        raise Departed
    if user.keeps_order:
        return
    between = Q(blocker=other, blocked=user) | Q(blocker=user, blocked=other)
    blockers = set(Block.objects.filter(between).values_list("blocker_id", flat=True))
    if user.pk in blockers:
        raise BlockStands
    if blockers and not other.keeps_order:
        raise Blocked


def require_room_for_new(user: User, *, at: datetime) -> None:
    """Raises LimitReached past the number of new conversations a day (rule MSG-4).

    The caller holds a lock on the member's row, so that two at once are counted.
    """
    if user.keeps_order:
        return
    most = MOST_NEW_IN_FIRST_WEEK if at - user.created_at < FIRST_WEEK else MOST_NEW_A_DAY
    recent = Conversation.objects.filter(created_by=user, created_at__gt=at - DAY)
    if recent.exclude(kind=Conversation.Kind.SUPPORT).count() >= most:
        raise LimitReached(
            f"You began {most} conversations within a day. Write in one of them, or begin a new "
            "one tomorrow."
        )


def require_room_for_message(user: User, *, at: datetime) -> None:
    """Raises TooMany past the number of messages in ten minutes (rule MSG-4). Lock as above."""
    recent = Message.objects.filter(sender=user, created_at__gt=at - MESSAGES_SPAN)
    times = list(recent.order_by("created_at").values_list("created_at", flat=True))
    if len(times) >= MOST_MESSAGES:
        free_at = times[len(times) - MOST_MESSAGES] + MESSAGES_SPAN
        raise TooMany(
            f"You wrote {MOST_MESSAGES} messages within ten minutes. Wait a little.",
            retry_after=max(int((free_at - at).total_seconds()), 1),
        )


def require_fair_to_strangers(
    text: str, conversation: Conversation, others: Sequence[User], *, by: User, at: datetime
) -> None:
    """Raises Invalid or Repeated, naming ``content``, for what floods who never asked for it.

    Until the other one of two has answered, and unless they share a course: no links to other
    sites, and not the same text to many. Lock as above.
    """
    links, said = addresses_in(text), said_by(text)
    if by.keeps_order or not (links or said) or not _is_stranger(conversation, others, by):
        return
    name = isolated(others[0].name)
    if links:
        raise Invalid.field(
            "content", f"Leave out links to other sites until {name} has answered you."
        )
    recent = Message.objects.filter(sender=by, created_at__gt=at - DAY)
    recent = recent.exclude(conversation=conversation).order_by("-created_at")
    pairs = recent.values_list("conversation_id", "content")[:MOST_COMPARED]
    told = {place for place, content in pairs if said_by(content) == said}
    if len(told) >= settings.SAME_MESSAGES_A_DAY:
        message = (
            f"You sent this text to {len(told)} people within the last day. Write to {name} in "
            "your own words."
        )
        raise Repeated(message, fields={"content": [message]})


def _is_stranger(conversation: Conversation, others: Sequence[User], by: User) -> bool:
    if conversation.kind != Conversation.Kind.DIRECT or not others or others[0].keeps_order:
        return False
    answers = Message.objects.filter(conversation=conversation, sender=others[0])
    if answers.exists():
        return False
    try:
        shared_course([by.pk, others[0].pk])
    except NoSharedCourse:
        return True
    return False


def shared_course(people: Collection[UUID]) -> Course:
    """A course of which all of them are students, teachers or the creator; the newest of several.

    Raises NoSharedCourse.
    """
    belonging: dict[UUID, set[UUID]] = {person: set() for person in people}
    enrolled = Enrollment.objects.with_content().filter(student__in=people)
    teaching = StudentTeacher.objects.filter(is_active=True, user__in=people)
    created = Course.objects.filter(creator__in=people)
    pairs = [
        *enrolled.values_list("student_id", "course_id"),
        *teaching.values_list("user_id", "course_id"),
        *created.values_list("creator_id", "id"),
    ]
    for person, course in pairs:
        belonging[person].add(course)
    shared = set.intersection(*belonging.values())
    if not shared:
        raise NoSharedCourse
    return Course.objects.get(pk=max(shared))
