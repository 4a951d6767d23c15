"""Reposts, pins, helpful replies, companions and recent posters over the API."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.members.actions.relations import block_member
from accounts.models import Notification
from community.events import ReplyHelped
from community.feeds.actions import (
    delete_post,
    keep_post,
    mark_helped,
    pin_post,
    reply_to_post,
    repost,
    take_help_back,
)
from community.feeds.actions.helping import TooLateToTakeBack
from community.feeds.actions.reposting import undo_reposts_of
from community.models import CompanionPin, FeedPin, HelpfulReply, Post
from community.tests.people import Community
from learning.models import Enrollment
from peerloop.kit import clock, events
from peerloop.kit.personal_data import ClosedAccount
from tests.cast import a_course, a_member, an_enrollment, api

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return Community()


def act(by, post, what, method="post", body=None):
    return getattr(api(by), method)(f"/api/v1/posts/{post.pk}/{what}", body, "json")


def listed(user, path="/api/v1/feed"):
    return api(user).get(path).json()["posts"]


def course_feed(here):
    return f"/api/v1/courses/{here.course.pk}/feed"


def test_a_repost_shows_the_post_once_with_who_reposted_it(here):
    post = here.post(here.tom, "Worth reading")
    here.post(here.clara, "Between")

    answer = act(here.sam, post, "repost")

    assert answer.status_code == 200
    assert (answer.json()["repost_count"], answer.json()["is_reposted"]) == (1, True)
    rows = listed(here.olga)
    assert [row["content"] for row in rows] == ["Worth reading", "Between"]
    assert rows[0]["author"]["name"] == "Tom Teacher"
    assert rows[0]["reposted_by"]["name"] == "Sam Student"
    assert rows[0]["id"] == str(post.pk)
    assert rows[1]["reposted_by"] is None


def test_a_repost_counts_once_and_is_taken_back(here):
    post = here.post(here.tom)
    counts = [act(here.sam, post, "repost").json()["repost_count"] for _ in range(2)]
    counts += [act(here.sam, post, "repost", "delete").json()["repost_count"] for _ in range(2)]
    counts.append(act(here.sam, post, "repost").json()["repost_count"])
    assert counts == [1, 1, 0, 0, 1]
    assert Notification.objects.filter(user=here.tom).count() == 1


def test_own_posts_answers_and_reposts_are_not_reposted(here):
    post = here.post(here.tom)
    reply = reply_to_post(post=post, content="Yes", by=here.clara, at=clock.now())
    assert act(here.tom, post, "repost").json()["code"] == "not_reposted"
    assert act(here.sam, reply, "repost").json()["code"] == "not_reposted"
    repost(post=post, by=here.sam, at=clock.now())
    shown = Post.objects.get(repost_of=post)
    assert act(here.olga, shown, "repost").status_code == 404


def test_a_gated_post_stays_inside_and_an_open_one_goes_everywhere(here):
    inside = here.post(here.tom, "Inside", here.inside)
    of_clara = here.post(here.clara, "For buyers", here.of_clara)
    opened = here.post(here.tom, "For all")
    into_course = {"course_id": str(here.course.pk)}
    other = a_course(here.clara)
    an_enrollment(here.sam, other)

    assert (
        act(here.sam, inside, "repost", body={"feed_type": "user"}).json()["code"] == "gated_post"
    )
    away = act(here.sam, inside, "repost", body={"course_id": str(other.pk)})
    assert away.json()["code"] == "gated_post"
    assert act(here.sam, of_clara, "repost", body={"feed_type": "user"}).status_code == 409
    assert act(here.sam, inside, "repost").status_code == 200
    assert act(here.sam, of_clara, "repost", body=into_course).status_code == 200
    assert act(here.sam, opened, "repost", body=into_course).status_code == 200
    assert act(here.olga, opened, "repost", body=into_course).json()["code"] == "feed_closed"
    assert [row["content"] for row in listed(here.olga)] == ["For all"]
    assert {row["content"] for row in listed(here.tom, course_feed(here))} == {
        *("Inside", "For buyers", "For all"),
    }


def test_a_removed_post_takes_its_reposts_away_and_brings_them_back(here):
    post = here.post(here.tom, "Worth reading")
    repost(post=post, by=here.sam, at=clock.now())

    Post.objects.filter(pk=post.pk).update(status=Post.Status.HIDDEN)
    assert listed(here.olga) == []
    assert Post.objects.get(repost_of=post).status == Post.Status.HIDDEN
    Post.objects.filter(pk=post.pk).update(status=Post.Status.VISIBLE)
    assert listed(here.olga)[0]["reposted_by"]["name"] == "Sam Student"
    delete_post(post=post)
    assert listed(here.olga) == []


def test_reposts_of_who_shut_the_reader_out_are_not_shown(here):
    post = here.post(here.tom, "Worth reading")
    repost(post=post, by=here.sam, at=clock.now())
    block_member(member=here.olga, by=here.tom, at=clock.now())
    assert listed(here.olga) == []


def test_pages_with_reposts_neither_repeat_nor_lose_a_post(here):
    posts = [here.post(here.tom, f"{number}") for number in range(6)]
    for post in posts[:3]:
        repost(post=post, by=here.sam, at=clock.now())
    first = api(here.olga).get("/api/v1/feed?limit=5").json()
    second = api(here.olga).get(f"/api/v1/feed?limit=5&cursor={first['next_cursor']}").json()
    assert [row["content"] for row in first["posts"]] == ["2", "1", "0", "5", "4"]
    assert {row["content"] for row in second["posts"]} >= {"3"}


def test_erasure_takes_reposts_away(here):
    post = here.post(here.tom)
    repost(post=post, by=here.sam, at=clock.now())
    account = ClosedAccount(here.sam.pk, "", "", "", "")
    for _ in range(2):
        undo_reposts_of(account, clock.now())

    post.refresh_from_db()
    assert post.repost_count == 0
    assert not Post.objects.live_reposts().exists()


def test_pins_stand_on_top_of_the_feeds_of_courses_and_creators(here):
    for feed, path in (
        (here.inside, course_feed(here)),
        (here.of_clara, f"/api/v1/instructors/{here.clara.pk}/feed"),
    ):
        post = here.post(here.tom, "Read this first", feed)
        here.post(here.tom, "Newer", feed)

        answer = act(here.clara, post, "pin")

        assert answer.json()["is_pinned"] is True
        feed_now = api(here.sam).get(path).json()
        assert [row["content"] for row in feed_now["pinned"]] == ["Read this first"]
        assert [row["is_pinned"] for row in feed_now["posts"]] == [False, True]
        assert act(here.clara, post, "pin", "delete").json()["is_pinned"] is False
        assert api(here.sam).get(path).json()["pinned"] == []


def test_creators_and_moderators_pin_and_others_do_not(here):
    post = here.post(here.sam, feed=here.inside)
    assert act(here.sam, post, "pin").json()["code"] == "role_needed"
    assert act(here.tom, post, "pin").status_code == 403
    assert act(here.olga, post, "pin").status_code == 404
    assert act(here.mona, post, "pin").status_code == 200
    assert act(here.sam, post, "pin", "delete").status_code == 403
    assert act(here.clara, post, "pin", "delete").status_code == 200


def test_three_posts_are_pinned_at_most(here):
    posts = [here.post(here.tom, f"{number}", here.inside) for number in range(4)]
    answers = [act(here.clara, post, "pin") for post in posts]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409]
    assert answers[3].json()["code"] == "pins_full"
    assert act(here.clara, posts[0], "pin").status_code == 200
    act(here.clara, posts[0], "pin", "delete")
    assert act(here.clara, posts[3], "pin").status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedPin.objects.filter(post=posts[3]).update(place=4)


def test_answers_are_not_pinned_and_the_main_feed_is_pinned_by_who_keeps_order(here):
    post = here.post(here.tom, feed=here.inside)
    reply = reply_to_post(post=post, content="Yes", by=here.sam, at=clock.now())
    assert act(here.clara, reply, "pin").json()["code"] == "not_pinned"
    post = here.post(here.tom)
    assert act(here.tom, post, "pin").json()["code"] == "role_needed"
    assert act(here.clara, post, "pin").json()["code"] == "role_needed"
    assert act(here.mona, post, "pin").json()["is_pinned"] is True
    shown = api(here.sam).get("/api/v1/feed?feed=main").json()["posts"]
    assert [row["is_pinned"] for row in shown] == [True]


def test_three_posts_of_the_main_feed_are_pinned_at_most(here):
    posts = [here.post(here.tom, f"Post {number}") for number in range(4)]
    answers = [act(here.mona, post, "pin").status_code for post in posts]
    assert answers == [200, 200, 200, 409]


def test_a_removed_post_is_pinned_no_more(here):
    post = here.post(here.tom, feed=here.inside)
    pin_post(post=post, by=here.clara, at=clock.now())
    delete_post(post=post)
    assert not FeedPin.objects.exists()
    assert api(here.sam).get(course_feed(here)).json()["pinned"] == []


def test_questions_of_a_course_are_listed_by_themselves(here):
    here.post(here.sam, "Why?", here.inside, is_question=True)
    here.post(here.tom, "Because", here.inside)
    found = api(here.tom).get(f"{course_feed(here)}?questions=true").json()
    assert [row["content"] for row in found["posts"]] == ["Why?"]
    assert found["total"] == 1


class Asked:
    """A question of Sam in the course, with Tom's answer; what was announced."""

    def __init__(self, here, monkeypatch):
        self.question = here.post(here.sam, "Why?", here.inside, is_question=True)
        self.reply = reply_to_post(
            post=self.question, content="Because", by=here.tom, at=clock.now()
        )
        self.announced = []
        monkeypatch.setitem(events._in_transaction, ReplyHelped, [self.announced.append])


@pytest.fixture
def asked(here, monkeypatch):
    return Asked(here, monkeypatch)


def test_the_asker_says_once_that_an_answer_helped(here, asked):
    for _ in range(2):
        assert act(here.sam, asked.reply, "helped").json()["has_helped"] is True

    [event] = asked.announced
    assert (event.asker_id, event.helper_id) == (here.sam.pk, here.tom.pk)
    assert (event.post_id, event.reply_id) == (asked.question.pk, asked.reply.pk)
    assert event.course_id == here.course.pk
    told = Notification.objects.filter(user=here.tom, title__contains="helped")
    assert told.count() == 1
    thread = api(here.tom).get(f"/api/v1/posts/{asked.question.pk}").json()
    assert thread["post"]["is_answered"] is True
    assert thread["replies"][0]["has_helped"] is True


def test_a_mark_is_taken_back_for_fifteen_minutes_and_never_announced_again(here, asked):
    act(here.sam, asked.reply, "helped")
    assert act(here.sam, asked.reply, "helped", "delete").json()["has_helped"] is False
    assert act(here.sam, asked.reply, "helped").json()["has_helped"] is True
    assert len(asked.announced) == 1
    with pytest.raises(TooLateToTakeBack):
        take_help_back(
            reply=asked.reply, by=here.sam, at=clock.now() + timedelta(minutes=15, seconds=1)
        )


def test_only_the_asker_marks_and_only_answers_of_others_to_questions(here, asked):
    own = reply_to_post(post=asked.question, content="I see", by=here.sam, at=clock.now())
    plain = here.post(here.sam, "Hello", here.inside)
    to_plain = reply_to_post(post=plain, content="Hi", by=here.tom, at=clock.now())

    assert act(here.tom, asked.reply, "helped").status_code == 403
    assert act(here.clara, asked.reply, "helped").status_code == 403
    assert act(here.olga, asked.reply, "helped").status_code == 404
    for post in (own, to_plain, asked.question):
        assert act(here.sam, post, "helped").json()["code"] == "not_helpful"
    assert asked.announced == []


def test_an_answer_that_was_removed_has_helped_no_more(here, asked):
    mark_helped(reply=asked.reply, by=here.sam, at=clock.now())
    delete_post(post=asked.reply)
    thread = api(here.sam).get(f"/api/v1/posts/{asked.question.pk}").json()
    assert thread["post"]["is_answered"] is False
    assert act(here.sam, asked.reply, "helped").status_code == 404
    assert HelpfulReply.objects.count() == 1


def keep(user, **what):
    return api(user).post("/api/v1/feed/pins", what, "json")


def test_a_kept_post_stands_with_its_newest_answer_only(here):
    post = here.post(here.tom, "Root")
    for text in ("first", "last"):
        reply_to_post(post=post, content=text, by=here.clara, at=clock.now())

    answer = keep(here.sam, post_id=str(post.pk)).json()

    assert (answer["post"]["content"], answer["latest_reply"]["content"]) == ("Root", "last")
    assert answer["author"] is None
    assert keep(here.sam, post_id=str(post.pk)).json()["id"] == answer["id"]
    assert api(here.olga).get("/api/v1/feed/pins").json() == {"pins": []}


def test_a_kept_author_stands_with_the_newest_post_that_the_member_may_read(here):
    here.post(here.tom, "For all")
    here.post(here.tom, "Inside", here.inside)
    assert keep(here.sam, user_id=str(here.tom.pk)).json()["post"]["content"] == "Inside"
    kept = keep(here.olga, user_id=str(here.tom.pk)).json()
    assert kept["post"]["content"] == "For all"
    assert kept["author"]["name"] == "Tom Teacher"


def test_a_kept_post_that_closes_shows_nothing_of_itself(here):
    post = here.post(here.tom, "Inside", here.inside)
    reply_to_post(post=post, content="More", by=here.clara, at=clock.now())
    keep_post(post=post, by=here.sam, at=clock.now())
    Enrollment.objects.filter(student=here.sam).update(status="cancelled", cancelled_at=clock.now())
    [pin] = api(here.sam).get("/api/v1/feed/pins").json()["pins"]
    assert (pin["post"], pin["latest_reply"]) == (None, None)


def test_twenty_are_kept_at_most_and_each_is_removed(here):
    for number in range(20):
        assert keep(here.sam, post_id=str(here.post(here.tom, f"{number}").pk)).status_code == 200
    full = keep(here.sam, user_id=str(here.tom.pk))
    assert full.json()["code"] == "companions_full"
    pins = api(here.sam).get("/api/v1/feed/pins").json()["pins"]
    assert len(pins) == 20
    gone = f"/api/v1/feed/pins/{pins[0]['id']}"
    assert api(here.olga).delete(gone).status_code == 404
    assert api(here.sam).delete(gone).status_code == 204
    assert api(here.sam).delete(gone).status_code == 404
    assert keep(here.sam, user_id=str(here.tom.pk)).status_code == 200


def test_either_a_post_or_somebody_else_is_kept(here):
    post = here.post(here.tom)
    reply = reply_to_post(post=post, content="Yes", by=here.sam, at=clock.now())
    inside = here.post(here.tom, feed=here.inside)
    assert "post_id" in keep(here.sam).json()["fields"]
    both = keep(here.sam, post_id=str(post.pk), user_id=str(here.tom.pk))
    assert both.status_code == 400
    assert keep(here.sam, user_id=str(here.sam.pk)).json()["code"] == "not_kept"
    assert keep(here.sam, post_id=str(reply.pk)).json()["code"] == "not_kept"
    assert keep(here.olga, post_id=str(inside.pk)).status_code == 404
    assert not CompanionPin.objects.exists()


def posters(user, **query):
    return api(user).get("/api/v1/feed/recent-posters", query)


def test_the_last_ten_authors_are_listed_with_what_they_wrote_in_a_day(here):
    now = clock.now()
    people = [a_member(f"Member {number}") for number in range(11)]
    for number, person in enumerate(people):
        post = here.post(person, "Hi")
        Post.objects.filter(pk=post.pk).update(created_at=now - timedelta(hours=number + 20))
    for _ in range(2):
        here.post(people[3], "More")

    found = posters(here.olga).json()["posters"]

    assert [(row["user"]["name"], row["posts_in_24_hours"]) for row in found[:3]] == [
        ("Member 3", 3),
        ("Member 0", 1),
        ("Member 1", 1),
    ]
    assert len(found) == 10
    assert found[-1]["posts_in_24_hours"] == 0


def test_recent_posters_are_those_of_the_feed_for_who_reads_it(here):
    here.post(here.tom, "Inside", here.inside)
    here.post(here.clara, "Outside")
    course = {"course_id": str(here.course.pk)}
    names = [row["user"]["name"] for row in posters(here.sam, **course).json()["posters"]]
    assert names == ["Tom Teacher"]
    assert posters(here.olga, **course).status_code == 403
    outside = [row["user"]["name"] for row in posters(here.olga).json()["posters"]]
    assert outside == ["Clara Creator"]
    block_member(member=here.olga, by=here.clara, at=clock.now())
    assert posters(here.olga).json()["posters"] == []


def test_a_creators_post_is_not_reposted_among_another_creators_people(here):
    post = here.post(here.clara, "For my people", here.of_clara)
    course = an_enrollment(here.sam, a_course(a_member("Carl", is_creator=True))).course

    away = act(here.sam, post, "repost", body={"course_id": str(course.pk)})

    assert (away.status_code, away.json()["code"]) == (409, "gated_post")
    assert act(here.sam, post, "repost", body={"course_id": str(here.course.pk)}).status_code == 200
