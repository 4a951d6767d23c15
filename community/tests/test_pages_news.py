"""The line above a feed that was open while somebody wrote."""

from datetime import timedelta

import pytest

from accounts.models import Block
from accounts.notifications.live_count import read_topics
from community.feeds.access import MAIN, Feed
from community.feeds.actions import reply_to_post, write_post
from community.feeds.live import MAIN_TOPIC, heard_by, news_line, topic_of
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
NOW = clock.now()
BEFORE = int((NOW - timedelta(minutes=5)).timestamp() * 1000)


def asked(member, since=BEFORE, **what):
    return browse(member).get("/feed/news", {"since": since, **what}, **HTMX)


def test_a_page_that_was_offline_is_told_of_posts_of_others():
    sam, tom = a_member(), a_member("Tom")
    assert asked(sam).status_code == 204

    write_post(feed=MAIN, content="Hello", by=tom, at=NOW)

    assert b">1 new post</a>" in asked(sam).content
    assert asked(tom).status_code == 204, "one's own"
    assert asked(sam, since=int(clock.now().timestamp() * 1000)).status_code == 204
    assert asked(sam, since="x").status_code == 204
    assert asked(sam, since="9" * 40).status_code == 204


def test_a_course_a_creator_and_a_thread_have_news_of_their_own():
    course = a_course()
    tom, sam = a_teacher(course).user, an_enrollment(course=course).student
    post = write_post(feed=Feed("course", course), content="Hello", by=tom, at=NOW)
    reply_to_post(post=post, content="All", by=tom, at=NOW)

    assert b"1 new post" in asked(sam, course=course.slug).content
    assert b"1 new post" in asked(sam).content
    assert b"1 new answer" in asked(sam, post=post.pk).content
    assert asked(tom, creator=course.creator.handle).status_code == 204


def test_what_one_wrote_oneself_is_no_news_in_a_course_or_a_thread():
    course = a_course()
    tom = a_teacher(course).user
    post = write_post(feed=Feed("course", course), content="Hello", by=tom, at=NOW)
    reply_to_post(post=post, content="All", by=tom, at=NOW)
    assert asked(tom, course=course.slug).status_code == 204
    assert asked(tom, post=post.pk).status_code == 204


def test_a_closed_feed_has_no_news():
    course, olga = a_course(), a_member("Olga")
    post = write_post(feed=Feed("course", course), content="Hello", by=course.creator, at=NOW)
    assert asked(olga, course=course.slug).status_code == 403
    assert asked(olga, post=post.pk).status_code == 404
    assert asked(olga).status_code == 204


def test_posts_of_who_shut_the_reader_out_are_no_news():
    sam, tom = a_member(), a_member("Tom")
    Block.objects.create(blocker=tom, blocked=sam)
    write_post(feed=MAIN, content="Hello", by=tom, at=NOW)
    assert asked(sam).status_code == 204


def test_pages_hear_of_the_feeds_that_they_show_and_older_pages_of_none():
    course = a_course()
    sam = an_enrollment(course=course).student
    browser = browse(sam)

    own = browser.get("/feed").context
    assert read_topics(own["live_topics"], sam.pk) == [MAIN_TOPIC, f"news-course-{course.slug}"]
    one = browser.get(f"/courses/{course.slug}/feed")
    assert read_topics(one.context["live_topics"], sam.pk) == [f"news-course-{course.slug}"]
    assert "data-sse-swap" in one.content.decode()
    for number in range(21):
        write_post(feed=MAIN, content=f"Post {number}", by=sam, at=NOW - timedelta(hours=number))
    older = browser.get("/feed").context["older"]
    assert "live_topics" not in browser.get("/feed", {"before": older}).context


def test_without_scripts_the_line_leads_to_the_feed():
    assert browse(a_member()).get("/feed/news")["Location"] == "/feed"


def test_a_page_hears_nothing_of_a_creator_who_blocked_its_member():
    course = a_course()
    tom = a_teacher(course).user
    topic = topic_of(Feed("instructor", creator=course.creator))
    assert heard_by(tom.pk, [topic]).topics == {topic}

    Block.objects.create(blocker=course.creator, blocked=tom)

    assert heard_by(tom.pk, [topic]).topics == set()


def test_the_line_says_how_much_is_new_up_to_fifty():
    course = a_course()
    sam, feed = an_enrollment(course=course).student, Feed("course", course)
    for number in range(50):
        write_post(feed=feed, content=f"Word {number}", by=course.creator, at=NOW)
    assert b'data-number="50" data-word="post">50 new posts</a>' in asked(sam).content
    assert b">50 new posts</a>" in asked(sam, course=course.slug).content

    write_post(feed=feed, content="One more", by=course.creator, at=NOW)
    assert b">50+ new posts</a>" in asked(sam).content
    assert b">50+ new posts</a>" in asked(sam, course=course.slug).content


def test_the_line_counts_posts_of_others_alone():
    sam, tom = a_member(), a_member("Tom")
    for number in range(4):
        write_post(feed=MAIN, content=f"Own {number}", by=sam, at=NOW)
        write_post(feed=MAIN, content=f"Word {number}", by=tom, at=NOW)
    assert b">4 new posts</a>" in asked(sam).content


def test_a_page_adds_what_it_hears_to_what_it_shows():
    line = news_line(MAIN_TOPIC, 3, is_added=True)
    assert line == '<a href="" data-added="3" data-word="post">3 new posts</a>'
