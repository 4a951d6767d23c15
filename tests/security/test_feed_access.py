"""What each kind of member reads of each feed: pages, API, open pages, notices and mails.

Every post says a word that stands nowhere else, so that a leak is that word in an answer.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Email, Follow, Notification, User
from community.feeds.actions import like_post, reply_to_post, write_post
from community.feeds.actions.keeping_order import remove_reported_post
from community.feeds.live import heard_by, topic_of, topic_of_thread
from community.feeds.mentions import MOST_MENTIONS
from community.feeds.reportable import content_of
from community.feeds.tasks import announce_post
from community.feeds.timeline import refill
from community.models import (
    ModerationCase,
    Post,
)
from community.moderation.actions import Verdict, decide_case, flag_content
from peerloop.kit import clock
from tests.cast import api, browse
from tests.security.feed_world import FEEDS, TABLE, World, a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


# The doors


def pages(world: World) -> Iterator[str]:
    """Each page that may show a post."""
    yield from (reverse(name) for name in ("feed", "bookmarks", "dashboard", "notifications"))
    yield from (reverse(name) for name in ("companions", "newest-words", "conversations"))
    yield from (f"{reverse('feed')}?{query}" for query in ("order=newest", "feed=main"))
    yield from (reverse("course-feed", args=[one.slug]) for one in world.courses.values())
    yield reverse("creator-feed", args=[world.clara.handle])
    for one in (world.clara, world.tom):
        yield reverse("profile", args=[one.handle])
        yield reverse("creator", args=[one.handle])
        yield reverse("member-posts", args=[one.handle])
    yield from (reverse("course", args=[one.slug]) for one in world.courses.values())
    for post in Post.objects.all():
        for name in ("post", "reply-to-post", "repost-post", "mod-remove"):
            kind = ["reply" if post.root_id else "post"] if name == "mod-remove" else []
            yield reverse(name, args=[*kind, post.pk])
        yield reverse("flag", args=["reply" if post.root_id else "post", post.pk])


def endpoints(world: World) -> Iterator[str]:
    """Each endpoint that may."""
    yield from ("feed", "feed?limit=50", "notifications", "users?search=word", "courses?q=word")
    yield from ("feed?order=newest", "feed?feed=main", "feed/pins", "feed/recent-posters")
    yield from (f"courses/{one.pk}/feed" for one in world.courses.values())
    yield from (f"instructors/{one.pk}/feed" for one in (world.clara, world.tom))
    yield from (f"users/{one.pk}" for one in (world.clara, world.tom))
    yield from (f"posts/{post.pk}" for post in Post.objects.all())


def heard_on_pages(world: World, person: User | None) -> set[str]:
    browser = browse(person)
    return _words(_text(browser.get(path)) for path in pages(world))


def heard_by_acts_on_pages(world: World, person: User | None) -> set[str]:
    """Likes, bookmarks and the form of an answer show the post again."""
    browser = browse(person)
    answers = []
    for post in Post.objects.all():
        for name in ("like-post", "bookmark-post"):
            path = reverse(name, args=[post.pk])
            answers.append(browser.post(path, {"on": "1"}, headers={"HX-Request": "true"}))
        answers.append(browser.post(reverse("reply-to-post", args=[post.pk]), {"content": ""}))
        for name in ("edit-post", "delete-post"):
            answers.append(browser.post(reverse(name, args=[post.pk]), {"content": ""}))
    return _words(map(_text, answers))


def heard_by_api(world: World, person: User | None) -> set[str]:
    client = _client(world, person)
    return _words(_text(client.get(f"/api/v1/{path}")) for path in endpoints(world))


def heard_by_acts_of_api(world: World, person: User | None) -> set[str]:
    client = _client(world, person)
    answers = []
    for post in Post.objects.all():
        for part in ("like", "bookmark"):
            answers.append(client.post(f"/api/v1/posts/{post.pk}/{part}"))
            answers.append(client.delete(f"/api/v1/posts/{post.pk}/{part}"))
        body = {"content": "x"}
        answers.append(client.patch(f"/api/v1/posts/{post.pk}", body, format="json"))
        answers.append(client.delete(f"/api/v1/posts/{post.pk}"))
    return _words(map(_text, answers))


DOORS: dict[str, Callable[[World, User | None], set[str]]] = {
    "pages": heard_on_pages,
    "acts on pages": heard_by_acts_on_pages,
    "API": heard_by_api,
    "acts of the API": heard_by_acts_of_api,
}
# Buttons alone stand in the answer to an act on a page.
SAYS_NOTHING = {"acts on pages"}


def _client(world: World, person: User | None) -> Any:
    client = api()
    if person is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {world.tokens[person.pk]}")
    return client


def _text(answer: Any) -> str:
    # What the person typed into an address is not what they read.
    return answer.content.decode().replace("users?search=word", "")


def _words(texts: Any) -> set[str]:
    whole = "\n".join(texts)
    return {name for name in FEEDS if f"{name}word" in whole}


@pytest.mark.parametrize("door", DOORS)
def test_each_kind_of_member_reads_just_their_feeds(world: World, door: str) -> None:
    wrong = []
    for kind, expected in TABLE.items():
        found = DOORS[door](world, world.people[kind])
        # Only who wrote or keeps order gets past the door of some acts.
        too_much = found - set(expected.split())
        too_little = set() if door in SAYS_NOTHING else set(expected.split()) - found
        if too_much or too_little:
            wrong.append(f"{kind}: also {sorted(too_much)}, not {sorted(too_little)}")
    assert not wrong, "\n".join(wrong)


def test_open_pages_hear_of_just_their_feeds(world: World) -> None:
    """Decided anew each minute (tests/live): here all kinds ask for the topics of all feeds."""
    topics = {topic_of(world.feed(name)): name for name in FEEDS}
    threads = {topic_of_thread(post.pk): name for name, post in world.posts.items()}
    wrong = []
    for kind, expected in TABLE.items():
        person = world.people[kind]
        if person is None:
            continue
        heard = heard_by(person.pk, [*topics, *threads])
        if kind == "blocked":
            # Tom shut them out, not Clara: the feeds are open, and nothing is heard of him.
            assert not any(heard.hears(one, world.tom.pk.hex) for one in heard.topics)
            assert heard.hears(topic_of(world.feed("course")), world.clara.pk.hex)
            assert not heard.topics & set(threads)
            continue
        for found in (topics, threads):
            names = {found[one] for one in heard.topics if one in found}
            if names != set(expected.split()):
                wrong.append(f"{kind}: {sorted(names)}")
        if person.keeps_order or expected:
            assert heard.hears(topic_of(world.feed("main")), world.tom.pk.hex), kind
    assert not wrong, "\n".join(wrong)


def test_following_an_author_opens_no_feed(world: World) -> None:
    """All follow Tom: their own feeds show what he wrote where they read already."""
    wrong = []
    for kind, expected in TABLE.items():
        person = world.people[kind]
        if person is None:
            continue
        Follow.objects.create(follower=person, followed=world.tom)
        refill(person, clock.now())
        browser, client = browse(person), _client(world, person)
        paths = ("/feed", "/feed?order=newest")
        found = _words(_text(browser.get(path)) for path in paths)
        found |= _words([_text(client.get("/api/v1/feed?limit=50"))])
        # Who keeps order reads every feed, and their own feed is not filled with all of them.
        mine = "main" if person.keeps_order else expected
        if found != set(mine.split()):
            wrong.append(f"{kind}: {sorted(found)}")
    assert not wrong, "\n".join(wrong)


# Who decides about what stands in which feed (rules MOD-4, MOD-5).
DECIDES = {
    "community_moderator": "course sister creator",
    "platform_moderator": "main course sister creator",
    "admin": "main course sister creator",
}


def test_reports_are_read_and_decided_by_who_keeps_order_there(world: World) -> None:
    cases = _report_each(world)
    wrong = []
    for kind in TABLE:
        browser = browse(world.people[kind])
        read = _words([_text(browser.get("/mod")), _text(browser.get("/mod?show=decided"))])
        read |= _words(_text(browser.get(f"/mod/{case.pk}")) for case in cases.values())
        if read != set(DECIDES.get(kind, "").split()):
            wrong.append(f"{kind} reads {sorted(read)}")
        for name, case in cases.items():
            if name in DECIDES.get(kind, "").split():
                continue
            body = {"action": "dismiss", "reason": "Let it be"}
            browser.post(f"/mod/{case.pk}/decide", body)
            browser.post(f"/mod/{case.pk}/restore", {"reason": "Let it be"})
            case.refresh_from_db()
            if not case.is_waiting:
                wrong.append(f"{kind} decides in {name}")
    assert not wrong, "\n".join(wrong)


def test_a_decision_is_told_to_its_two_sides_alone(world: World) -> None:
    flagger, at = world.people["creator"], clock.now()
    for case in _report_each(world).values():
        verdict = Verdict("remove", "Reason of the decision", rule="spam")
        decide_case(case=case, verdict=verdict, by=world.people["admin"], at=at)
    told = {
        kind for kind, one in world.people.items() if one is not None and "decision" in _all(one)
    }
    assert told == {"creator"}
    assert world.clara == flagger
    assert "Reason of the decision" in _all(world.tom)
    assert "admin person" not in _all(world.tom) + _all(flagger)


@pytest.mark.parametrize("door", ["pages", "API"])
def test_what_was_removed_is_read_by_nobody(world: World, door: str) -> None:
    at = clock.now()
    for case in _report_each(world).values():
        verdict = Verdict("remove", "It breaks a rule", rule="spam")
        decide_case(case=case, verdict=verdict, by=world.people["admin"], at=at)
    paths = pages(world) if door == "pages" else map("/api/v1/{}".format, endpoints(world))
    paths = list(paths)
    wrong = []
    for kind in TABLE:
        person = world.people[kind]
        client = browse(person) if door == "pages" else _client(world, person)
        # Answers keep their place below it (rule FEED-8).
        answers = "\n".join(_text(client.get(path)) for path in paths)
        found = {name for name in FEEDS if f"Word of {name}word" in answers}
        if found:
            wrong.append(f"{kind}: {sorted(found)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("door", ["pages", "API"])
def test_answers_below_what_was_removed_are_read_by_who_reads_the_feed(
    world: World, door: str
) -> None:
    """The mark stays if it was answered (rule FEED-8): it opens the answers to nobody else."""
    for post in world.posts.values():
        remove_reported_post(id=post.pk, at=clock.now())
    wrong = []
    for kind, expected in TABLE.items():
        person = world.people[kind]
        client = browse(person) if door == "pages" else _client(world, person)
        path = "/posts/{}" if door == "pages" else "/api/v1/posts/{}"
        texts = [_text(client.get(path.format(post.pk))) for post in world.posts.values()]
        found = {name for name in FEEDS if f"Reply of {name}word" in "\n".join(texts)}
        if found != set(expected.split()):
            wrong.append(f"{kind}: {sorted(found)}")
    assert not wrong, "\n".join(wrong)


def _report_each(world: World) -> dict[str, ModerationCase]:
    """Clara reports what Tom wrote in each feed."""
    cases = {}
    for name, post in world.posts.items():
        flag = flag_content(content=content_of(post), reason="spam", by=world.clara, at=clock.now())
        cases[name] = flag.case
    return cases


def _all(person: User) -> str:
    return "\n".join(_told(person))


def test_a_token_for_feeds_lists_just_those(world: World) -> None:
    names = {
        "course": f"course:{world.courses['course'].pk}",
        "sister": f"course:{world.courses['sister'].pk}",
        "creator": f"instructor:{world.clara.pk}",
    }
    wrong = []
    for kind, expected in TABLE.items():
        if kind in ("visitor", "suspended", "blocked"):
            continue
        client = _client(world, world.people[kind])
        body = {"requested_feeds": list(names.values())}
        answer = client.post("/api/v1/stream/token", body, format="json").json()
        allowed = {name for name, word in names.items() if word in answer["allowed_feeds"]}
        if allowed != set(expected.split()) - {"main"}:
            wrong.append(f"{kind}: {sorted(allowed)}")
    assert not wrong, "\n".join(wrong)


def test_nobody_is_told_of_a_feed_that_closed_for_them(world: World) -> None:
    """All wrote in each feed while it was open; then Tom answers, likes, names, Clara announces."""
    at = clock.now()
    for name in FEEDS:
        for kind, person in world.people.items():
            if person is None:
                continue
            post = Post.objects.create(
                author=person,
                feed_group=world.feed(name).group,
                course=world.feed(name).course,
                creator=world.feed(name).creator,
                content=f"Your question above {kind} {name}",
            )
            like_post(post=post, by=world.tom, at=at)
            reply_to_post(post=post, content=f"Only for {name}word {kind}", by=world.tom, at=at)
        _name_everybody(world, name, at)
    for name in FEEDS[1:]:
        post = write_post(
            feed=world.feed(name),
            content=f"Announced to {name}word",
            post_type="announcement",
            by=world.clara,
            at=at,
        )
        announce_post(str(post.pk))

    wrong = []
    for kind, expected in TABLE.items():
        person = world.people[kind]
        if person is None:
            continue
        told = _words(_told(person))
        if kind == "blocked":
            # Tom shut them out, not Clara.
            expected = "course creator"
        if told - set(expected.split()):
            wrong.append(f"{kind} is told of {sorted(told)}")
    assert not wrong, "\n".join(wrong)
    assert _words(_told(world.people["student"])) == {"main", "course", "creator"}


def _name_everybody(world: World, name: str, at: Any) -> None:
    handles = [f"@{person.handle}" for person in world.people.values() if person is not None]
    for start in range(0, len(handles), MOST_MENTIONS):
        named = " ".join(handles[start : start + MOST_MENTIONS])
        write_post(feed=world.feed(name), content=f"{name}word: {named}", by=world.tom, at=at)


def _told(person: User) -> Iterator[str]:
    for row in Notification.objects.filter(user=person):
        yield f"{row.title} {row.body}"
    for mail in Email.objects.filter(user=person):
        yield f"{mail.context}"
