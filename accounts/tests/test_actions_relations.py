"""Following and shutting out: counts, notices, races."""

import pytest
from django.db import IntegrityError, transaction

from accounts.members.actions.relations import (
    BlockStands,
    block_member,
    follow_member,
    unblock_member,
    unfollow_member,
)
from accounts.models import Block, Follow, Notification, UserStats
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid, Missing
from tests.cast import a_member
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def counts(user):
    stats = UserStats.objects.filter(user=user).first() or UserStats()
    return stats.follower_count, stats.following_count


@pytest.fixture
def sam():
    return a_member("Sam Student")


@pytest.fixture
def clara():
    return a_member("Clara Creator")


def follow(member, by):
    return follow_member(member=member, by=by, at=clock.now())


def block(member, by):
    return block_member(member=member, by=by, at=clock.now())


def test_a_follow_counts_once_and_notifies_once(sam, clara):
    assert follow(clara, sam) is True
    assert follow(clara, sam) is False
    assert (counts(clara), counts(sam)) == ((1, 0), (0, 1))

    unfollow_member(member=clara, by=sam)
    unfollow_member(member=clara, by=sam)
    assert (counts(clara), counts(sam)) == ((0, 0), (0, 0))

    follow(clara, sam)
    notice = Notification.objects.get(user=clara)
    assert (notice.kind, notice.title, notice.url) == (
        "follow",
        "Sam Student follows you",
        f"/u/{sam.handle}",
    )


def test_nobody_follows_or_blocks_themselves(sam):
    for act in (follow, block):
        with pytest.raises(Invalid):
            act(sam, sam)


def test_a_block_ends_follows_both_ways_and_keeps_new_ones_out(sam, clara):
    follow(clara, sam)
    follow(sam, clara)

    assert block(sam, clara) is True
    assert block(sam, clara) is False

    assert not Follow.objects.exists()
    assert (counts(clara), counts(sam)) == ((0, 0), (0, 0))
    with pytest.raises(Missing):
        follow(clara, sam)
    with pytest.raises(BlockStands):
        follow(sam, clara)

    assert unblock_member(member=sam, by=clara) is True
    assert unblock_member(member=sam, by=clara) is False
    assert follow(clara, sam) is True


def test_the_database_refuses_doubles_and_oneself(sam, clara):
    Follow.objects.create(follower=sam, followed=clara)
    Block.objects.create(blocker=sam, blocked=clara)
    for row in [
        Follow(follower=sam, followed=clara),
        Follow(follower=sam, followed=sam),
        Block(blocker=sam, blocked=clara),
        Block(blocker=sam, blocked=sam),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_follows_at_the_same_time_count_right():
    clara, people = a_member("Clara Creator"), [a_member(f"Fan {number}") for number in range(4)]
    acts = [lambda fan=fan: follow(clara, fan) for fan in people for _ in range(3)]
    acts += [lambda fan=fan: follow(fan, clara) for fan in people]

    answers = at_once(acts)

    assert answers.count(True) == 8
    assert counts(clara) == (4, 4)
    assert all(counts(fan) == (1, 1) for fan in people)


@pytest.mark.django_db(transaction=True)
def test_a_follow_and_a_block_at_the_same_time_leave_no_follow():
    clara, sam = a_member("Clara Creator"), a_member()
    at_once([lambda: follow(clara, sam), lambda: block(sam, clara)] * 4)

    assert Block.objects.count() == 1
    assert not Follow.objects.exists()
    assert (counts(clara), counts(sam)) == ((0, 0), (0, 0))
