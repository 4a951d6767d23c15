"""Texts of members on pages: shown as Markdown, previewed, and nothing fetched from elsewhere."""

from datetime import timedelta

import pytest

from accounts.models import User
from community.conversations.actions import send_message
from community.feeds.access import MAIN, Feed
from community.feeds.actions import edit_post, write_post
from community.models import Message, Post
from community.tests.people import a_conversation
from community.text import Repeated, addresses_in
from peerloop.kit import clock
from tests.cast import LONG_AGO, a_course, a_member, an_enrollment, api, browse

pytestmark = pytest.mark.django_db
NOW = clock.now()
HTMX = {"HTTP_HX_REQUEST": "true"}
PICTURES = "![x](https://evil.example/p.png) <img src=https://evil.example/q.png>"


def test_a_preview_is_a_page_without_scripts_and_a_part_with_them():
    browser = browse(a_member())

    page = browser.post("/preview", {"content": "**bold**"}).content.decode()
    part = browser.post("/preview", {"content": "**bold**"}, **HTMX).content.decode()

    assert "<strong>bold</strong>" in page
    assert "<title>Preview" in page
    assert "<strong>bold</strong>" in part
    assert "<title>" not in part


def test_a_preview_says_why_a_text_cannot_be_sent():
    browser = browse(a_member())
    assert "Write something first." in browser.post("/preview", {}).content.decode()
    long = browser.post("/preview", {"content": "a" * 5_001}).content.decode()
    assert "At most 5,000 characters." in long


def test_no_page_loads_what_a_member_wrote_of():
    sam, tom = a_member(), a_member("Tom")
    post = write_post(feed=MAIN, content=PICTURES, by=sam, at=clock.now())
    conversation = a_conversation(sam, tom, "Hello", "Yes?", PICTURES)
    User.objects.filter(pk=sam.pk).update(bio=PICTURES)
    pages = ("/feed", f"/posts/{post.pk}", f"/messages/{conversation.pk}", f"/u/{sam.handle}")

    for path in pages:
        answer = browse(tom).get(path)
        text = answer.content.decode()
        assert "img src=https" not in text, path
        assert 'src="https://evil.example' not in text, path
        policy = answer["Content-Security-Policy"]
        assert "img-src 'self'" in policy, path
        assert "evil" not in policy


# What is refused, on the page and over the API.


def said(browser, path, content):
    """The status and the words of a page that was sent a text."""
    answer = browser.post(path, {"content": content})
    return answer.status_code, " ".join(answer.content.decode().split())


def asked(client, path, content):
    """The same of the API: the status, the code, and what is said of the field."""
    answer = client.post(path, {"content": content}, format="json")
    body = answer.json()
    return answer.status_code, body.get("code"), body.get("fields", {}).get("content", [""])[0]


LONG = "I looked at three courses and liked the second one best."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a" * 5_001, "At most 5,000 characters"),
        (" \n\t\u00a0 ", "Write something first."),
        ("\u200b\u2060\ufeff\u200d", "Write something first."),
        ("a" + "\u0301" * 1_900, "Some letters carry more marks"),
        (" ".join(f"https://s{n}.example" for n in range(21)), "may have 20 links"),
    ],
    ids=["long", "spaces", "invisible", "marks", "links"],
)
def test_a_bad_text_is_refused_beside_its_field_everywhere(content, words):
    sam, tom = an_old_member(), an_old_member("Tom")
    post = write_post(feed=MAIN, content="Above", by=tom, at=clock.now())
    conversation = a_conversation(tom, sam, "Hello", at=clock.now())
    browser, client = browse(sam), api(sam)

    for path in ("/feed", f"/posts/{post.pk}/reply", f"/messages/{conversation.pk}/send"):
        status, page = said(browser, path, content)
        assert status == 422, path
        assert words.replace("5,000", "2,000" if "reply" in path else "5,000") in page, path
    for path in ("posts", f"posts/{post.pk}/reply", f"conversations/{conversation.pk}/messages"):
        status, _, field = asked(client, f"/api/v1/{path}", content)
        assert status == 400, path
        assert field, path
    assert Post.objects.filter(author=sam).count() == 0
    assert not Message.objects.filter(sender=sam).exists()


def test_marks_that_scripts_need_are_taken():
    sam = an_old_member()
    for text in ("Tiếng Việt", "ครับน้ำ", "שָׁלוֹם", "བསྒྲུབས", "👨‍👩‍👧‍👦 1️⃣ ❤️", "می‌خواهم"):
        write_post(feed=MAIN, content=text, by=sam, at=clock.now())


def test_nothing_turns_the_direction_of_what_follows():
    post = write_post(
        feed=MAIN, content="Read \u202e[this](https://a.example)", by=an_old_member(), at=NOW
    )
    assert post.content == "Read [this](https://a.example)"


def test_a_new_account_may_write_few_links_and_is_told_how_many():
    links = "https://a.example www.b.example c.com https://d.example/x"
    young, old = a_member(), an_old_member()

    status, page = said(browse(young), "/feed", links)
    assert status == 422
    assert "In your first 7 days a text may have 3 links to other sites; this one has 4" in page
    assert asked(api(young), "/api/v1/posts", links)[0] == 400
    assert said(browse(old), "/feed", links)[0] == 302


def test_links_to_this_site_and_names_of_files_are_no_links_elsewhere():
    assert addresses_in("http://localhost:8000/courses main.py http://localhost:5678/x 3.5") == []
    assert addresses_in("See https://a.example, evil.COM and www.b.example.") == [
        "evil.com",
        "https://a.example",
        "www.b.example",
    ]


def test_the_same_text_is_written_once_in_a_feed_whatever_signs_it_has():
    sam = an_old_member()
    write_post(feed=MAIN, content=LONG, by=sam, at=clock.now())
    again = LONG.upper().replace(" ", " \u200c ") + "!!!"

    status, page = said(browse(sam), "/feed", again)
    assert status == 422
    assert "You wrote the same text here within the last day." in page
    status, code, field = asked(api(sam), "/api/v1/posts", again)
    assert (status, code) == (409, "repeated")
    assert "Change it" in field
    write_post(feed=MAIN, content=LONG, by=an_old_member("Tom"), at=clock.now())
    write_post(feed=MAIN, content=LONG, by=sam, at=clock.now() + timedelta(days=2))


def test_thanks_may_be_repeated():
    sam = an_old_member()
    for _ in range(3):
        write_post(feed=MAIN, content="Thank you all!", by=sam, at=clock.now())


def test_the_same_text_stands_in_a_few_places_at_most(settings):
    settings.SAME_TEXTS_A_DAY = 2
    clara = an_old_member("Clara", is_creator=True)
    courses = [a_course(clara) for _ in range(3)]
    for course in courses[:2]:
        write_post(feed=Feed("course", course), content=LONG, by=clara, at=NOW)

    with pytest.raises(Repeated, match="in 2 places within the last day"):
        write_post(feed=Feed("course", courses[2]), content=LONG, by=clara, at=NOW)


def test_a_post_is_not_edited_into_a_repetition_and_keeps_its_own_words():
    sam = an_old_member()
    write_post(feed=MAIN, content=LONG, by=sam, at=NOW)
    other = write_post(feed=MAIN, content="Something else", by=sam, at=NOW)

    with pytest.raises(Repeated):
        edit_post(post=other, content=LONG, by=sam, at=NOW)
    edit_post(post=other, content="Something else, and more", by=sam, at=NOW)
    edit_post(post=other, content="Something else, and more!", by=sam, at=NOW)


def test_a_removed_text_is_not_written_again_and_a_deleted_one_is():
    sam = an_old_member()
    post = write_post(feed=MAIN, content=LONG, by=sam, at=NOW)
    Post.objects.filter(pk=post.pk).update(status=Post.Status.REMOVED)
    with pytest.raises(Repeated):
        write_post(feed=MAIN, content=LONG, by=sam, at=NOW)
    Post.objects.filter(pk=post.pk).update(status=Post.Status.DELETED)
    write_post(feed=MAIN, content=LONG, by=sam, at=NOW)


def test_a_stranger_sends_no_links_until_the_other_one_answered():
    sam, tom = an_old_member(), an_old_member("Tom")
    conversation = a_conversation(sam, tom, "Hello", at=NOW)
    path = f"/api/v1/conversations/{conversation.pk}/messages"

    status, _, field = asked(api(sam), path, "Look: a-site.com")
    assert (status, field) == (400, "Leave out links to other sites until Tom has answered you.")
    assert said(browse(sam), f"/messages/{conversation.pk}/send", "http://a.example")[0] == 422
    send_message(conversation=conversation, content="Yes?", by=tom, at=clock.now())
    assert asked(api(sam), path, "Look: a-site.com")[0] == 201


def test_people_of_one_course_send_each_other_links_at_once():
    enrollment = an_enrollment(an_old_member())
    conversation = a_conversation(enrollment.student, enrollment.course.creator, at=NOW)
    send_message(
        conversation=conversation, content="https://a.example", by=enrollment.student, at=NOW
    )


def test_the_same_text_goes_to_two_strangers_and_no_third():
    sam = an_old_member()
    for number in range(2):
        a_conversation(sam, an_old_member(f"Person {number}"), LONG, at=NOW)
    third = a_conversation(sam, an_old_member("Zoe"), at=NOW)

    status, code, field = asked(api(sam), f"/api/v1/conversations/{third.pk}/messages", LONG)
    assert (status, code) == (409, "repeated")
    assert field == (
        "You sent this text to 2 people within the last day. Write to Zoe in your own words."
    )
    status, page = said(browse(sam), f"/messages/{third.pk}/send", LONG)
    assert status == 422
    assert "Write to Zoe in your own words." in page
    send_message(conversation=third, content="Hi Zoe, a question of my own.", by=sam, at=NOW)


def an_old_member(name="Sam Student", **fields):
    return a_member(name, created_at=LONG_AGO, **fields)
