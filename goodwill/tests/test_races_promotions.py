"""Promotions at once, with real threads: nothing is paid twice, no limit is passed."""

import pytest

from community.feeds.actions import delete_post
from community.models import PromotedPost
from community.tests.people import Community
from goodwill.models import GoodwillTransaction
from goodwill.points.invariants import INVARIANTS
from goodwill.points.refusals import NotEnough
from goodwill.promotions.actions.promoting import promote
from goodwill.tests.people import earn, goodwill_of
from peerloop.kit import clock
from peerloop.kit.invariants import differences_of
from peerloop.kit.refusals import Conflict
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def promoting(here, post, points=50):
    return lambda: promote(post=post, points=points, by=here.sam, at=clock.now())


def test_one_post_promoted_eight_times_at_once_is_paid_for_once():
    here = Community()
    earn(here.sam, 1_000, at=clock.now())
    post = here.post(here.sam, feed=here.inside)
    answers = at_once([promoting(here, post)] * 8)
    assert sum(isinstance(one, PromotedPost) for one in answers) == 1
    refused = [one for one in answers if not isinstance(one, PromotedPost)]
    assert {one.code for one in refused} == {"already_promoted"}
    assert goodwill_of(here.sam).balance == 950
    assert GoodwillTransaction.objects.filter(reason="promotion").count() == 1


def test_eight_posts_promoted_at_once_are_three():
    here = Community()
    earn(here.sam, 1_000, at=clock.now())
    posts = [here.post(here.sam, f"{n}", here.inside) for n in range(8)]
    answers = at_once([promoting(here, post) for post in posts])
    refused = [one.code for one in answers if not isinstance(one, PromotedPost)]
    assert refused == ["promotions_full"] * 5
    assert goodwill_of(here.sam).balance == 850
    assert differences_of(INVARIANTS) == []


def test_a_balance_pays_for_as_many_as_it_covers():
    here = Community()
    earn(here.sam, 120, at=clock.now())
    posts = [here.post(here.sam, f"{n}", here.inside) for n in range(3)]
    answers = at_once([promoting(here, post) for post in posts])
    assert sum(isinstance(one, NotEnough) for one in answers) == 1
    assert goodwill_of(here.sam).balance == 20
    assert PromotedPost.objects.count() == 2


def test_a_post_deleted_while_it_is_promoted_is_promoted_no_more():
    here = Community()
    earn(here.sam, 1_000, at=clock.now())
    for number in range(6):
        post = here.post(here.sam, f"{number}", feed=here.inside)
        answers = at_once([promoting(here, post), lambda post=post: delete_post(post=post)])
        assert isinstance(answers[0], PromotedPost | Conflict)
        paid = GoodwillTransaction.objects.filter(reason="promotion").count()
        assert paid == PromotedPost.objects.count()
        assert not PromotedPost.objects.standing(clock.now()).exists()
