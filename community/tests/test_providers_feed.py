"""Feed providers: one Protocol, what Stream is told, and what its errors mean."""

import inspect
import threading
import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from werkzeug import Response

from community.feeds.access import MAIN, Feed
from community.feeds.actions import delete_post, write_post
from community.feeds.activities import activity_of
from community.feeds.providers.base import (
    DAY_SECONDS,
    GROUPS,
    FeedActivity,
    FeedName,
    FeedOptions,
    FeedProvider,
)
from community.feeds.providers.local import LocalFeeds, signing_key
from community.feeds.providers.stream import LONGEST_PAUSE, StreamFeeds
from community.tests.people import AT
from community.tests.stream_stand_in import SECRET, error, reply
from peerloop.kit.providers import NO_ANSWER, Rejected, Unavailable
from tests.cast import a_course, a_member, api

MOMENT = datetime(2026, 1, 1, 0, 1, 0, 123456, tzinfo=UTC)
POST = FeedActivity(
    foreign_id="post:1",
    time=MOMENT,
    actor="SU:alice",
    verb="post",
    object="post:1",
    to=(FeedName("townhall", "main"),),
)


@pytest.mark.parametrize("adapter", [LocalFeeds, StreamFeeds])
@pytest.mark.parametrize(
    "name",
    [
        *("generate_token", "add_activity", "get_activities", "remove_activity"),
        *("follow", "unfollow"),
    ],
)
def test_all_providers_have_the_signatures_of_the_protocol(adapter, name):
    wanted = inspect.signature(getattr(FeedProvider, name))
    assert inspect.signature(getattr(adapter, name)) == wanted


def test_no_group_begins_with_the_name_of_another():
    pairs = [(one, other) for one in GROUPS for other in GROUPS if one != other]
    assert not [pair for pair in pairs if pair[0].startswith(pair[1])]


# Tokens of Stream


def test_tokens_are_those_of_the_vendor_with_an_end(vendor):
    before = int(time.time())
    token = StreamFeeds().generate_token("alice")

    claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert set(claims) == {"user_id", "iat", "exp"}
    assert claims["user_id"] == "alice"
    assert claims["exp"] - claims["iat"] == DAY_SECONDS
    assert before <= claims["iat"] <= time.time()


def test_tokens_may_live_shorter(vendor):
    claims = jwt.decode(StreamFeeds().generate_token("alice", 60), SECRET, algorithms=["HS256"])
    assert claims["exp"] - claims["iat"] == 60


# Activities and follows at Stream


def test_an_activity_goes_into_its_feed_and_those_that_get_a_copy(vendor):
    activity_id = StreamFeeds().add_activity("user", "alice", POST)

    [(method, path, body)] = vendor.calls
    assert (method, path) == ("POST", "/api/v1.0/feed/user/alice/")
    assert body["time"] == "2026-01-01T00:01:00.123456"
    assert {name: body[name] for name in ("actor", "verb", "object", "foreign_id")} == {
        "actor": "SU:alice",
        "verb": "post",
        "object": "post:1",
        "foreign_id": "post:1",
    }
    assert activity_id
    assert vendor.names("user:alice") == vendor.names("townhall:main") == ["post:1"]


def test_an_activity_sent_twice_is_one(vendor):
    feeds = StreamFeeds()
    assert feeds.add_activity("user", "alice", POST) == feeds.add_activity("user", "alice", POST)
    assert vendor.names("user:alice") == ["post:1"]


def test_activities_are_read_newest_first_in_pages(vendor):
    feeds = StreamFeeds()
    for number in range(3):
        feeds.add_activity(
            "course",
            "c1",
            FeedActivity(
                f"post:{number}", MOMENT + timedelta(hours=number), "SU:alice", "post", "post:9"
            ),
        )

    first = feeds.get_activities("course", "c1", FeedOptions(limit=2))
    rest = feeds.get_activities("course", "c1", FeedOptions(limit=2, before=first[-1].activity_id))

    assert [one.foreign_id for one in first] == ["post:2", "post:1"]
    assert [one.foreign_id for one in rest] == ["post:0"]
    assert rest[0].time == MOMENT
    assert vendor.calls[-1][:2] == ("GET", "/api/v1.0/feed/course/c1/")


def test_a_removed_activity_leaves_all_feeds_and_may_be_gone_already(vendor):
    feeds = StreamFeeds()
    feeds.add_activity("user", "alice", POST)

    feeds.remove_activity("user", "alice", "post:1")
    feeds.remove_activity("user", "alice", "post:1")
    vendor.answers.append(error(16, 404, "not there"))
    feeds.remove_activity("user", "alice", "post:1")

    assert vendor.calls[-1][:2] == ("DELETE", "/api/v1.0/feed/user/alice/post:1/")
    assert not vendor.names("townhall:main")


def test_follows_begin_and_end(vendor):
    feeds = StreamFeeds()
    feeds.follow("timeline", "bob", "course", "c1")
    assert vendor.follows == {("timeline:bob", "course:c1")}
    assert vendor.calls[-1][:2] == ("POST", "/api/v1.0/feed/timeline/bob/follows/")

    feeds.unfollow("timeline", "bob", "course", "c1")
    feeds.unfollow("timeline", "bob", "course", "c1")
    assert not vendor.follows
    assert vendor.calls[-1][:2] == ("DELETE", "/api/v1.0/feed/timeline/bob/follows/course:c1/")


# Errors of Stream


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(2, 401, "key"), Unavailable),
        (error(3, 401, "signature"), Unavailable),
        (error(6, 400, "no such group"), Unavailable),
        (error(17, 403, "not allowed"), Unavailable),
        (error(16, 404, "not there"), Unavailable),
        (error(99, 400, "unknown"), Unavailable),
        (error(4, 400, "bad activity"), Rejected),
        (error(5, 400, "bad field"), Rejected),
        (Response("<html>Bad gateway", 502), Unavailable),
        (Response("", 200), Unavailable),
        (reply([1]), Unavailable),
        (reply({"exception": "Odd"}, 400), Unavailable),
        (reply({"duration": "1ms"}), Unavailable),
        (reply({"id": 7}), Unavailable),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_stream_says_later_or_never(vendor, answer, kind):
    vendor.answers.append(answer)

    with pytest.raises(kind):
        StreamFeeds().add_activity("user", "alice", POST)


@pytest.mark.parametrize("answer", [{}, {"results": None}, {"results": [{}]}, {"results": [7]}])
def test_a_feed_of_another_shape_is_no_feed(vendor, answer):
    vendor.answers.append(reply(answer))

    with pytest.raises(Unavailable):
        StreamFeeds().get_activities("course", "c1")


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry_After": "7"}, 7, 7),
        ({"X_RateLimit_Reset": "{soon}"}, 25, 31),
        ({"Retry_After": "999999"}, LONGEST_PAUSE, LONGEST_PAUSE),
        ({"Retry_After": "soon"}, 60, 60),
        ({}, 60, 60),
    ],
)
def test_too_many_calls_wait_as_long_as_stream_says(vendor, headers, least, most):
    soon = str(int(time.time()) + 30)
    vendor.fail(times=1, status=429, **{k: v.format(soon=soon) for k, v in headers.items()})

    with pytest.raises(Unavailable) as caught:
        StreamFeeds().follow("timeline", "bob", "course", "c1")
    assert least <= caught.value.retry_after <= most


def test_stream_out_of_reach_is_later(vendor, settings):
    settings.STREAM_BASE_URL = "http://127.0.0.1:9"

    with pytest.raises(Unavailable) as caught:
        StreamFeeds().add_activity("user", "alice", POST)
    assert caught.value.code == NO_ANSWER


def test_stream_that_is_slow_is_later_and_the_call_may_have_been_carried_out(vendor):
    feeds, answered = StreamFeeds(), threading.Event()
    feeds._client.timeout = 0.2
    vendor.after = lambda: answered.wait(10)

    with pytest.raises(Unavailable) as caught:
        feeds.add_activity("user", "alice", POST)
    answered.set()
    assert caught.value.code == NO_ANSWER
    assert vendor.names("user:alice") == ["post:1"]
    vendor.after = None
    feeds.add_activity("user", "alice", POST)
    assert vendor.names("user:alice") == ["post:1"]


def test_no_variable_named_local_leads_elsewhere(vendor, monkeypatch):
    monkeypatch.setenv("LOCAL", "1")

    StreamFeeds().add_activity("user", "alice", POST)
    assert vendor.names("user:alice") == ["post:1"]
    assert StreamFeeds()._client.timeout == 3.0


def test_a_feed_that_can_not_be_named_is_refused_before_any_call(vendor):
    with pytest.raises(Rejected):
        StreamFeeds().add_activity("user", "a:b", POST)
    assert not vendor.calls


# Local


@pytest.mark.django_db
def test_the_local_provider_answers_from_our_own_posts():
    course, olga = a_course(), a_member("Olga")
    posts = [
        write_post(feed=MAIN, content=f"No. {number}", by=olga, at=AT + timedelta(hours=number))
        for number in range(3)
    ]
    in_course = write_post(
        feed=Feed("course", course=course), content="Here", by=course.creator, at=AT
    )
    delete_post(post=posts[0])

    def names(group, key, **options):
        found = LocalFeeds().get_activities(group, str(key), FeedOptions(**options))
        return [one.activity_id for one in found]

    newest, older = str(posts[2].pk), str(posts[1].pk)
    assert names("townhall", "main") == names("user", olga.pk) == [newest, older]
    assert names("townhall", "main", limit=1) == [newest]
    assert names("townhall", "main", before=newest) == [older]
    assert names("course", course.pk) == [str(in_course.pk)]
    assert names("timeline", course.creator.pk) == [newest, older, str(in_course.pk)]
    assert names("timeline", olga.pk) == [newest, older]
    assert not names("user", course.creator.pk)
    assert not names("notification", olga.pk)
    assert not names("course", "no-id")


@pytest.mark.django_db
def test_no_words_of_a_post_leave_in_its_activity():
    post = write_post(feed=MAIN, content="My secret is out", by=a_member("Olga"), at=AT)

    words = repr(activity_of(post))
    assert "secret" not in words
    assert "Olga" not in words


@pytest.mark.django_db
def test_a_local_token_opens_nothing_else(settings):
    olga = a_member("Olga")
    token = LocalFeeds().generate_token(str(olga.pk))

    claims = jwt.decode(token, signing_key(), algorithms=["HS256"])
    assert claims["user_id"] == str(olga.pk)
    assert claims["exp"] - claims["iat"] == DAY_SECONDS
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
    stranger = api()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert stranger.get("/api/v1/feed").status_code == 401
