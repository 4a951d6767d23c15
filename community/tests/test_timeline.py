"""Timelines: whose own feed holds a post, and that it stays right."""

from datetime import timedelta
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.members.actions.relations import block_member, follow_member, unfollow_member
from community.feeds.access import MAIN, Feed
from community.feeds.actions import repost, write_post
from community.feeds.actions.keeping_order import remove_reported_post, restore_reported_post
from community.feeds.personal_data import delete_timeline
from community.feeds.tasks import refill_timeline, repair_timelines, tend_timelines
from community.feeds.timeline import refill
from community.models import InstructorFollower, Post, TimelineEntry, WideFeed
from community.moderators.actions import appoint_moderator, appointing
from learning.actions import switch_teacher
from learning.events import EnrollmentCancelled, EnrollmentOpened, TeacherCertified
from learning.models import Enrollment, StudentTeacher
from peerloop.kit import clock
from peerloop.kit.events import announce
from peerloop.kit.personal_data import ClosedAccount, erasing_steps
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db


class Scene:
    """Clara's course with Tom who teaches and Sam who learns; Olga follows Ada."""

    def __init__(self):
        self.course = a_course()
        self.clara = self.course.creator
        teaching = a_teacher(self.course)
        self.tom = teaching.user
        self.sam = a_member()
        self.enrollment = an_enrollment(self.sam, self.course, teaching)
        self.ada, self.olga = a_member("Ada"), a_member("Olga")
        follow_member(member=self.ada, by=self.olga, at=clock.now())
        self.inside = Feed("course", self.course)


@pytest.fixture
def scene():
    return Scene()


def a_post(by, feed=MAIN, content="Hello", at=None):
    return write_post(feed=feed, content=content, by=by, at=at or clock.now())


def readers_of(post):
    rows = TimelineEntry.objects.filter(post=post)
    return set(rows.values_list("user__name", flat=True))


def timeline(user):
    rows = TimelineEntry.objects.filter(user=user).order_by("-posted_at")
    return list(rows.values_list("post__content", flat=True))


def told(kind, scene, user, **more):
    """The event of an enrollment of that member."""
    announce(
        kind(
            enrollment_id=scene.enrollment.pk,
            student_id=user.pk,
            course_id=scene.course.pk,
            creator_id=scene.clara.pk,
            at=clock.now(),
            **more,
        )
    )


def test_a_post_of_a_course_goes_to_its_people(scene):
    post = a_post(scene.tom, scene.inside)
    assert readers_of(post) == {scene.sam.name, scene.tom.name, scene.clara.name}


def test_a_post_of_a_creator_goes_to_buyers_and_teachers(scene):
    InstructorFollower.objects.create(
        creator=scene.clara,
        user=scene.sam,
        first_enrollment=scene.enrollment,
        first_enrollment_at=clock.now(),
    )
    post = a_post(scene.clara, Feed("instructor", creator=scene.clara))
    assert readers_of(post) == {scene.sam.name, scene.tom.name, scene.clara.name}


def test_a_post_to_everybody_goes_to_followers_alone(scene):
    assert readers_of(a_post(scene.ada)) == {"Olga"}
    assert readers_of(a_post(scene.olga)) == set()


def test_a_follow_brings_what_was_written_and_its_end_takes_it_away(scene):
    a_post(scene.ada, content="Before")
    follow_member(member=scene.ada, by=scene.sam, at=clock.now())
    assert timeline(scene.sam) == ["Before"]
    unfollow_member(member=scene.ada, by=scene.sam)
    assert timeline(scene.sam) == []
    block_member(member=scene.olga, by=scene.ada, at=clock.now())
    assert timeline(scene.olga) == []


def test_a_new_student_finds_the_feeds_of_course_and_creator(scene):
    a_post(scene.tom, scene.inside, "In the course")
    a_post(scene.clara, Feed("instructor", creator=scene.clara), "To all")
    an_enrollment(scene.olga, scene.course)
    told(EnrollmentOpened, scene, scene.olga, teacher_id=None)
    assert timeline(scene.olga) == ["To all", "In the course"]


def test_a_cancelled_student_loses_both_unless_they_teach_there(scene):
    told(EnrollmentOpened, scene, scene.sam, teacher_id=None)
    a_post(scene.clara, scene.inside, "In the course")
    a_post(scene.clara, Feed("instructor", creator=scene.clara), "To all")
    a_post(scene.ada)
    follow_member(member=scene.ada, by=scene.sam, at=clock.now())
    assert len(timeline(scene.sam)) == 3
    Enrollment.objects.update(status="cancelled", cancelled_at=clock.now())
    told(EnrollmentCancelled, scene, scene.sam)
    assert timeline(scene.sam) == ["Hello"]
    told(EnrollmentCancelled, scene, scene.tom)
    assert "In the course" in timeline(scene.tom)


def test_a_new_teacher_finds_what_was_written(scene):
    a_post(scene.tom, scene.inside, "In the course")
    nora = a_teacher(scene.course, a_member("Nora"))
    event = TeacherCertified(nora.pk, nora.user_id, scene.course.pk, clock.now())
    announce(event)
    assert timeline(nora.user) == ["In the course"]


def test_a_feed_with_very_many_readers_is_read_from_it(scene, settings):
    settings.FEED_PUSH_MOST = 2
    near = [a_post(scene.tom, scene.inside, "In the course"), a_post(scene.ada, content="Of Ada")]
    for number in range(2):
        follow_member(member=scene.ada, by=a_member(f"M{number}"), at=clock.now())
    near.append(a_post(scene.ada, content="Of famous Ada"))
    settings.FEED_PUSH_MOST = 0
    near.append(a_post(scene.clara, Feed("instructor", creator=scene.clara), "To all"))

    assert [readers_of(post) for post in near] == [set(), {"Olga", "M0", "M1"}, set(), set()]
    assert WideFeed.objects.count() == 3
    for query in ("", "?order=newest"):
        by_reader = {
            reader.name: {row["content"] for row in rows(reader, query)}
            for reader in (scene.sam, scene.tom, scene.olga)
        }
        public = {"Of Ada", "Of famous Ada"}
        assert by_reader == {
            scene.sam.name: public | {"In the course"},
            scene.tom.name: public | {"In the course", "To all"},
            "Olga": public,
        }
        why = {row["content"]: row["reason"] for row in rows(scene.olga, query)}
        assert why["Of famous Ada"].startswith("You follow")


def rows(reader, query=""):
    return api(reader).get(f"/api/v1/feed{query}").json()["posts"]


def test_a_post_of_a_wide_feed_that_is_followed_comes_once(scene, settings):
    settings.FEED_PUSH_MOST = 0
    a_post(scene.ada, content="Of Ada")
    assert [row["content"] for row in rows(scene.olga)] == ["Of Ada"]
    assert [row["content"] for row in rows(scene.sam)] == ["Of Ada"]


def test_what_was_missed_is_repaired(scene):
    a_post(scene.tom, scene.inside, "In the course")
    a_post(scene.ada, content="Of Ada")
    TimelineEntry.objects.all().delete()
    repair_timelines()
    assert timeline(scene.sam) == ["In the course"]
    assert timeline(scene.olga) == ["Of Ada"]


def test_members_whose_feeds_changed_lately_get_a_right_timeline(scene):
    a_post(scene.tom, scene.inside, "In the course")
    a_post(scene.ada, content="Of Ada")
    TimelineEntry.objects.filter(user=scene.sam).delete()
    wrong = TimelineEntry.objects.filter(user=scene.olga).get()
    TimelineEntry.objects.create(user=scene.sam, post=wrong.post, posted_at=wrong.posted_at)
    tend_timelines()
    assert timeline(scene.sam) == ["In the course"]
    assert timeline(scene.olga) == ["Of Ada"]


def test_own_feeds_forget_what_is_old(scene):
    old = a_post(scene.ada, content="Old", at=clock.now() - timedelta(days=366))
    a_post(scene.ada, content="New")
    assert readers_of(old) == {"Olga"}
    tend_timelines()
    assert timeline(scene.olga) == ["New"]
    assert [row["content"] for row in rows(scene.sam)] == ["New"]


def test_the_timeline_of_an_erased_member_is_deleted(scene):
    post = a_post(scene.tom, scene.inside)
    sam = scene.sam
    account = ClosedAccount(sam.pk, sam.name, sam.handle, sam.email, "")
    assert delete_timeline in erasing_steps()
    delete_timeline(account, clock.now())
    assert readers_of(post) == {scene.tom.name, scene.clara.name}


def test_timelines_are_rebuilt_by_hand(scene):
    a_post(scene.tom, scene.inside, "In the course")
    TimelineEntry.objects.all().delete()
    said = StringIO()
    call_command("rebuild_timelines", scene.sam.handle, stdout=said)
    assert timeline(scene.sam) == ["In the course"]
    assert timeline(scene.tom) == []
    assert "1 timelines, 1 rows were wrong" in said.getvalue()
    call_command("rebuild_timelines", stdout=said)
    assert timeline(scene.tom) == ["In the course"]
    with pytest.raises(CommandError):
        call_command("rebuild_timelines", "nobody-at-all")


@pytest.mark.django_db(transaction=True)
def test_a_post_and_an_enrollment_in_the_same_moment_are_brought_together(transactional_db):
    scene = Scene()

    def enroll():
        try:
            an_enrollment(scene.olga, scene.course)
            told(EnrollmentOpened, scene, scene.olga, teacher_id=None)
        finally:
            connection.close()

    with transaction.atomic():
        a_post(scene.tom, scene.inside, "In between")
        thread = Thread(target=enroll)
        thread.start()
        thread.join()
    assert timeline(scene.olga) == []

    repair_timelines()

    assert timeline(scene.olga) == ["In between"]


def test_a_teacher_who_is_switched_on_again_finds_the_feeds_at_once(scene):
    teaching = StudentTeacher.objects.get(user=scene.tom)
    switching = {"student_teacher": teaching, "by": scene.clara, "at": clock.now()}
    switch_teacher(**switching, active=False, reason="A pause")
    post = a_post(scene.clara, scene.inside)
    assert scene.tom.name not in readers_of(post)

    switch_teacher(**switching, active=True, reason="")

    assert scene.tom.name in readers_of(post)


def test_a_new_moderator_finds_the_feeds_at_once(scene, monkeypatch):
    tasks = {"community.refill_timeline": refill_timeline}
    monkeypatch.setattr(appointing, "enqueue", lambda name, **ids: tasks[name](**ids))
    kim = an_enrollment(a_member("Kim"), a_course(scene.clara)).student
    told(EnrollmentOpened, scene, kim, teacher_id=None)
    post = a_post(scene.clara, scene.inside)
    TimelineEntry.objects.filter(user=kim).delete()

    appoint_moderator(creator=scene.clara, user=kim, by=scene.clara, at=clock.now())

    assert kim.name in readers_of(post)


def test_who_unfollows_an_author_keeps_what_they_wrote_in_shared_feeds(scene):
    follow_member(member=scene.tom, by=scene.sam, at=clock.now())
    inside, outside = a_post(scene.tom, scene.inside), a_post(scene.tom)
    assert scene.sam.name in readers_of(inside)
    assert scene.sam.name in readers_of(outside)

    unfollow_member(member=scene.tom, by=scene.sam)

    assert scene.sam.name in readers_of(inside)
    assert scene.sam.name not in readers_of(outside)


def test_what_was_deleted_or_removed_is_taken_out_of_timelines(scene):
    posts = [a_post(scene.tom, scene.inside, f"Post {number}") for number in range(3)]
    Post.objects.filter(pk=posts[0].pk).update(status="deleted")
    Post.objects.filter(pk=posts[1].pk).update(status="removed")

    assert refill(scene.sam, clock.now()) == 2

    assert timeline(scene.sam) == ["Post 2"]


def test_a_restored_post_brings_its_reposts_to_who_came_meanwhile(scene):
    post = a_post(scene.olga)
    repost(post=post, by=scene.ada, at=clock.now())
    again = Post.objects.get(repost_of=post)
    remove_reported_post(id=post.pk, at=clock.now())
    nora = a_member("Nora")
    follow_member(member=scene.ada, by=nora, at=clock.now())
    assert readers_of(again) == {"Olga"}

    restore_reported_post(id=post.pk, at=clock.now())
    restore_reported_post(id=post.pk, at=clock.now())

    assert readers_of(again) == {"Olga", "Nora"}
