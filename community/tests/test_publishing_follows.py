"""Timelines at the provider follow what is open to their owner, and nothing else (FEED-12)."""

from datetime import timedelta

import pytest

from accounts.members.actions.relations import block_member, follow_member, unfollow_member
from accounts.sanctions.actions.suspension import lift_suspension, suspend_member
from community.models import CommunityModerator, FeedFollow, FeedMark
from community.tests.publishing import MAIN_FEED, a_post, follows, killed_before_the_note, send
from learning.actions.enrolling import close_enrollment
from learning.actions.teaching import switch_teacher
from learning.models import StudentTeacher
from peerloop.kit import clock
from tests.cast import a_member

pytestmark = pytest.mark.django_db


def test_timelines_follow_what_is_open_to_their_owner(told, vendor):
    course, creator = f"course:{told.course.pk}", f"instructor:{told.clara.pk}"

    for person in (told.sam, told.tom, told.clara):
        assert follows(vendor, person) == {MAIN_FEED, course, creator}
    assert follows(vendor, told.olga) == {MAIN_FEED}
    assert not FeedMark.objects.exists()


def test_who_loses_the_course_loses_its_follows(told, vendor):
    close_enrollment(enrollment=told.enrollment, by=None, reason="Refund", at=clock.now())
    send()

    assert follows(vendor, told.sam) == {MAIN_FEED}
    assert not FeedFollow.objects.filter(user=told.sam, is_wanted=False).exists()


def test_who_may_teach_no_more_loses_them_and_gets_them_back(told, vendor):
    row = StudentTeacher.objects.get(user=told.tom)
    for active, count in ((False, 1), (True, 3)):
        switch_teacher(
            student_teacher=row, active=active, reason="Break", by=told.clara, at=clock.now()
        )
        send()
        assert len(follows(vendor, told.tom)) == count


def test_who_moderates_a_community_follows_its_feeds_meanwhile(told, vendor):
    row = CommunityModerator.objects.create(
        creator=told.clara, user=told.olga, appointed_by=told.clara
    )
    send()
    assert len(follows(vendor, told.olga)) == 3

    row.is_active, row.revoked_by, row.revoked_at = False, told.clara, clock.now()
    row.save()
    send()
    assert follows(vendor, told.olga) == {MAIN_FEED}


def test_members_whom_one_follows_until_one_unfollows_or_is_blocked(told, vendor):
    for end in (
        lambda: unfollow_member(member=told.sam, by=told.olga),
        lambda: block_member(member=told.olga, by=told.sam, at=clock.now()),
    ):
        follow_member(member=told.sam, by=told.olga, at=clock.now())
        send()
        assert follows(vendor, told.olga) == {MAIN_FEED, f"user:{told.sam.pk}"}
        end()
        send()
        assert follows(vendor, told.olga) == {MAIN_FEED}


def test_a_suspended_member_follows_nothing_meanwhile(told, vendor):
    admin = a_member("Ada", is_admin=True)
    suspend_member(user=told.sam, by=admin, reason="Spam", at=clock.now())
    send()
    assert follows(vendor, told.sam) == set()

    lift_suspension(user=told.sam, by=admin, reason="Sorry", at=clock.now())
    send()
    assert len(follows(vendor, told.sam)) == 3


def test_a_follow_whose_answer_was_lost_is_ended_all_the_same(told, vendor):
    follow_member(member=told.sam, by=told.olga, at=clock.now())
    killed_before_the_note()
    assert len(follows(vendor, told.olga)) == 2
    unfollow_member(member=told.sam, by=told.olga)
    send(after=timedelta(seconds=90))

    assert follows(vendor, told.olga) == {MAIN_FEED}


def test_who_closes_the_account_leaves_the_provider_and_may_come_back(told, vendor):
    post = a_post(told.sam)
    follow_member(member=told.sam, by=told.olga, at=clock.now())
    send()
    told.sam.deleted_at = clock.now()
    told.sam.save(update_fields=["deleted_at"])
    send()

    assert not vendor.names(MAIN_FEED)
    assert not vendor.names(f"user:{told.sam.pk}")
    assert follows(vendor, told.sam) == set()

    told.sam.deleted_at = None
    told.sam.save(update_fields=["deleted_at"])
    send()
    assert vendor.names(MAIN_FEED) == [f"post:{post.pk}"]
    assert len(follows(vendor, told.sam)) == 3
