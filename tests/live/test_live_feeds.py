"""Open pages of a feed hear of new posts, of a thread of new answers; no words are sent."""

import asyncio

import pytest

from accounts.notifications.live_count import (
    issue_ticket,
    issue_topics,
    publish_changed,
    read_topics,
)
from community.feeds.access import MAIN, Feed
from community.feeds.actions import reply_to_post, write_post
from community.feeds.live import MAIN_TOPIC, topic_of, topic_of_thread
from learning.models import Enrollment
from peerloop import live_notifications
from peerloop.kit import clock
from tests.cast import a_course, a_member, an_enrollment, browse
from tests.live.stream import Stream
from tests.live.test_live_notifications import in_thread, key_of, run

pytestmark = pytest.mark.django_db(transaction=True)
NOW = clock.now()


def test_readers_hear_of_a_post_and_its_author_does_not():
    sam, tom = a_member(), a_member("Tom Teacher")
    keys = {person: key_of(browse(person)) for person in (sam, tom)}
    topics = {person: issue_topics(person, [MAIN_TOPIC]) for person in (sam, tom)}

    async def scene() -> None:
        async with (
            Stream(issue_ticket(sam), session_key=keys[sam], topics=topics[sam]) as own,
            Stream(issue_ticket(tom), session_key=keys[tom], topics=topics[tom]) as other,
        ):
            await asyncio.gather(own.hear_event("unread"), other.hear_event("unread"))
            await in_thread(write_post, feed=MAIN, content="A secret word", by=sam, at=NOW)
            line = await other.hear_event(MAIN_TOPIC)
            assert 'data-added="1" data-word="post">1 new post<' in line
            assert "secret" not in line
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(own.hear_event(MAIN_TOPIC), 0.5)

    run(scene())


def test_readers_of_a_thread_hear_of_answers():
    sam, tom = a_member(), a_member("Tom Teacher")
    post = write_post(feed=MAIN, content="Who knows?", by=sam, at=NOW)
    topic, key = topic_of_thread(post.pk), key_of(browse(sam))

    async def scene() -> None:
        topics = issue_topics(sam, [topic])
        async with Stream(issue_ticket(sam), session_key=key, topics=topics) as stream:
            await stream.hear_event("unread")
            await in_thread(reply_to_post, post=post, content="I do", by=tom, at=NOW)
            assert "1 new answer" in await stream.hear_event(topic)

    run(scene())


def test_topics_that_were_not_issued_are_not_heard():
    sam = a_member()
    assert read_topics("news-main", sam.pk) == []
    assert read_topics(issue_ticket(sam), sam.pk) == []
    assert len(read_topics(issue_topics(sam, map(str, range(100))), sam.pk)) == 30


def test_topics_of_somebody_elses_page_are_not_heard():
    sam, tom = a_member(), a_member("Tom Teacher")
    assert read_topics(issue_topics(tom, [MAIN_TOPIC]), sam.pk) == []


def test_an_open_page_hears_no_more_of_a_course_that_was_left(monkeypatch):
    monkeypatch.setattr(live_notifications, "TOPIC_SECONDS", 0)
    course = a_course()
    feed, enrollment = Feed("course", course), an_enrollment(course=course)
    sam, key = enrollment.student, key_of(browse(enrollment.student))
    topics = issue_topics(sam, [topic_of(feed), MAIN_TOPIC])

    def leave() -> None:
        rows = Enrollment.objects.filter(pk=enrollment.pk)
        rows.update(status=Enrollment.Status.CANCELLED, cancelled_at=NOW)

    async def scene() -> None:
        async with Stream(issue_ticket(sam), session_key=key, topics=topics) as stream:
            await stream.hear_event("unread")
            await in_thread(write_post, feed=feed, content="One", by=course.creator, at=NOW)
            await stream.hear_event(topic_of(feed))
            await in_thread(leave)
            # Looked at again before what comes next is told.
            await in_thread(publish_changed, [sam.pk])
            await asyncio.sleep(0.3)
            await in_thread(write_post, feed=feed, content="Two", by=course.creator, at=NOW)
            await in_thread(write_post, feed=MAIN, content="Three", by=course.creator, at=NOW)
            heard = ""
            while MAIN_TOPIC not in heard:
                heard = await stream.hear()
                assert topic_of(feed) not in heard

    run(scene())


def test_a_page_opened_with_topics_of_earlier_hears_none_that_closed_meanwhile():
    course = a_course()
    feed, sam = Feed("course", course), a_member()
    key, topics = key_of(browse(sam)), issue_topics(sam, [topic_of(feed), MAIN_TOPIC])

    async def scene() -> None:
        async with Stream(issue_ticket(sam), session_key=key, topics=topics) as stream:
            await stream.hear_event("unread")
            await in_thread(write_post, feed=feed, content="One", by=course.creator, at=NOW)
            await in_thread(write_post, feed=MAIN, content="Two", by=course.creator, at=NOW)
            heard = ""
            while MAIN_TOPIC not in heard:
                heard = await stream.hear()
                assert topic_of(feed) not in heard

    run(scene())
