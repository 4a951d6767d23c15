"""Conversations, messages and likes that several begin in the same moment."""

import pytest

from community.conversations.actions import open_conversation, send_message
from community.feeds.actions import like_post, unlike_post
from community.models import Conversation, Message, Participant, PostLike
from community.tests.people import Community, a_conversation
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from tests.cast import a_member
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def tom():
    return a_member("Tom Teacher")


def test_two_who_begin_at_once_share_one_conversation(sam, tom):
    pairs = [(sam, tom), (tom, sam)] * 3
    found = at_once(
        [lambda a=a, b=b: open_conversation(others=[b], by=a, at=clock.now()) for a, b in pairs]
    )
    assert {one.pk for one in found} == {Conversation.objects.get().pk}
    assert set(Participant.objects.values_list("user", flat=True)) == {sam.pk, tom.pk}


def test_messages_at_once_are_numbered_without_gaps_and_each_unread_one_is_counted(sam, tom):
    conversation = a_conversation(sam, tom)
    words = [(by, f"Word {n} of {by.handle}") for n in range(6) for by in (sam, tom)]
    answers = at_once(
        [
            lambda by=by, text=text: send_message(
                conversation=conversation, content=text, by=by, at=clock.now()
            )
            for by, text in words
        ]
    )

    assert all(isinstance(one, Message) for one in answers), answers
    rows = list(Message.objects.order_by("number"))
    assert [row.number for row in rows] == list(range(1, 13))
    conversation.refresh_from_db()
    assert conversation.last_number == 12
    for seat in Participant.objects.all():
        behind = [row for row in rows if row.number > seat.last_read_number]
        assert seat.unread_count == sum(row.sender_id != seat.user_id for row in behind)


def test_a_message_that_arrives_five_times_at_once_is_one(sam, tom):
    conversation, key = a_conversation(sam, tom), uuid7()
    found = at_once(
        [
            lambda: send_message(
                conversation=conversation, content="Once", sent_key=key, by=sam, at=clock.now()
            )
        ]
        * 5
    )
    assert {one.pk for one in found} == {Message.objects.get().pk}
    assert Participant.objects.get(user=tom).unread_count == 1


def test_likes_and_their_undoing_at_once_leave_a_true_count():
    here = Community()
    post = here.post(here.tom)
    like = [
        lambda by=by: like_post(post=post, by=by, at=clock.now())
        for by in (here.sam, here.sam, here.clara, here.olga)
    ]
    undo = [lambda: unlike_post(post=post, by=here.sam)] * 2

    assert at_once([*like, *undo]) == [None] * 6

    post.refresh_from_db()
    assert post.like_count == PostLike.objects.filter(post=post).count()
    assert {here.clara.pk, here.olga.pk} <= set(PostLike.objects.values_list("user", flat=True))
