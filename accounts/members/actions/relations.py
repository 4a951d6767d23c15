"""Following and blocking. Both members' rows are locked, so that they never run at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.events import MemberFollowed, MemberUnfollowed
from accounts.members.notifications import NEW_FOLLOWER
from accounts.models import Block, Follow, User, UserStats
from accounts.notifications.notify import notify
from peerloop.kit.events import announce
from peerloop.kit.personal_data import ClosedAccount
from peerloop.kit.refusals import Conflict, Invalid, Missing


class BlockStands(Conflict):
    """The member blocked the other one and has to unblock first."""

    code = "blocked"
    message = "You blocked this member. Unblock them first."


@transaction.atomic
def follow_member(*, member: User, by: User, at: datetime) -> bool:
    """Follow the member; both counters change with it, and the member is notified once.

    Answers whether it is new: repeating it, also at the same time, changes nothing. Raises Invalid
    for oneself, BlockStands, and Missing where the member blocked the follower (rule PRIV-7).
    """
    if member.pk == by.pk:
        raise Invalid("You can't follow yourself.", code="own_profile")
    _lock(member.pk, by.pk)
    if Block.objects.filter(blocker=member, blocked=by).exists():
        raise Missing
    if Block.objects.filter(blocker=by, blocked=member).exists():
        raise BlockStands
    if Follow.objects.filter(follower=by, followed=member).exists():
        return False
    Follow.objects.create(follower=by, followed=member, created_at=at, updated_at=at)
    _count(follower=by.pk, followed=member.pk, amount=1)
    notify(NEW_FOLLOWER, people=[member], key=by.pk, to=[by.handle], name=by.name, at=at)
    announce(MemberFollowed(follower_id=by.pk, followed_id=member.pk, at=at))
    return True


@transaction.atomic
def unfollow_member(*, member: User, by: User) -> bool:
    """Stop following the member. Returns whether it was so; safe to repeat."""
    _lock(member.pk, by.pk)
    return _end_follow(follower=by.pk, followed=member.pk)


@transaction.atomic
def block_member(*, member: User, by: User, at: datetime) -> bool:
    """Block the member: follows end both ways, and they no longer find the blocker.

    Answers whether it is new; repeating it changes nothing. Raises Invalid for oneself. What the
    two owe each other in a course stands: it is ended there.
    """
    if member.pk == by.pk:
        raise Invalid("You can't block yourself.", code="own_profile")
    _lock(member.pk, by.pk)
    _end_follow(follower=by.pk, followed=member.pk)
    _end_follow(follower=member.pk, followed=by.pk)
    if Block.objects.filter(blocker=by, blocked=member).exists():
        return False
    Block.objects.create(blocker=by, blocked=member, created_at=at, updated_at=at)
    return True


def unblock_member(*, member: User, by: User) -> bool:
    """Unblock the member; ended follows stay ended. Safe to repeat."""
    count, _ = Block.objects.filter(blocker=by, blocked=member).delete()
    return bool(count)


def end_follows_of(account: ClosedAccount, at: datetime) -> None:
    """End a closed account's follows both ways, with the counters of the others (I9).

    A step of erasure: safe to repeat.
    """
    theirs = Q(follower_id=account.user_id) | Q(followed_id=account.user_id)
    for follow in list(Follow.objects.filter(theirs).select_related("follower", "followed")):
        unfollow_member(member=follow.followed, by=follow.follower)


def _lock(*user_ids: UUID) -> None:
    """Lock both rows, ordered by id: a follow and a block wait for each other."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk")
    list(rows.values_list("pk"))


def _end_follow(*, follower: UUID, followed: UUID) -> bool:
    count, _ = Follow.objects.filter(follower=follower, followed=followed).delete()
    if count:
        _count(follower=follower, followed=followed, amount=-1)
        announce(MemberUnfollowed(follower_id=follower, followed_id=followed))
    return bool(count)


def _count(*, follower: UUID, followed: UUID, amount: int) -> None:
    counts = {follower: {"following_count": amount}, followed: {"follower_count": amount}}
    for user_id in sorted(counts):
        UserStats.add(user_id, **counts[user_id])
