"""Community moderators: appointed by creators, with rights in those feeds alone (ROLE-9, MOD-5)."""

import pytest
from django.db import IntegrityError, transaction

from accounts.events import MemberLeft
from accounts.members.actions.relations import block_member
from accounts.models import AuditEntry, Notification
from community.feeds.access import MAIN, Feed, leads, reads, require_may_write
from community.feeds.actions import write_post
from community.feeds.actions.followers import add_instructor_follower
from community.models import CommunityModerator
from community.moderators.access import (
    appointments_of,
    keeps_order_in,
    leads_feed,
    moderated_courses,
)
from community.moderators.actions import appoint_moderator, appointing, end_appointment
from community.moderators.handlers import end_appointments_of_departed_member
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden, Invalid
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db
NOW = clock.now()


class Scene:
    """Clara with a course, Tom who teaches it, Sam who learns it; Carl creates another one."""

    def __init__(self):
        self.course = a_course()
        self.clara = self.course.creator
        self.tom = a_teacher(self.course).user
        self.sam = a_student_of(self.course)
        self.other = a_course(a_member("Carl Creator", is_creator=True))
        self.feeds = [Feed("course", self.course), Feed("instructor", creator=self.clara)]
        self.other_feeds = [
            MAIN,
            Feed("course", self.other),
            Feed("instructor", creator=self.other.creator),
        ]


def a_student_of(course, name="Sam Student"):
    student = a_member(name)
    enrollment = an_enrollment(student, course)
    add_instructor_follower(
        creator_id=course.creator_id,
        user_id=student.pk,
        enrollment_id=enrollment.pk,
        at=NOW,
    )
    return student


@pytest.fixture
def scene():
    return Scene()


def appointed(scene, user=None, by=None):
    return appoint_moderator(
        creator=scene.clara, user=user or scene.sam, by=by or scene.clara, at=NOW
    )


def titles(user):
    return list(Notification.objects.filter(user=user).values_list("title", flat=True))


def test_a_creator_appoints_a_student_or_a_teacher_of_theirs(scene):
    for user in (scene.sam, scene.tom):
        assert appointed(scene, user).is_active
        assert appointments_of(user).exists()
        assert any("Clara Creator" in title for title in titles(user))
    assert not appointments_of(scene.clara).exists()
    entry = AuditEntry.objects.filter(action="community_moderator.appoint").first()
    assert entry.actor == scene.clara


def test_moderators_keep_order_in_the_feeds_of_their_creator_alone(scene):
    assert not any(keeps_order_in(scene.sam, feed) for feed in scene.feeds)
    appointed(scene)

    assert all(keeps_order_in(scene.sam, feed) for feed in scene.feeds)
    assert not any(keeps_order_in(scene.sam, feed) for feed in scene.other_feeds)
    assert list(moderated_courses(scene.sam)) == [scene.course]


def test_a_post_stands_for_its_feed(scene):
    appointed(scene)
    post = write_post(feed=scene.feeds[0], content="Hello", by=scene.tom, at=NOW)
    main = write_post(feed=MAIN, content="Hello", by=scene.tom, at=NOW)

    assert keeps_order_in(scene.sam, post)
    assert not keeps_order_in(scene.sam, main)


def test_admins_and_platform_moderators_keep_order_everywhere(scene):
    for field in ("is_admin", "is_moderator"):
        user = a_member("Mona", **{field: True})
        assert all(keeps_order_in(user, feed) for feed in scene.feeds + scene.other_feeds)


def test_the_creator_leads_the_feed_without_being_its_moderator(scene):
    assert all(leads_feed(scene.clara, feed) for feed in scene.feeds)
    assert not any(leads_feed(scene.clara, feed) for feed in scene.other_feeds)
    assert not any(keeps_order_in(scene.clara, feed) for feed in scene.feeds)


def test_moderators_read_their_feeds_also_when_they_study_no_more(scene):
    appointed(scene)
    scene.sam.refresh_from_db()
    enrollments = type(an_enrollment()).objects.filter(student=scene.sam)
    enrollments.update(status="cancelled", cancelled_at=NOW)

    assert all(reads(scene.sam, feed) for feed in scene.feeds)
    assert not any(reads(scene.sam, feed) for feed in scene.other_feeds[1:])
    path = f"/api/v1/courses/{scene.course.pk}/feed"
    assert api(scene.sam).get(path).status_code == 200


def test_moderators_announce_in_their_feeds_alone(scene):
    appointed(scene)
    for feed in scene.feeds:
        assert leads(scene.sam, feed)
        require_may_write(scene.sam, feed, "announcement", at=NOW)
    for feed in scene.other_feeds:
        assert not leads(scene.sam, feed)
        with pytest.raises(Forbidden):
            require_may_write(scene.sam, feed, "announcement", at=NOW)


def test_who_blocks_a_moderator_is_still_seen_where_they_moderate(scene):
    post = write_post(feed=scene.feeds[0], content="In the course", by=scene.tom, at=NOW)
    write_post(feed=MAIN, content="In the main feed", by=scene.tom, at=NOW)
    block_member(member=scene.sam, by=scene.tom, at=NOW)
    path = f"/api/v1/posts/{post.pk}"
    assert api(scene.sam).get(path).status_code == 404

    appointed(scene)

    assert api(scene.sam).get(path).status_code == 200
    shown = api(scene.sam).get(f"/api/v1/courses/{scene.course.pk}/feed").json()["posts"]
    assert [row["content"] for row in shown] == ["In the course"]
    main = api(scene.sam).get("/api/v1/feed?order=newest").json()["posts"]
    assert "In the main feed" not in [row["content"] for row in main]


def test_only_people_of_the_creator_are_appointed(scene):
    stranger = a_member("Olga")
    for user in (stranger, scene.clara, scene.other.creator):
        with pytest.raises(Invalid) as refusal:
            appointed(scene, user)
        assert "handle" in refusal.value.fields


def test_who_keeps_order_everywhere_needs_no_appointment(scene):
    mona = a_student_of(scene.course, "Mona")
    type(mona).objects.filter(pk=mona.pk).update(is_moderator=True)
    mona.refresh_from_db()
    with pytest.raises(appointing.KeepsOrderAlready):
        appointed(scene, mona)


def test_nobody_but_the_creator_or_an_admin_appoints_or_ends(scene):
    appointment = appointed(scene, scene.tom)
    for by in (scene.sam, scene.other.creator, a_member("Mo", is_moderator=True)):
        with pytest.raises(Forbidden):
            appointed(scene, by=by)
        with pytest.raises(Forbidden):
            end_appointment(appointment=appointment, by=by, at=NOW)
    assert appointed(scene, by=a_member("Ada", is_admin=True)).is_active


def test_appointing_twice_changes_nothing(scene):
    assert appointed(scene) == appointed(scene)
    assert len(titles(scene.sam)) == 1


def test_a_creator_has_at_most_twenty_moderators(scene, monkeypatch):
    monkeypatch.setattr(appointing, "MOST_MODERATORS", 1)
    appointment = appointed(scene)
    with pytest.raises(appointing.TooManyModerators):
        appointed(scene, scene.tom)
    end_appointment(appointment=appointment, by=scene.clara, at=NOW)
    assert appointed(scene, scene.tom).is_active


def test_the_creator_ends_it_and_the_moderator_reads_why(scene):
    appointment = appointed(scene)
    end_appointment(appointment=appointment, by=scene.clara, reason="Thank you!", at=NOW)

    assert not appointments_of(scene.sam).exists()
    assert not any(leads(scene.sam, feed) for feed in scene.feeds)
    told = Notification.objects.filter(user=scene.sam).latest("created_at", "pk")
    assert told.body.strip("\u2068\u2069") == "Thank you!"
    assert not Notification.objects.filter(user=scene.clara).exists()


def test_moderators_may_leave_and_the_creator_is_told(scene):
    appointment = appointed(scene)
    for _ in range(2):
        end_appointment(appointment=appointment, by=scene.sam, at=NOW)

    assert not appointments_of(scene.sam).exists()
    assert len(titles(scene.clara)) == 1
    appointment.refresh_from_db()
    assert appointment.revoked_by == scene.sam


def test_an_appointment_that_ended_stays_as_history_beside_the_next(scene):
    first = appointed(scene)
    end_appointment(appointment=first, by=scene.clara, at=NOW)
    second = appointed(scene)
    assert first.pk != second.pk
    assert CommunityModerator.objects.filter(user=scene.sam).count() == 2


def test_the_database_refuses_a_second_live_appointment_and_oneself(scene):
    appointed(scene)
    for user in (scene.sam, scene.clara):
        with pytest.raises(IntegrityError), transaction.atomic():
            CommunityModerator.objects.create(
                creator=scene.clara, user=user, appointed_by=scene.clara
            )


@pytest.mark.parametrize("who", ["sam", "clara"])
def test_appointments_end_with_the_account_of_either_side(scene, who):
    appointed(scene)
    end_appointments_of_departed_member(MemberLeft(user_id=getattr(scene, who).pk, at=NOW))
    assert not appointments_of(scene.sam).exists()
