"""What a member wrote to everybody, in one list."""

from datetime import timedelta

import pytest

from accounts.models import Block
from community.feeds.access import MAIN, Feed
from community.feeds.actions import reply_to_post, repost, write_post
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def tom():
    return a_member("Tom Open", privacy_public=True)


@pytest.fixture
def sam():
    return a_member()


def says(author, content, *, minutes=0):
    return write_post(feed=MAIN, content=content, by=author, at=NOW - timedelta(minutes=minutes))


def text_of(answer):
    return " ".join(answer.content.decode().split())


def posts_of(viewer, author, query=""):
    return text_of(browse(viewer).get(f"/u/{author.handle}/posts{query}"))


def test_the_profile_leads_to_what_its_member_wrote_to_everybody(sam, tom):
    says(tom, "First words", minutes=2)
    says(tom, "Second words", minutes=1)

    assert f'href="/u/{tom.handle}/posts"' in text_of(browse(sam).get(f"/u/{tom.handle}"))
    text = posts_of(sam, tom)
    assert text.index("Second words") < text.index("First words")


def test_answers_reposts_and_posts_of_closed_feeds_are_not_among_them(sam, tom):
    course = a_course()
    a_teacher(course, tom)
    other = says(sam, "From Sam")
    reply_to_post(post=other, content="An answer", by=tom, at=NOW)
    repost(post=other, by=tom, at=NOW)
    write_post(feed=Feed("course", course), content="In the course", by=tom, at=NOW)

    text = posts_of(sam, tom)

    assert "Tom Open has written nothing to everybody yet." in text
    for words in ("From Sam", "An answer", "In the course"):
        assert words not in text


def test_what_was_removed_is_not_listed(sam, tom):
    post = says(tom, "Against the rules")
    assert "Against the rules" in posts_of(sam, tom)
    post.transition_to(post.Status.REMOVED)
    post.save()
    assert "Against the rules" not in posts_of(sam, tom)


def test_a_private_member_shows_the_list_to_nobody_but_themselves_and_moderators(sam):
    pia = a_member("Pia Private")
    says(pia, "My words")

    assert "so this list is not shown" in posts_of(sam, pia)
    assert "My words" not in posts_of(sam, pia)
    assert "My words" in posts_of(pia, pia)
    assert "My words" in posts_of(a_member("Mona", is_moderator=True), pia)


def test_who_is_shut_out_finds_no_list(sam, tom):
    Block.objects.create(blocker=tom, blocked=sam)
    assert browse(sam).get(f"/u/{tom.handle}/posts").status_code == 404


def test_older_posts_come_page_by_page_each_once(sam, tom):
    for number in range(45):
        says(tom, f"word-{number:02}.", minutes=number)
    web, seen, path = browse(sam), [], f"/u/{tom.handle}/posts"
    while path:
        text = text_of(web.get(path))
        seen += [one for one in range(45) if f"word-{one:02}." in text]
        older = text.partition('href="?before=')[2].partition('"')[0]
        path = f"/u/{tom.handle}/posts?before={older}" if older else ""

    assert seen == list(range(45))


def test_a_cursor_that_is_not_ours_begins_anew(sam, tom):
    says(tom, "Words")
    assert "Words" in posts_of(sam, tom, "?before=nonsense")


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_needs_as_many_statements_for_many_posts(
    sam, tom, number, django_assert_max_num_queries
):
    for one in range(number):
        says(tom, f"Words {one}", minutes=one)
    web = browse(sam)
    web.get(f"/u/{tom.handle}/posts")
    with django_assert_max_num_queries(5):
        web.get(f"/u/{tom.handle}/posts")
