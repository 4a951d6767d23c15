"""Open pages of a feed hear of new posts, of a thread of new answers; no words are sent."""

import asyncio

import pytest

from accounts.notifications.live_count import issue_ticket, issue_topics, read_topics
from community.feeds.access import MAIN
from community.feeds.actions import reply_to_post, write_post
from community.feeds.live import MAIN_TOPIC, topic_of_thread
from peerloop.kit import clock
from tests.cast import a_member, browse
from tests.live.stream import Stream
from tests.live.test_live_notifications import in_thread, key_of, run

pytestmark = pytest.mark.django_db(transaction=True)
NOW = clock.now()


def test_readers_hear_of_a_post_and_its_author_does_not():
    sam, tom = a_member(), a_member("Tom Teacher")
    keys = {person: key_of(browse(person)) for person in (sam, tom)}
    topics = issue_topics([MAIN_TOPIC])

    async def scene() -> None:
        async with (
            Stream(issue_ticket(sam), session_key=keys[sam], topics=topics) as own,
            Stream(issue_ticket(tom), session_key=keys[tom], topics=topics) as other,
        ):
            await asyncio.gather(own.hear_event("unread"), other.hear_event("unread"))
            await in_thread(write_post, feed=MAIN, content="A secret word", by=sam, at=NOW)
            line = await other.hear_event(MAIN_TOPIC)
            assert "New posts" in line
            assert "secret" not in line
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(own.hear_event(MAIN_TOPIC), 0.5)

    run(scene())


def test_readers_of_a_thread_hear_of_answers():
    sam, tom = a_member(), a_member("Tom Teacher")
    post = write_post(feed=MAIN, content="Who knows?", by=sam, at=NOW)
    topic, key = topic_of_thread(post.pk), key_of(browse(sam))

    async def scene() -> None:
        topics = issue_topics([topic])
        async with Stream(issue_ticket(sam), session_key=key, topics=topics) as stream:
            await stream.hear_event("unread")
            await in_thread(reply_to_post, post=post, content="I do", by=tom, at=NOW)
            assert "New answers" in await stream.hear_event(topic)

    run(scene())


def test_topics_that_were_not_issued_are_not_heard():
    assert read_topics("news-main") == []
    assert read_topics(issue_ticket(a_member())) == []
    assert len(read_topics(issue_topics(map(str, range(100))))) == 30
