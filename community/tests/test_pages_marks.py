"""Reposts, pins, questions, and what stands beside feeds, on pages."""

import pytest

from community.feeds.actions import keep_author, keep_post, pin_post, reply_to_post
from community.models import CompanionPin, FeedPin, HelpfulReply, Post
from community.tests.people import Community
from learning.models import Enrollment
from peerloop.kit import clock
from tests.cast import browse

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def here():
    return Community()


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_a_repost_is_made_and_taken_back_by_its_button(here):
    post = here.post(here.tom, "Worth reading")
    page, url = browse(here.sam), f"/posts/{post.pk}/repost"

    assert page.post(url, {"on": "1", "next": "/feed"})["Location"] == "/feed"

    feed = text_of(browse(here.olga).get("/feed"))
    assert "Sam Student</a> reposted" in feed.replace("\u2068", "").replace("\u2069", "")
    assert feed.count("Worth reading") == 1
    part = text_of(page.post(url, {"on": "0"}, **HTMX))
    assert "<html" not in part
    assert not Post.objects.live_reposts().exists()


def test_own_posts_and_answers_have_no_button_to_repost(here):
    post = here.post(here.tom)
    reply_to_post(post=post, content="Yes", by=here.clara, at=clock.now())
    assert "/repost" not in text_of(browse(here.tom).get(f"/posts/{post.pk}"))
    thread = text_of(browse(here.sam).get(f"/posts/{post.pk}"))
    assert thread.count(f'action="/posts/{post.pk}/repost"') == 1
    assert thread.count('/repost"') == 3, "its form, and the link to other feeds"


def test_a_post_of_everybody_is_reposted_into_a_course_without_scripts(here):
    post = here.post(here.olga, "Worth reading")
    page, url = browse(here.sam), f"/posts/{post.pk}/repost"
    assert "Repost elsewhere" in text_of(page.get(f"/posts/{post.pk}"))
    form = text_of(page.get(url))
    assert f'value="course:{here.course.slug}"' in form
    assert "creator:" not in form, "students begin no posts in a creator's feed"

    answer = page.post(url, {"feed": f"course:{here.course.slug}"})

    assert answer["Location"] == f"/courses/{here.course.slug}/feed"
    assert "Worth reading" in text_of(page.get(answer["Location"]))
    again = text_of(page.get(url))
    assert "You reposted it already" in again
    page.post(url, {"on": "0"})
    assert not Post.objects.live_reposts().exists()


def test_teachers_repost_into_the_feed_of_their_creator(here):
    post = here.post(here.olga, "Worth reading")
    page, url = browse(here.tom), f"/posts/{post.pk}/repost"
    word = f"creator:{here.clara.handle}"
    assert f'value="{word}"' in text_of(page.get(url))
    assert page.post(url, {"feed": word})["Location"] == f"/instructors/{here.clara.handle}/feed"


def test_posts_of_a_course_stay_there_and_unknown_feeds_are_not_found(here):
    inside = here.post(here.tom, "For us", here.inside)
    page = browse(here.sam)
    assert "Repost elsewhere" not in text_of(page.get(f"/posts/{inside.pk}"))
    assert "no other feed" in text_of(page.get(f"/posts/{inside.pk}/repost"))
    outside = here.post(here.tom, "For all")
    for word in ("course:nowhere", "creator:nobody", "x", "user:"):
        assert page.post(f"/posts/{outside.pk}/repost", {"feed": word}).status_code == 404
    url = f"/posts/{outside.pk}/repost"
    closed = browse(here.olga).post(url, {"feed": f"course:{here.course.slug}"})
    assert closed.status_code == 403
    assert not Post.objects.live_reposts().exists()


def test_who_keeps_order_pins_a_post_of_the_main_feed_and_everybody_sees_it_on_top(here):
    post = here.post(here.tom, "Read this first")
    here.post(here.tom, "Newer")
    page, url = browse(here.mona), f"/posts/{post.pk}"
    assert "Pin to the top" in text_of(page.get(url))
    for person in (here.tom, here.clara):
        assert "Pin to the top" not in text_of(browse(person).get(url))

    page.post(f"{url}/pin")

    feed = text_of(browse(here.sam).get("/feed?feed=main"))
    assert feed.index("Read this first") < feed.index("Newer")
    assert feed.count("Read this first") == 1
    assert "Pinned" in text_of(page.get(url))
    page.post(f"{url}/pin", {"on": "0"})
    assert not FeedPin.objects.exists()


def test_the_creator_pins_a_post_and_everybody_sees_it_on_top_once(here):
    post = here.post(here.tom, "Read this first", here.inside)
    here.post(here.tom, "Newer", here.inside)
    page = browse(here.clara)
    assert "Pin to the top" in text_of(page.get(f"/posts/{post.pk}"))
    assert "Pin to the top" not in text_of(browse(here.sam).get(f"/posts/{post.pk}"))

    page.post(f"/posts/{post.pk}/pin")

    feed = text_of(browse(here.sam).get(f"/courses/{here.course.slug}/feed"))
    assert feed.index("Read this first") < feed.index("Newer")
    assert feed.count("Read this first") == 1
    page.post(f"/posts/{post.pk}/pin", {"on": "0"})
    assert not FeedPin.objects.exists()


def test_a_fourth_pin_is_refused_with_what_to_do(here):
    posts = [here.post(here.tom, f"{n}", here.inside) for n in range(4)]
    for post in posts[:3]:
        pin_post(post=post, by=here.clara, at=clock.now())
    answer = browse(here.clara).post(f"/posts/{posts[3].pk}/pin", follow=True)
    assert "Unpin one of them first" in text_of(answer)


def test_questions_are_shown_by_themselves_and_an_empty_list_invites_one(here):
    url = f"/courses/{here.course.slug}/feed"
    here.post(here.tom, "No question", here.inside)
    assert "Nobody has asked anything here yet" in text_of(
        browse(here.sam).get(url, {"only": "questions"})
    )
    here.post(here.sam, "Why is that?", here.inside, is_question=True)
    page = text_of(browse(here.sam).get(url, {"only": "questions"}))
    assert "Why is that?" in page
    assert "No question" not in page


def test_the_asker_marks_what_helped_and_takes_it_back(here):
    question = here.post(here.sam, "Why?", here.inside, is_question=True)
    reply = reply_to_post(post=question, content="Because", by=here.tom, at=clock.now())
    thread, page = f"/posts/{question.pk}", browse(here.sam)
    assert f'action="/posts/{reply.pk}/helped"' in text_of(page.get(thread))
    assert "/helped" not in text_of(browse(here.tom).get(thread))

    answer = page.post(f"/posts/{reply.pk}/helped")

    assert answer["Location"] == f"{thread}#post-{reply.pk.hex}"
    seen = text_of(browse(here.tom).get(thread))
    assert "This helped" in seen
    assert "Answered" in seen
    page.post(f"/posts/{reply.pk}/helped", {"on": "0"})
    assert HelpfulReply.objects.get().taken_back_at is not None
    assert "Answered" not in text_of(browse(here.tom).get(thread))


def test_what_is_kept_stands_beside_the_feed_of_its_member_alone(here):
    post = here.post(here.tom, "Root", here.inside)
    for text in ("first answer", "last answer"):
        reply_to_post(post=post, content=text, by=here.clara, at=clock.now())
    page = browse(here.sam)
    assert "Keep beside my feed" in text_of(page.get("/feed/pins"))

    page.post(f"/posts/{post.pk}/keep")

    assert 'data-hx-get="/feed/pins"' in text_of(page.get("/feed"))
    panel = text_of(page.get("/feed/pins", **HTMX))
    assert "last answer" in panel
    assert "first answer" not in panel
    assert "last answer" not in text_of(browse(here.tom).get("/feed/pins", **HTMX))
    page.post(f"/posts/{post.pk}/keep", {"on": "0"})
    assert not CompanionPin.objects.exists()


def test_an_author_is_kept_from_their_post_and_removed_from_the_list(here):
    post = here.post(here.tom, "Hello there")
    page = browse(here.sam)
    url = f"/u/{here.tom.handle}/keep"
    assert page.post(url, {"next": f"/posts/{post.pk}"})["Location"] == f"/posts/{post.pk}"
    assert "Hello there" in text_of(page.get("/feed/pins"))
    pin = CompanionPin.objects.get()
    assert pin.author == here.tom
    browse(here.olga).post(f"/feed/pins/{pin.pk}/remove")
    assert CompanionPin.objects.exists()
    page.post(f"/feed/pins/{pin.pk}/remove")
    assert "Keep beside my feed" in text_of(page.get("/feed/pins"))
    page.post(url)
    page.post(url, {"on": "0"})
    assert not CompanionPin.objects.exists()


def test_the_page_of_a_post_says_whether_its_reader_keeps_the_author(here):
    post = here.post(here.tom, "Hello there")
    browse(here.olga).post(f"/u/{here.tom.handle}/keep")
    keeping, other = (
        text_of(browse(one).get(f"/posts/{post.pk}")) for one in (here.olga, here.sam)
    )
    assert "No more newest words of this author" in keeping
    assert "Keep this author's newest words" in other


def test_who_wrote_last_stands_beside_feeds(here):
    here.post(here.tom, "Inside", here.inside)
    page = text_of(browse(here.sam).get(f"/courses/{here.course.slug}/feed"))
    assert "Who wrote last" in page
    assert "1 post in 24 hours" in page
    assert "Who wrote last" not in text_of(browse(here.sam).get("/feed/pins"))
    here.post(here.tom, "Hello there")
    assert "Who wrote last" in text_of(browse(here.sam).get("/feed/pins"))


@pytest.mark.parametrize("kept", [1, 12])
def test_the_panel_needs_as_many_statements_for_many_pins(
    here, django_assert_max_num_queries, kept
):
    for number in range(kept):
        post = here.post(here.tom, f"{number}")
        reply_to_post(post=post, content="Yes", by=here.clara, at=clock.now())
        keep_post(post=post, by=here.sam, at=clock.now())
    keep_author(author=here.tom, by=here.sam, at=clock.now())
    page = browse(here.sam)
    page.get("/feed/pins")
    with django_assert_max_num_queries(9):
        page.get("/feed/pins")


def test_the_dashboard_asks_for_three_newest_posts_and_leads_to_the_feed_without_scripts(here):
    for number in range(4):
        here.post(here.tom, f"**word-{number}.**", here.inside)
    page = browse(here.sam)

    dashboard = text_of(page.get("/dashboard"))

    assert 'data-hx-get="/feed/newest"' in dashboard
    assert page.get("/feed/newest")["Location"] == "/feed"
    part = text_of(page.get("/feed/newest", **HTMX))
    assert "<html" not in part
    assert [number for number in range(4) if f"word-{number}." in part] == [1, 2, 3]
    assert "*" not in part
    assert "word-" not in text_of(browse(here.olga).get("/feed/newest", **HTMX))


def test_the_course_page_leads_its_people_to_the_feed_and_tells_others_what_opens_it(here):
    url = f"/courses/{here.course.slug}"
    link = f'href="{url}/feed#id_content"'
    for one in (here.sam, here.tom, here.clara):
        assert link in text_of(browse(one).get(url))
    outside = text_of(browse(here.olga).get(url))
    assert link not in outside
    assert "It opens when you enroll" in outside


def test_the_page_of_a_creator_leads_members_to_the_feed_and_says_what_opens_it(here):
    url = f"/creators/{here.clara.handle}"
    link = f'href="/instructors/{here.clara.handle}/feed"'
    here.clara.privacy_public = True
    here.clara.save()
    for one, is_member in ((here.sam, True), (here.olga, True), (None, False)):
        page = text_of(browse(one).get(url))
        assert (link in page) is is_member
        assert "opens with any of these courses" in page


def test_the_learners_course_has_a_place_to_ask(here):
    enrollment = Enrollment.objects.get(student=here.sam)
    page = text_of(browse(here.sam).get(f"/learn/{enrollment.pk}"))
    assert "Ask the course" in page
    assert f'href="/courses/{here.course.slug}/feed#id_content"' in page
