"""Balance, history and awards over the API."""

from datetime import timedelta

import pytest

from accounts.members.actions.relations import block_member
from accounts.models import Notification
from billing.models import MoneyMark
from community.conversations.actions import send_message
from community.feeds.access import Feed
from community.feeds.actions import reply_to_post, write_post
from community.models import Message
from community.tests.people import a_conversation
from goodwill.models import GoodwillTransaction, Reason
from goodwill.points.actions.moving import mint, spend
from goodwill.tests.people import a_helper, earn, goodwill_of
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from scheduling.models import Session
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db
AWARD = "/api/v1/goodwill/award"
NOW = clock.now()


class Scene:
    """Sam asked Tom, who teaches Sam's course, and Tom answered."""

    def __init__(self):
        self.course = a_course()
        self.st = a_teacher(self.course)
        self.tom, self.sam = self.st.user, a_member()
        self.talk = a_conversation(self.sam, self.tom, "How?", "Like this.", at=NOW)
        self.answer = Message.objects.get(sender=self.tom)

    def award(self, by=None, **changed):
        body = {"to_user_id": str(self.tom.pk), "points": 5, "message_id": str(self.answer.pk)}
        given = {**body, "reason": "question_answer", **changed}
        return api(by or self.sam).post(AWARD, {k: v for k, v in given.items() if v}, "json")


@pytest.fixture
def scene():
    return Scene()


def test_before_anything_moved_all_sums_are_zero():
    answer = api(a_member()).get("/api/v1/goodwill/balance")
    assert answer.json() == {
        "total_earned": 0,
        "spent": 0,
        "balance": 0,
        "tier": "member",
        "breakdown": {"summons_helped": 0, "questions_answered": 0, "referrals": 0},
    }


def test_the_balance_says_for_what_points_came(scene):
    call = {"reason": Reason.SUMMON_HELP, "points": 15, "cause": "summons:1", "at": NOW}
    mint(to=scene.tom, by=a_member(), **call)
    scene.award()
    earn(scene.tom, 100, at=NOW)
    spend(by=scene.tom, points=50, reason=Reason.PROMOTION, cause="promotion:1", at=NOW)
    found = api(scene.tom).get("/api/v1/goodwill/balance").json()
    assert (found["total_earned"], found["spent"], found["balance"]) == (120, 50, 70)
    assert found["breakdown"] == {"summons_helped": 1, "questions_answered": 1, "referrals": 0}


def test_history_says_who_gave_what_for_which_course(scene):
    mint(
        to=scene.tom,
        by=scene.sam,
        points=15,
        reason=Reason.SUMMON_HELP,
        cause="summons:1",
        course=scene.course,
        at=NOW,
    )
    earn(scene.tom, 50, at=NOW + timedelta(minutes=1))
    spend(
        by=scene.tom,
        points=50,
        reason=Reason.PROMOTION,
        cause="promotion:1",
        at=NOW + timedelta(minutes=2),
    )
    client = api(scene.tom)
    rows = client.get("/api/v1/goodwill/transactions").json()
    assert [row["type"] for row in rows["transactions"]] == ["spent", "earned", "earned"]
    first = rows["transactions"][-1]
    assert (first["from_user"], first["course_title"]) == (
        {"name": "Sam Student"},
        scene.course.title,
    )
    assert (first["points"], first["reason"]) == (15, "summon_help")
    spent = client.get("/api/v1/goodwill/transactions?type=spent").json()
    assert [row["reason"] for row in spent["transactions"]] == ["promotion"]
    assert (spent["total"], spent["transactions"][0]["from_user"]) == (1, None)
    second = client.get("/api/v1/goodwill/transactions?page=2&limit=2").json()
    assert [row["id"] for row in second["transactions"]] == [first["id"]]
    assert client.get("/api/v1/goodwill/transactions?type=lost").status_code == 400


def test_who_gave_away_sees_no_name_in_from_user(scene):
    earn(scene.sam, 5, at=NOW)
    for _ in range(3):
        other = a_helper()
        talk = a_conversation(scene.sam, other, "How?", "So.", at=NOW)
        message = str(Message.objects.get(conversation=talk, sender=other).pk)
        assert scene.award(to_user_id=str(other.pk), message_id=message).status_code == 201
    answer = scene.award()
    assert (answer.json()["was_free"], answer.json()["balance"]) == (False, 0)
    rows = api(scene.sam).get("/api/v1/goodwill/transactions").json()["transactions"]
    assert (rows[0]["reason"], rows[0]["from_user"]) == ("award_given", None)


def test_an_award_moves_five_points_and_the_helper_is_told(scene):
    answer = scene.award()
    assert answer.status_code == 201
    assert (answer.json()["points"], answer.json()["was_free"]) == (5, True)
    assert goodwill_of(scene.tom).balance == 5
    told = Notification.objects.get(user=scene.tom, kind="goodwill")
    assert "Sam Student" in told.title
    assert "gave you" in told.title


def test_without_a_message_the_newest_one_to_you_is_thanked_for(scene):
    assert scene.award(message_id=None).status_code == 201
    assert GoodwillTransaction.objects.get(user=scene.tom).message_id == scene.answer.pk
    assert scene.award(message_id=None).json()["code"] == "already_awarded"


def test_a_reply_to_ones_own_question_is_thanked_for(scene):
    an_enrollment(scene.sam, scene.course, scene.st)
    question = write_post(
        feed=Feed("course", scene.course), content="How?", by=scene.sam, at=NOW, is_question=True
    )
    reply = reply_to_post(post=question, content="So.", by=scene.tom, at=NOW)
    assert scene.award(message_id=str(reply.pk)).status_code == 201
    row = GoodwillTransaction.objects.get(user=scene.tom)
    assert (row.post_id, row.course_id) == (reply.pk, scene.course.pk)


def test_a_reply_to_somebody_elses_question_is_not(scene):
    other = a_member()
    for person in (other, scene.sam):
        an_enrollment(person, scene.course, scene.st)
    question = write_post(feed=Feed("course", scene.course), content="How?", by=other, at=NOW)
    reply = reply_to_post(post=question, content="So.", by=scene.tom, at=NOW)
    refused = scene.award(message_id=str(reply.pk))
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["message_id"])


@pytest.mark.parametrize("points", [9, 26, 12.5, "15", True, 0, -5, "5", 5.0, None, [5], 10**20])
def test_an_answer_gets_five_points_and_nothing_else(scene, points):
    body = {"to_user_id": str(scene.tom.pk), "points": points, "message_id": str(scene.answer.pk)}
    refused = api(scene.sam).post(AWARD, body, "json")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["points"])
    assert not GoodwillTransaction.objects.exists()


def test_oneself_is_refused(scene):
    refused = scene.award(scene.tom)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["to_user_id"])


def test_a_stranger_who_answered_nothing_is_refused(scene):
    refused = scene.award(to_user_id=str(a_helper().pk))
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["message_id"])
    assert scene.award(a_member("Olga")).status_code == 404
    assert scene.award(to_user_id=str(uuid7())).status_code == 404
    assert scene.award(message_id=str(uuid7())).status_code == 404


def test_who_shut_the_giver_out_is_not_there(scene):
    block_member(member=scene.sam, by=scene.tom, at=NOW)
    assert scene.award().status_code == 404


def test_a_message_that_nobody_asked_for_is_refused():
    tom, sam = a_helper(), a_member()
    a_conversation(tom, sam, "Buy my course!", at=NOW)
    message = Message.objects.get(sender=tom)
    body = {"to_user_id": str(tom.pk), "points": 5, "message_id": str(message.pk)}
    assert api(sam).post(AWARD, body, "json").json()["fields"].keys() == {"message_id"}


def test_one_message_is_thanked_for_once(scene):
    assert scene.award().status_code == 201
    refused = scene.award()
    assert (refused.status_code, refused.json()["code"]) == (409, "already_awarded")
    assert goodwill_of(scene.tom).balance == 5


def test_a_second_award_within_ten_minutes_says_when_to_come_again(scene):
    scene.award()
    send_message(conversation=scene.talk, content="More", by=scene.tom, at=NOW)
    refused = scene.award(message_id=None)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_soon")
    assert 0 < int(refused["Retry-After"]) <= 600


def test_accounts_that_are_paid_together_are_refused(scene):
    for person in (scene.sam, scene.tom):
        MoneyMark.objects.create(user=person, kind="payout", mark="same-bank")
    refused = scene.award()
    assert (refused.status_code, refused.json()["code"]) == (409, "shared_account")


def test_who_does_not_teach_receives_nothing(scene):
    olga = a_member("Olga")
    talk = a_conversation(scene.sam, olga, "How?", "So.", at=NOW)
    message = str(Message.objects.get(conversation=talk, sender=olga).pk)
    refused = scene.award(to_user_id=str(olga.pk), message_id=message)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_helper")


def test_an_unverified_member_gives_nothing(scene):
    scene.sam.email_verified_at = None
    scene.sam.save()
    assert scene.award().status_code == 403


def test_a_make_up_session_is_thanked_for_with_thirty_points(scene):
    enrollment = an_enrollment(scene.sam, scene.course, scene.st)
    help_wanted = {"points": 30, "reason": "remedial_volunteer", "message_id": None}
    assert scene.award(**help_wanted).json()["code"] == "nothing_to_thank_for"
    session = a_session(enrollment, start=NOW - timedelta(hours=2))
    Session.objects.filter(pk=session.pk).update(
        kind="makeup", status="completed", ended_at=NOW, completion_source="teacher"
    )
    assert scene.award(**help_wanted).status_code == 201
    assert goodwill_of(scene.tom).balance == 30
    assert scene.award(**help_wanted).json()["code"] == "nothing_to_thank_for"
