"""Reports over the API: what can be reported, by whom, and what happens (rules MOD-1, MOD-2)."""

from uuid import uuid4

import pytest

from accounts.models import Email, Notification
from community.feeds.access import MAIN, Feed
from community.feeds.actions import reply_to_post, write_post
from community.feeds.reportable import find as post_content
from community.models import ContentFlag, ModerationCase, Post, Priority
from community.moderation.actions import flag_content
from community.moderation.actions.flagging import AlreadyFlagged
from community.tests.people import a_conversation
from peerloop.kit import clock
from tests.cast import a_course, a_member, an_enrollment, api
from tests.threads import at_once

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def olga():
    return a_member("Olga Stranger")


@pytest.fixture
def post(sam):
    return write_post(feed=MAIN, content="Buy my course", by=sam, at=NOW)


def flagged(by, post, **body):
    return api(by).post(f"/api/v1/posts/{post.pk}/flag", body, "json")


def test_a_post_is_reported_with_what_it_said_at_that_moment(post, olga):
    answer = flagged(olga, post, reason="spam", details="The third today")

    assert answer.status_code == 201
    assert answer.json()["status"] == "pending"
    flag = ContentFlag.objects.get()
    assert (flag.flagger, flag.reason, flag.details) == (olga, "spam", "The third today")
    assert [line["text"] for line in flag.snapshot["lines"]] == ["Buy my course"]


def test_a_report_without_a_reason_counts_as_out_of_place(post, olga):
    assert flagged(olga, post).json()["reason"] == "inappropriate"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "boring"}, "reason"),
        ({"reason": "other"}, "details"),
        ({"reason": "other", "details": " \u200b\n "}, "details"),
        ({"reason": "spam", "details": "x" * 5_001}, "details"),
        ({"reason": 5}, "reason"),
    ],
)
def test_bad_input_is_refused_with_its_field(post, olga, body, field):
    answer = flagged(olga, post, **body)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert not ModerationCase.objects.exists()


def test_nobody_reports_the_same_twice(post, olga):
    flagged(olga, post, reason="spam")

    again = flagged(olga, post, reason="harassment")

    assert (again.status_code, again.json()["code"]) == (409, "already_flagged")


def test_nobody_reports_their_own_post(post, sam):
    answer = flagged(sam, post, reason="spam")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_content")


def test_a_post_of_a_closed_feed_is_not_there_for_a_stranger(olga):
    course = a_course()
    sam = a_member()
    an_enrollment(sam, course)
    post = write_post(feed=Feed("course", course), content="Inside", by=sam, at=NOW)

    assert flagged(olga, post, reason="spam").status_code == 404
    assert flagged(olga, Post(id=uuid4()), reason="spam").status_code == 404
    assert api(olga).post("/api/v1/posts/7/flag", {}, "json").status_code == 404


def test_visitors_are_asked_to_sign_in(post):
    assert flagged(None, post, reason="spam").status_code == 401


def test_harassment_is_urgent_and_three_reports_are_high(post, sam):
    for name, reason, priority in (
        ("One", "spam", Priority.NORMAL),
        ("Two", "spam", Priority.NORMAL),
        ("Three", "spam", Priority.HIGH),
    ):
        assert flagged(a_member(name), post, reason=reason).status_code == 201
        assert ModerationCase.objects.get().priority == priority
    other = write_post(feed=MAIN, content="You will see", by=sam, at=NOW)
    flagged(a_member("Four"), other, reason="harassment")
    assert ModerationCase.objects.get(target_id=other.pk).priority == Priority.URGENT


def test_the_third_member_hides_it_and_its_author_is_told_that_a_person_decides(post, sam):
    for name in ("One", "Two"):
        flagged(a_member(name), post, reason="spam")
    post.refresh_from_db()
    assert post.status == "visible"

    flagged(a_member("Three"), post, reason="spam")

    post.refresh_from_db()
    assert post.status == "hidden"
    notice = Notification.objects.get(user=sam)
    assert "hidden until somebody looked" in notice.title
    assert Email.objects.get(user=sam).template == "content-hidden"
    assert not sam.is_suspended
    assert flagged(a_member("Four"), post, reason="spam").status_code == 404


def test_a_hidden_reply_is_not_counted_any_more(post, olga):
    reply = reply_to_post(post=post, content="Rude", by=olga, at=NOW)
    for name in ("One", "Two", "Three"):
        assert flagged(a_member(name), reply, reason="spam").json()["target_type"] == "reply"
    post.refresh_from_db()
    assert post.reply_count == 0


def test_a_profile_is_reported_and_hidden_by_three(sam):
    sam.bio, sam.privacy_public = "Write to my shop", True
    sam.save()
    body = {"target_type": "profile", "target_id": str(sam.pk), "reason": "spam"}
    for name in ("One", "Two", "Three"):
        answer = api(a_member(name)).post("/api/v1/flags", body, "json")
        assert answer.status_code == 201
    sam.refresh_from_db()
    assert not sam.privacy_public
    shown = api(a_member("Four")).get(f"/api/v1/users/{sam.pk}").json()
    assert "Write to my shop" not in str(shown)
    refused = api(sam).patch(f"/api/v1/users/{sam.pk}", {"privacy_public": True}, "json")
    assert (refused.status_code, refused.json()["code"]) == (409, "profile_hidden")


@pytest.mark.parametrize(
    ("place", "shown"),
    [(1, "1 2 3 4 5 6"), (5, "2 3 4 5 6 7"), (9, "4 5 6 7 8 9")],
)
def test_a_reported_message_is_kept_with_five_around_it(sam, olga, place, shown):
    conversation = a_conversation(sam, olga, *(str(number) for number in range(1, 10)), at=NOW)
    message = conversation.messages.get(number=place)
    reader = olga if message.sender_id == sam.pk else sam
    body = {"target_type": "message", "target_id": str(message.pk), "reason": "harassment"}

    answer = api(reader).post("/api/v1/flags", body, "json")

    assert answer.status_code == 201
    lines = ContentFlag.objects.get().snapshot["lines"]
    assert " ".join(line["text"] for line in lines) == shown
    assert [line["text"] for line in lines if line["is_meant"]] == [str(place)]


def test_a_message_of_others_is_not_there(sam, olga):
    conversation = a_conversation(sam, olga, "Secret", at=NOW)
    body = {
        "target_type": "message",
        "target_id": str(conversation.messages.get().pk),
        "reason": "spam",
    }
    for who in (a_member("Stranger"), a_member("Mona", is_moderator=True)):
        assert api(who).post("/api/v1/flags", body, "json").status_code == 404


def test_a_review_that_is_not_there_can_not_be_reported(olga):
    body = {"target_type": "review", "target_id": str(uuid4()), "reason": "spam"}
    assert api(olga).post("/api/v1/flags", body, "json").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_three_members_at_once_hide_a_post_once(post, sam):
    people = [a_member(name) for name in ("One", "Two", "Three")]

    outcomes = at_once([_flag(post, person) for person in people])

    assert {type(one) for one in outcomes} == {ContentFlag}
    post.refresh_from_db()
    case = ModerationCase.objects.get()
    assert (post.status, case.priority, case.flags.count()) == ("hidden", Priority.HIGH, 3)
    assert Notification.objects.filter(user=sam).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_member_who_presses_twice_reports_once(post, olga):
    outcomes = at_once([_flag(post, olga), _flag(post, olga)])

    assert {type(one) for one in outcomes} == {ContentFlag, AlreadyFlagged}
    assert ContentFlag.objects.count() == 1


def _flag(post, by):
    content = post_content(post.pk)
    return lambda: flag_content(content=content, reason="spam", by=by, at=NOW)
