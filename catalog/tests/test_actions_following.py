"""Following a course."""

import pytest

from catalog.actions.following import follow_course, unfollow_course
from catalog.models import CourseFollow
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db


def test_following_and_stopping_are_safe_to_repeat():
    course, sam = a_course(), a_member()

    for _ in range(2):
        follow_course(course=course, by=sam)
    assert CourseFollow.objects.filter(user=sam, course=course).count() == 1

    for _ in range(2):
        unfollow_course(course=course, by=sam)
    assert not CourseFollow.objects.exists()


def test_unverified_members_may_follow():
    course, newcomer = a_course(), a_member("Nora New", verified=False)

    follow_course(course=course, by=newcomer)

    assert CourseFollow.objects.filter(user=newcomer).exists()
