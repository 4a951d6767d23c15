"""Posts reach a feed provider outside: late, twice or after a failure, never wrongly."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction

from community.feeds.access import Feed
from community.feeds.actions import (
    delete_post,
    edit_post,
    like_post,
    promote_post,
    reply_to_post,
)
from community.feeds.actions.promoting import end_promotions
from community.feeds.publishing.comparing import compare_feeds
from community.feeds.publishing.outlet import is_away, outlet_in_use
from community.models import FeedDelivery, Post
from community.tests.publishing import MAIN_FEED, a_post, killed_before_the_note, send
from community.tests.stream_stand_in import error
from community.tests.test_api_feeds import written
from peerloop.kit import clock
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db


def test_a_post_reaches_its_feed_and_the_main_feed_once(told, vendor):
    post = a_post(told.sam)

    assert send() == 1
    assert send() == 0
    assert vendor.names(f"user:{told.sam.pk}") == vendor.names(MAIN_FEED) == [f"post:{post.pk}"]
    assert [call[0] for call in vendor.calls] == ["POST"]
    assert FeedDelivery.objects.get().activity_id


def test_posts_of_courses_and_creators_stay_out_of_the_main_feed(told, vendor):
    in_course = a_post(told.sam, Feed("course", course=told.course))
    of_creator = a_post(told.clara, Feed("instructor", creator=told.clara))
    send()

    assert vendor.names(f"course:{told.course.pk}") == [f"post:{in_course.pk}"]
    assert vendor.names(f"instructor:{told.clara.pk}") == [f"post:{of_creator.pk}"]
    assert not vendor.names(MAIN_FEED)


def test_no_word_and_no_name_leaves(told, vendor):
    a_post(told.sam, content="My diary")
    send()

    said = repr(vendor.calls)
    assert "diary" not in said
    assert told.sam.name not in said
    assert told.sam.email not in said


def test_an_edit_replaces_the_activity(told, vendor):
    post = a_post(told.sam)
    send()
    edit_post(post=post, content="Better", by=told.sam, at=clock.now())
    send()

    [row] = vendor.feeds[MAIN_FEED].values()
    assert row["edited"]


def test_replies_stay_here(told, vendor):
    post = a_post(told.sam)
    send()
    vendor.calls.clear()
    reply_to_post(post=post, content="Yes", by=told.tom, at=clock.now())

    assert send() == 0
    assert not vendor.calls


@pytest.mark.parametrize("status", ["hidden", "removed", "deleted"])
def test_what_people_see_no_more_leaves_whoever_changed_it(told, vendor, status):
    post = a_post(told.sam)
    send()
    Post.objects.filter(pk=post.pk).update(status=status)
    send()

    assert not vendor.names(MAIN_FEED)
    assert not vendor.names(f"user:{told.sam.pk}")


def test_a_restored_post_comes_back(told, vendor):
    post = a_post(told.sam)
    for status in ("hidden", "visible"):
        Post.objects.filter(pk=post.pk).update(status=status)
        send()

    assert vendor.names(MAIN_FEED) == [f"post:{post.pk}"]


def test_a_post_that_was_deleted_before_it_left_is_never_sent(told, vendor):
    delete_post(post=a_post(told.sam))
    send()

    assert not vendor.calls


def test_a_post_that_is_not_committed_leaves_nothing(told, vendor):
    with transaction.atomic():
        a_post(told.sam)
        assert FeedDelivery.objects.exists()
        transaction.set_rollback(True)
    send()

    assert not vendor.calls
    assert not FeedDelivery.objects.exists()


# When something fails


def test_posting_goes_on_while_the_provider_is_away(told, vendor):
    vendor.fail(times=9)

    assert written(told.sam).status_code == 201
    assert send() == 0
    assert is_away()
    vendor.answers.clear()
    assert send(after=timedelta(minutes=1)) == 1
    assert not is_away()
    assert len(vendor.names(MAIN_FEED)) == 1


def test_readers_see_the_order_of_time_and_a_note_while_the_provider_is_away(told, vendor):
    posts = [a_post(told.olga, content=f"Number {number}.") for number in range(3)]
    like_post(post=posts[0], by=told.tom, at=clock.now())
    page = browse(told.sam)
    assert "for now" not in page.get("/feed").content.decode()

    vendor.fail(times=9)
    send()
    text = page.get("/feed").content.decode()
    assert "Newest first for now" in text
    assert text.index("Number 2.") < text.index("Number 1.") < text.index("Number 0.")
    assert "for now" not in page.get("/feed?order=newest").content.decode()
    rows = api(told.sam).get("/api/v1/feed").json()["posts"]
    assert [row["content"] for row in rows] == ["Number 2.", "Number 1.", "Number 0."]

    vendor.answers.clear()
    send(after=timedelta(minutes=1))
    assert "for now" not in page.get("/feed").content.decode()


def test_a_provider_that_is_away_is_asked_less_and_less(told, vendor):
    for _ in range(5):
        a_post(told.sam)
    vendor.fail(times=99)
    send()
    assert len(vendor.calls) == 3

    send()
    assert len(vendor.calls) == 3

    later = timedelta(0)
    for minutes in range(1, 60):
        later = timedelta(minutes=minutes)
        send(after=later)
    assert len(vendor.calls) < 40
    vendor.answers.clear()
    send(after=later + timedelta(hours=1))
    assert len(vendor.names(MAIN_FEED)) == 5


def test_a_limit_of_calls_is_waited_for(told, vendor):
    a_post(told.sam), a_post(told.sam)
    vendor.fail(times=1, status=429, Retry_After="120")

    assert send() == 0
    assert len(vendor.calls) == 1
    assert not is_away()
    assert send(after=timedelta(seconds=100)) == 0
    assert len(vendor.calls) == 1
    assert send(after=timedelta(seconds=130)) == 2


def test_one_post_that_is_refused_holds_up_no_other(told, vendor):
    bad, good = a_post(told.sam), a_post(told.sam)
    vendor.answers.append(error(4, 400, "no"))
    send()

    assert vendor.names(MAIN_FEED) == [f"post:{good.pk}"]
    row = FeedDelivery.objects.get(post=bad)
    assert (row.status, "no" in row.error) == ("failed", True)
    assert send(after=timedelta(days=3)) == 0
    compare_feeds(at=clock.now() + timedelta(days=2))
    send(after=timedelta(days=3))
    assert len(vendor.names(MAIN_FEED)) == 2


def test_killed_between_the_call_and_the_note_it_is_not_doubled(told, vendor):
    post = a_post(told.sam)

    original = FeedDelivery.objects.filter(pk=post.pk)
    killed_before_the_note()
    assert vendor.names(MAIN_FEED) == [f"post:{post.pk}"]
    assert original.get().status == "waiting"

    assert send() == 0, "it is in the dead worker's hands for a minute"
    assert send(after=timedelta(seconds=90)) == 1
    assert vendor.names(MAIN_FEED) == [f"post:{post.pk}"]
    assert len(vendor.feeds[MAIN_FEED]) == 1


def test_killed_while_it_was_published_it_is_still_taken_out(told, vendor):
    post = a_post(told.sam)
    killed_before_the_note()
    delete_post(post=post)
    send(after=timedelta(seconds=90))

    assert not vendor.names(MAIN_FEED)


@pytest.mark.django_db(transaction=True)
def test_a_post_that_is_hidden_while_it_is_sent_does_not_stay(vendor):
    outlet_in_use()
    post = a_post(a_member("Sam"))

    def hide():
        vendor.after = None
        Post.objects.filter(pk=post.pk).update(status="hidden")
        connection.close()

    vendor.after = hide
    while send():
        pass

    assert not vendor.names(MAIN_FEED)
    assert FeedDelivery.objects.get().status == "sent"


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_post_once(vendor):
    sam = a_member("Sam")
    send()
    vendor.calls.clear()
    posts = {f"post:{a_post(sam).pk}" for _ in range(12)}

    def work():
        send()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert set(vendor.names(MAIN_FEED)) == posts
    sent = [body["foreign_id"] for method, _, body in vendor.calls if method == "POST"]
    assert len(sent) == len(set(sent)) == 12


def test_a_promoted_post_stands_in_the_main_feed_outside_too_until_it_ends(told, vendor):
    post = a_post(told.sam, Feed("course", course=told.course))
    send()
    row = promote_post(post=post, points=50, by=told.sam, at=clock.now())
    send()
    name = f"post:{post.pk}"
    assert vendor.names(MAIN_FEED) == vendor.names(f"course:{told.course.pk}") == [name]

    with time_machine.travel(row.expires_at, tick=False):
        end_promotions(at=clock.now())
        send()
    assert not vendor.names(MAIN_FEED)
    assert vendor.names(f"course:{told.course.pk}") == [name]


def test_a_promoted_post_that_is_removed_leaves_the_main_feed_outside(told, vendor):
    post = a_post(told.sam, Feed("course", course=told.course))
    promote_post(post=post, points=50, by=told.sam, at=clock.now())
    send()
    Post.objects.filter(pk=post.pk).update(status="removed", updated_at=clock.now())
    send()
    assert not vendor.names(MAIN_FEED)
    assert not vendor.names(f"course:{told.course.pk}")
