"""What was never sent, or is otherwise at the provider than here, is found and repaired."""

from datetime import timedelta

import pytest

from accounts.members.actions.relations import follow_member
from community.feeds.access import Feed
from community.feeds.actions import delete_post, promote_post
from community.feeds.publishing.comparing import compare_all, compare_feeds, compare_step
from community.feeds.publishing.outlet import is_away
from community.models import FeedDelivery, FeedFollow, FeedMark, FeedOutlet, PromotedPost
from community.tests.publishing import MAIN_FEED, a_post, follows, send
from community.tests.test_api_feeds import Scene
from peerloop.kit import clock
from tests.cast import LONG_AGO

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def compare():
    """A round of steps, a day later."""
    found = compare_all(at=clock.now() + timedelta(days=1))
    send(after=timedelta(days=1))
    return found


def test_what_was_written_before_the_provider_was_set_up_is_found(vendor, settings):
    scene = Scene()
    post, gone = a_post(scene.sam), a_post(scene.sam)
    delete_post(post=gone)
    assert not FeedDelivery.objects.exists()

    assert compare() > 0
    assert vendor.names(MAIN_FEED) == [f"post:{post.pk}"]
    assert len(follows(vendor, scene.sam)) == 3
    assert compare() == 0


def test_rows_that_were_lost_are_made_again(told, vendor):
    post = a_post(told.sam)
    FeedDelivery.objects.all().delete()
    FeedFollow.objects.all().delete()
    vendor.follows.clear()
    assert send() == 0

    compare()
    assert vendor.names(MAIN_FEED) == [f"post:{post.pk}"]
    assert len(follows(vendor, told.sam)) == 3


def test_a_round_goes_on_where_it_was_broken_off(told, vendor, monkeypatch):
    monkeypatch.setattr("community.feeds.publishing.comparing.POSTS", 2)
    monkeypatch.setattr("community.feeds.publishing.comparing.MEMBERS", 2)
    for _ in range(5):
        a_post(told.sam)
    FeedDelivery.objects.all().delete()
    steps = [
        compare_step(at=clock.now()) for _ in range(20) if not FeedOutlet.objects.get().seen_all_at
    ]

    assert FeedDelivery.objects.count() == 5
    assert 4 < len(steps) < 20
    assert compare_step(at=clock.now()) == 0


def test_a_provider_that_said_yes_and_kept_nothing_is_told_again(told, vendor):
    post = a_post(told.sam)
    in_course = a_post(told.sam, Feed("course", course=told.course))
    send()
    vendor.feeds.clear()
    later = clock.now() + timedelta(minutes=10)

    assert compare_feeds(at=later) == 2
    send(after=timedelta(minutes=10))
    assert vendor.names(MAIN_FEED) == [f"post:{post.pk}"]
    assert vendor.names(f"course:{told.course.pk}") == [f"post:{in_course.pk}"]
    assert compare_feeds(at=later + timedelta(hours=1)) == 0


def test_what_the_provider_should_not_hold_is_removed(told, vendor):
    post = a_post(told.sam)
    send()
    kept = dict(vendor.feeds[MAIN_FEED])
    stranger = {**next(iter(kept.values())), "foreign_id": f"post:{told.sam.pk}", "id": "0"}
    delete_post(post=post)
    send()
    # The provider carries out an old request at last, and knows a post of another database.
    vendor.feeds[MAIN_FEED] = kept | {("x", "y"): stranger}
    vendor.feeds[MAIN_FEED][(stranger["foreign_id"], "y")] = stranger
    del vendor.feeds[MAIN_FEED][("x", "y")]

    assert compare_feeds(at=clock.now() + timedelta(minutes=10)) == 2
    send(after=timedelta(minutes=10))
    assert not vendor.names(MAIN_FEED)


def test_nothing_is_noted_while_our_own_tables_are_the_provider():
    scene = Scene()
    a_post(scene.sam)
    follow_member(member=scene.sam, by=scene.olga, at=clock.now())

    assert send() == 0
    for model in (FeedOutlet, FeedDelivery, FeedFollow, FeedMark):
        assert not model.objects.exists()
    assert compare_all(at=clock.now()) == compare_feeds(at=clock.now()) == 0


def test_switching_back_to_our_own_tables_ends_the_noting(told, vendor, settings):
    settings.FEED_PROVIDER = "local"
    send()
    a_post(told.sam)

    assert not FeedDelivery.objects.exists()
    assert not is_away()


def test_a_promoted_post_that_the_main_feed_lacks_is_sent_and_one_that_ended_is_taken_out(
    told, vendor
):
    post = a_post(told.sam, Feed("course", course=told.course))
    row = promote_post(post=post, points=50, by=told.sam, at=clock.now())
    send()
    vendor.feeds[MAIN_FEED].clear()
    later = clock.now() + timedelta(minutes=10)
    assert compare_feeds(at=later) == 1
    send(after=timedelta(minutes=11))
    assert vendor.names(MAIN_FEED) == [f"post:{post.pk}"]

    PromotedPost.objects.filter(pk=row.pk).update(starts_at=LONG_AGO, expires_at=LONG_AGO + DAY)
    compare_feeds(at=later + timedelta(minutes=20))
    assert not vendor.names(MAIN_FEED)
