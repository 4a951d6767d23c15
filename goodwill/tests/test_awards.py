"""Awards that follow from what happened: each once, and only to who may have them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Notification
from billing.models import MoneyMark
from community.feeds.access import Feed
from community.feeds.actions import reply_to_post, write_post
from community.feeds.actions.helping import mark_helped
from community.models import HelpfulReply
from community.tests.people import Community
from goodwill.models import GoodwillTransaction
from goodwill.points.actions.awards import award_availability
from goodwill.points.handlers import look_for_mentor
from goodwill.points.tasks import mentor, mentors_due
from goodwill.tests.people import a_helper, goodwill_of
from peerloop.kit import clock
from scheduling.events import SessionCompleted
from scheduling.models import Session
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db
NOW = clock.now()


class Scene:
    """Nina learned from Tom, teaches now, and held her first session."""

    def __init__(self):
        self.course = a_course()
        self.tom = a_teacher(self.course)
        self.nina = a_member("Nina New")
        an_enrollment(
            self.nina,
            self.course,
            self.tom,
            status="completed",
            started_at=NOW - timedelta(days=30),
            completed_at=NOW - timedelta(days=9),
        )
        self.teaches = a_teacher(self.course, self.nina)
        self.held = self.session(ended_at=NOW - timedelta(hours=1))
        self.tom = self.tom.user

    def session(self, ended_at):
        enrollment = an_enrollment(a_member(), self.course, self.teaches)
        session = a_session(enrollment, start=ended_at - timedelta(hours=1))
        Session.objects.filter(pk=session.pk).update(
            status="completed", ended_at=ended_at, completion_source="teacher"
        )
        return session


@pytest.fixture
def scene():
    return Scene()


def rewarded():
    return GoodwillTransaction.objects.filter(reason="first_session_mentor")


def test_who_taught_a_new_teacher_is_rewarded_once(scene):
    for _ in range(2):
        mentor(str(scene.held.pk))
        mentors_due()
    row = rewarded().get()
    assert (row.user, row.subject, row.points) == (scene.tom, scene.nina, 50)


def test_a_second_session_rewards_nobody(scene):
    later = scene.session(ended_at=NOW)
    mentor(str(later.pk))
    assert not rewarded().exists()


def test_a_lost_task_is_made_up_for(scene):
    mentors_due()
    assert rewarded().exists()


def test_a_completed_session_looks_for_a_mentor(scene, django_capture_on_commit_callbacks):
    event = SessionCompleted(
        scene.held.pk, scene.held.enrollment_id, scene.nina.pk, scene.held.student_id, NOW
    )
    with django_capture_on_commit_callbacks() as asked:
        look_for_mentor(event)
    assert len(asked) == 1


def test_who_no_longer_teaches_is_not_rewarded(scene):
    scene.tom.is_active = False
    scene.tom.save()
    mentor(str(scene.held.pk))
    assert not rewarded().exists()


def test_accounts_of_one_purse_do_not_reward_each_other(scene):
    for user in (scene.tom, scene.nina):
        MoneyMark.objects.create(user=user, kind="payout", mark="same")
    mentor(str(scene.held.pk))
    assert not rewarded().exists()


def test_being_there_is_rewarded_once_a_day():
    tom = a_helper()
    assert award_availability(user=tom, day=NOW.date(), at=NOW)
    assert not award_availability(user=tom, day=NOW.date(), at=NOW)
    assert goodwill_of(tom).balance == 5


def test_who_moves_to_another_zone_has_no_second_bonus_of_a_day():
    tom, at = a_helper(timezone="Pacific/Kiritimati"), datetime(2026, 6, 1, 20, tzinfo=UTC)
    assert award_availability(user=tom, day=date(2026, 6, 2), at=at)
    tom.timezone = "Pacific/Pago_Pago"
    tom.save()
    assert not award_availability(user=tom, day=date(2026, 6, 1), at=at)
    assert goodwill_of(tom).balance == 5


def test_a_reply_that_its_asker_marks_brings_points_once(scene):
    an_enrollment(asker := a_member(), scene.course, scene.teaches)
    feed = Feed("course", scene.course)
    question = write_post(feed=feed, content="How?", by=asker, at=NOW, is_question=True)
    reply = reply_to_post(post=question, content="So.", by=scene.tom, at=NOW)
    for _ in range(2):
        mark_helped(reply=reply, by=asker, at=NOW)
    assert goodwill_of(scene.tom).questions_answered == 1


def test_a_mark_stands_where_no_points_may_move(scene):
    an_enrollment(asker := a_member(), scene.course, scene.teaches)
    an_enrollment(other := a_member(), scene.course, scene.teaches)
    feed = Feed("course", scene.course)
    question = write_post(feed=feed, content="How?", by=asker, at=NOW, is_question=True)
    reply = reply_to_post(post=question, content="So.", by=other, at=NOW)
    mark_helped(reply=reply, by=asker, at=NOW)
    assert HelpfulReply.objects.filter(reply=reply).exists()
    assert not GoodwillTransaction.objects.exists()


def test_who_does_not_teach_has_no_bonus():
    assert not award_availability(user=a_member(), day=NOW.date(), at=NOW)


def test_an_answer_that_helped_brings_one_notification_that_tells_of_the_points():
    here = Community()
    question = here.post(here.sam, "Why?", here.inside, is_question=True)
    reply = reply_to_post(post=question, content="Because", by=here.tom, at=clock.now())
    mark_helped(reply=reply, by=here.sam, at=clock.now())
    told = Notification.objects.filter(user=here.tom, title__contains="Sam")
    assert [(one.title, one.body) for one in told] == [
        ("Your answer helped Sam Student", "You earned 5 points. Because")
    ]


def test_an_answer_that_brings_no_points_is_told_without_them():
    here = Community()
    question = here.post(here.tom, "Why?", here.inside, is_question=True)
    reply = reply_to_post(post=question, content="Because", by=here.sam, at=clock.now())
    mark_helped(reply=reply, by=here.tom, at=clock.now())
    told = Notification.objects.get(user=here.sam, title__contains="helped")
    assert told.body == "Because"
