"""Members named in posts: who is told, and how often."""

import pytest

from accounts.members.actions.relations import block_member
from accounts.models import Notification
from community.feeds.actions import edit_post, reply_to_post
from community.feeds.mentions import handles_in
from community.feeds.shown import shown
from community.models import PostMention
from community.tests.people import Community
from peerloop.kit import clock
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return Community()


def told(person):
    return Notification.objects.filter(user=person, title__contains="named you").count()


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@Tom and (@ada), @tom!", ["tom", "ada"]),
        ("mail tom@example.com or https://example.com/@tom", []),
        ("`@cached` and\n\n```\n@tom\n```\n\nbut @ada", ["ada"]),
        ("@to @1tom @averyveryverylonghandle", []),
        (" ".join(f"@member{n}" for n in range(12)), [f"member{n}" for n in range(10)]),
    ],
)
def test_handles_are_found_in_words_and_not_in_addresses_or_code(text, handles):
    assert handles_in(text) == handles


def test_who_is_named_is_told_once_also_in_capitals_and_twice(here):
    here.post(here.tom, f"Ask @{here.sam.handle.upper()} or @{here.sam.handle}")
    assert (told(here.sam), told(here.olga), told(here.tom)) == (1, 0, 0)


def test_who_can_not_read_the_feed_is_not_told(here):
    text = f"@{here.sam.handle} @{here.olga.handle} @{here.clara.handle} @{here.mona.handle}"
    here.post(here.tom, text, here.inside)
    assert [told(one) for one in (here.sam, here.olga, here.clara, here.mona)] == [1, 0, 1, 1]
    here.post(here.clara, text, here.of_clara)
    assert [told(one) for one in (here.sam, here.olga, here.mona)] == [2, 0, 2]


def test_between_members_of_whom_one_blocked_the_other_nobody_is_told(here):
    block_member(member=here.tom, by=here.sam, at=clock.now())
    block_member(member=here.olga, by=here.tom, at=clock.now())
    here.post(here.tom, f"@{here.sam.handle} @{here.olga.handle}")
    assert (told(here.sam), told(here.olga)) == (0, 0)


def test_naming_oneself_tells_nobody(here):
    here.post(here.tom, f"I am @{here.tom.handle}")
    assert told(here.tom) == 0


def test_an_edit_tells_only_who_was_not_named_before(here):
    post = here.post(here.tom, f"@{here.sam.handle}")
    text = f"@{here.sam.handle} and @{here.olga.handle}"
    for words in (text, f"{text}!", "nobody", text):
        edit_post(post=post, content=words, by=here.tom, at=clock.now())
    assert (told(here.sam), told(here.olga)) == (1, 1)


def test_ten_are_told_at_most_also_over_edits(here):
    people = [a_member(f"Person {n}", handle=f"person_{n}") for n in range(12)]
    post = here.post(here.tom, " ".join(f"@{one.handle}" for one in people[:8]))
    words = " ".join(f"@{one.handle}" for one in people[4:])
    edit_post(post=post, content=words, by=here.tom, at=clock.now())
    assert sum(told(one) for one in people) == 10
    assert PostMention.objects.count() == 10


def test_the_author_who_is_answered_is_told_of_the_answer_and_not_of_the_name(here):
    post = here.post(here.tom)
    text = f"@{here.tom.handle} @{here.sam.handle}"
    reply_to_post(post=post, content=text, by=here.olga, at=clock.now())
    assert (told(here.tom), told(here.sam)) == (0, 1)
    assert Notification.objects.filter(user=here.tom).count() == 1


def test_a_name_in_a_post_links_to_the_profile(here):
    post = here.post(here.tom, f"Ask @{here.sam.handle} or @nobody_here")
    text = browse(here.olga).get(f"/posts/{post.pk}").content.decode()
    assert f'<a href="/u/{here.sam.handle}">@{here.sam.handle}</a>' in text
    assert "@nobody_here" in text
    assert "/u/nobody_here" not in text


def test_a_name_leads_to_the_profile_for_who_may_see_it(here):
    post = here.post(here.tom, f"Ask @{here.sam.handle}")
    profile = {here.sam.handle.lower(): f"/u/{here.sam.handle}"}
    assert shown([post], here.olga)[0].names == profile
    block_member(member=here.olga, by=here.sam, at=clock.now())
    assert shown([post], here.olga)[0].names == {}
    assert shown([post], here.tom)[0].names == profile
