"""Pages of feeds and posts, with and without scripts."""

from datetime import timedelta

import pytest

from community.feeds.access import MAIN, Feed
from community.feeds.actions import bookmark_post, pin_post, reply_to_post, write_post
from community.models import Post, PostLike
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
NOW = clock.now()


@pytest.fixture
def course():
    return a_course()


@pytest.fixture
def tom(course):
    return a_teacher(course).user


@pytest.fixture
def sam(course):
    sam = a_member()
    an_enrollment(sam, course)
    return sam


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_an_empty_feed_invites_the_first_word(sam):
    text = text_of(browse(sam).get("/feed"))
    assert "Write the first one" in text
    assert "/courses/prompting" in text


def test_a_post_is_written_without_scripts(sam):
    answer = browse(sam).post("/feed", {"content": "Hello all"})
    assert answer["Location"] == "/feed"
    assert "Hello all" in text_of(browse(a_member("Olga")).get("/feed"))


def test_the_composer_is_one_line_until_it_is_opened_or_refused_something(sam):
    page = browse(sam)
    assert '<details class="compose" data-compose>' in text_of(page.get("/feed"))
    refused = page.post("/feed", {"content": "x" * 5_001})
    assert '<details class="compose" data-compose open>' in text_of(refused)


def test_an_empty_post_is_refused_beside_its_field(sam):
    answer = browse(sam).post("/feed", {"content": " "})
    assert answer.status_code == 422
    assert "Write something first." in text_of(answer)
    assert not Post.objects.exists()


def test_the_types_that_are_offered_are_those_that_are_taken(sam, tom, course):
    url = f"/courses/{course.slug}/feed"
    assert "Announcement" not in text_of(browse(sam).get(url))
    teacher = text_of(browse(tom).get(url))
    assert "Teaching tip" in teacher
    assert "Announcement" not in teacher
    assert "Announcement" in text_of(browse(course.creator).get(url))


def test_a_closed_feed_says_what_opens_it(course):
    olga = browse(a_member("Olga"))
    closed = olga.get(f"/courses/{course.slug}/feed")
    assert closed.status_code == 403
    assert "opens when you enroll" in text_of(closed)
    closed = olga.get(f"/instructors/{course.creator.handle}/feed")
    assert closed.status_code == 403
    assert "any course of this creator" in text_of(closed)
    assert olga.get("/courses/nothing/feed").status_code == 404


def test_older_posts_are_a_page_away(sam):
    for number in range(22):
        at = NOW - timedelta(minutes=number)
        write_post(feed=MAIN, content=f"word-{number}.", by=sam, at=at)
    page = browse(sam)

    first = page.get("/feed?order=newest")

    assert "word-0." in text_of(first)
    assert "word-20." not in text_of(first)
    second = page.get("/feed", {"order": "newest", "before": first.context["older"]})
    assert "word-20." in text_of(second)
    assert "word-0." not in text_of(second)
    assert "word-0." in text_of(page.get("/feed?order=newest&before=nonsense"))


def test_a_reply_is_shown_below_its_post(sam, tom):
    post = write_post(feed=MAIN, content="A question", by=tom, at=NOW)

    answer = browse(sam).post(f"/posts/{post.pk}/reply", {"content": "An answer"})

    reply = Post.objects.get(parent=post)
    assert answer["Location"] == f"/posts/{post.pk}#post-{reply.pk.hex}"
    text = text_of(browse(tom).get(f"/posts/{post.pk}"))
    assert text.index("A question") < text.index("An answer")
    assert browse(tom).get(f"/posts/{reply.pk}")["Location"] == answer["Location"]


def test_a_like_goes_back_to_where_it_was_given_and_with_scripts_renews_the_buttons(sam, tom):
    post = write_post(feed=MAIN, content="Hello", by=tom, at=NOW)
    page, url = browse(sam), f"/posts/{post.pk}/like"

    assert page.post(url, {"on": "1", "next": "/feed"})["Location"] == "/feed"
    part = text_of(page.post(url, {"on": "0"}, **HTMX))

    assert "<html" not in part
    assert 'aria-pressed="false"' in part
    assert not PostLike.objects.exists()


def test_saved_posts_are_listed_for_their_reader_alone(sam, tom):
    post = write_post(feed=MAIN, content="Worth keeping", by=tom, at=NOW)
    bookmark_post(post=post, by=sam, at=NOW)
    assert "Worth keeping" in text_of(browse(sam).get("/bookmarks"))
    assert "Press the ribbon" in text_of(browse(tom).get("/bookmarks"))


def test_a_saved_post_of_a_feed_that_closed_is_not_shown(sam, tom, course):
    post = write_post(feed=Feed("course", course), content="Inside", by=tom, at=NOW)
    olga = a_member("Olga")
    bookmark_post(post=post, by=olga, at=NOW)
    assert "Inside" not in text_of(browse(olga).get("/bookmarks"))


def test_the_author_changes_and_deletes_a_post_and_others_do_not(sam, tom):
    post = write_post(feed=MAIN, content="Frist", by=sam, at=clock.now())
    page = browse(sam)
    assert "Frist" in text_of(page.get(f"/posts/{post.pk}/edit"))
    page.post(f"/posts/{post.pk}/edit", {"content": "First"})
    assert "First" in text_of(page.get(f"/posts/{post.pk}"))
    assert browse(tom).post(f"/posts/{post.pk}/delete").status_code == 403

    page.post(f"/posts/{post.pk}/delete")

    gone = browse(tom).get(f"/posts/{post.pk}")
    assert gone.status_code == 410
    assert "Deleted by who wrote it" in text_of(gone)
    assert "First" not in text_of(browse(tom).get("/feed"))


def test_markup_in_a_post_stays_text(sam, tom):
    write_post(feed=MAIN, content="<img src=x onerror=alert(1)>", by=tom, at=NOW)
    assert "<img src=x" not in text_of(browse(sam).get("/feed"))


def test_replies_of_strangers_to_closed_posts_are_not_found(tom, course):
    post = write_post(feed=Feed("course", course), content="Inside", by=tom, at=NOW)
    reply = reply_to_post(post=post, content="More", by=tom, at=NOW)
    olga = browse(a_member("Olga"))
    for one in (post, reply):
        assert olga.get(f"/posts/{one.pk}").status_code == 404
        assert olga.post(f"/posts/{one.pk}/reply", {"content": "Hi"}).status_code == 404
        assert olga.post(f"/posts/{one.pk}/like").status_code == 404


def test_visitors_are_asked_to_sign_in():
    assert browse().get("/feed").status_code == 302


@pytest.mark.parametrize("number", [1, 25])
def test_the_page_of_a_course_needs_eight_statements_however_much_is_written(
    sam, tom, course, number, django_assert_max_num_queries
):
    for one in range(number):
        at = NOW - timedelta(minutes=one)
        post = write_post(feed=Feed("course", course), content=f"Word {one}", by=tom, at=at)
    pin_post(post=post, by=course.creator, at=NOW)
    reader, url = browse(sam), f"/courses/{course.slug}/feed"
    reader.get(url)
    # One more where a pin is older than the page.
    with django_assert_max_num_queries(8 if number == 1 else 9):
        text = text_of(reader.get(url))
    assert "Pinned" in text


def test_a_pin_that_is_older_than_the_page_stands_on_top(sam, tom, course):
    feed = Feed("course", course)
    old = write_post(feed=feed, content="The rules", by=tom, at=NOW - timedelta(days=1))
    for one in range(21):
        write_post(feed=feed, content=f"Word {one}", by=tom, at=NOW - timedelta(minutes=one))
    pin_post(post=old, by=course.creator, at=NOW)

    text = text_of(browse(sam).get(f"/courses/{course.slug}/feed"))

    assert text.index("The rules") < text.index("Word 0")
