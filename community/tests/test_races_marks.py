"""Reposts, pins and marks that several set in the same moment."""

import pytest

from accounts.models import Notification
from community.feeds.actions import (
    delete_post,
    keep_post,
    mark_helped,
    pin_post,
    reply_to_post,
    repost,
)
from community.feeds.actions.companions import CompanionsFull
from community.feeds.actions.pinning import FeedPinsFull
from community.models import CompanionPin, FeedPin, Post
from community.tests.people import Community
from peerloop.kit import clock
from peerloop.kit.refusals import Conflict
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_six_pins_at_once_leave_three():
    here = Community()
    posts = [here.post(here.tom, f"{n}", here.inside) for n in range(6)]
    answers = at_once([lambda p=p: pin_post(post=p, by=here.clara, at=clock.now()) for p in posts])
    assert sum(isinstance(answer, FeedPinsFull) for answer in answers) == 3
    assert sorted(FeedPin.objects.values_list("place", flat=True)) == [1, 2, 3]


def test_one_post_pinned_by_several_at_once_is_pinned_once():
    here = Community()
    post = here.post(here.tom, feed=here.inside)
    people = [here.clara, here.mona] * 2
    answers = at_once([lambda u=u: pin_post(post=post, by=u, at=clock.now()) for u in people])
    assert answers == [None] * 4
    assert FeedPin.objects.count() == 1


def test_twenty_are_kept_however_many_are_asked_for_at_once():
    here = Community()
    posts = [here.post(here.tom, f"{n}") for n in range(23)]
    for post in posts[:17]:
        keep_post(post=post, by=here.sam, at=clock.now())
    answers = at_once(
        [lambda p=p: keep_post(post=p, by=here.sam, at=clock.now()) for p in posts[17:]]
    )
    assert sum(isinstance(answer, CompanionsFull) for answer in answers) == 3
    assert CompanionPin.objects.count() == 20


def test_reposts_of_one_member_at_once_are_one():
    here = Community()
    post = here.post(here.tom)
    answers = at_once([lambda: repost(post=post, by=here.sam, at=clock.now())] * 5)
    post.refresh_from_db()
    assert answers == [None] * 5
    assert (Post.objects.live_reposts().count(), post.repost_count) == (1, 1)


def test_a_repost_and_the_removal_of_its_post_leave_nothing_to_see():
    here = Community()
    for number in range(4):
        post = here.post(here.tom, f"{number}")
        answers = at_once(
            [
                lambda post=post: repost(post=post, by=here.sam, at=clock.now()),
                lambda post=post: delete_post(post=post),
            ]
        )
        assert answers[0] is None or isinstance(answers[0], Conflict)
        assert not Post.objects.visible().filter(repost_of=post).exists()


def test_a_reply_that_is_marked_twice_at_once_is_told_once():
    here = Community()
    question = here.post(here.sam, "Why?", is_question=True)
    reply = reply_to_post(post=question, content="Because", by=here.tom, at=clock.now())
    answers = at_once([lambda: mark_helped(reply=reply, by=here.sam, at=clock.now())] * 4)
    assert answers == [None] * 4
    assert Notification.objects.filter(user=here.tom, title__contains="helped").count() == 1
