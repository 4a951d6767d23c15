"""Admins don't decide on their own rights (rule ROLE-10)."""

import pytest

from accounts.four_eyes import AnotherAdmin
from learning.actions import (
    certify_teacher,
    decide_application,
    force_completion,
    issue_certificate,
    issue_pending,
    reinstate_certificate,
    revoke_certificate,
    switch_teacher,
)
from learning.models import Certificate, TeachingApplication
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


@pytest.fixture
def bob():
    return a_member("Bob Admin", is_admin=True)


def test_nor_do_they_certify_themselves(ada, bob):
    course = a_course()
    with pytest.raises(AnotherAdmin):
        certify_teacher(user=ada, course=course, by=ada, at=clock.now(), waiver="I know it")

    assert certify_teacher(user=ada, course=course, by=bob, at=clock.now(), waiver="Knows it")


def test_a_creator_who_is_an_admin_still_certifies_for_the_own_course():
    clara = a_member("Clara", is_creator=True, is_admin=True)
    row = certify_teacher(user=clara, course=a_course(clara), by=clara, at=clock.now(), waiver="x")

    assert row.is_active


def test_nor_do_they_switch_themselves_on_again(ada, bob):
    row = a_teacher(a_course(), ada)
    given = {"student_teacher": row, "reason": "Back from a break", "at": clock.now()}
    switch_teacher(active=False, by=ada, **given)
    with pytest.raises(AnotherAdmin):
        switch_teacher(active=True, by=ada, **given)

    switch_teacher(active=True, by=bob, **given)
    assert row.is_active


def test_nor_do_they_declare_their_own_course_completed(ada, bob):
    teacher = a_teacher(a_course(), ada)
    for enrollment in (an_enrollment(ada), an_enrollment(course=teacher.course, teacher=teacher)):
        with pytest.raises(AnotherAdmin):
            force_completion(enrollment=enrollment, by=ada, reason="Done", at=clock.now())

        force_completion(enrollment=enrollment, by=bob, reason="Done", at=clock.now())
        assert enrollment.status == "completed"


def test_nor_do_they_issue_or_reinstate_their_own_certificate(ada, bob):
    enrollment = an_enrollment(ada)
    force_completion(enrollment=enrollment, by=bob, reason="Done", at=clock.now())
    pending = Certificate.objects.get(user=ada)
    with pytest.raises(AnotherAdmin):
        issue_pending(certificate=pending, by=ada, at=clock.now())
    with pytest.raises(AnotherAdmin):
        issue_certificate(enrollment=enrollment, type="completion", by=ada, at=clock.now())
    issue_pending(certificate=pending, by=bob, at=clock.now())
    revoke_certificate(certificate=pending, reason="A mistake", by=bob, at=clock.now())
    with pytest.raises(AnotherAdmin):
        reinstate_certificate(certificate=pending, reason="Mine", by=ada, at=clock.now())


def test_nor_do_they_decide_on_their_own_application(ada, bob):
    enrollment = an_enrollment(ada)
    application = TeachingApplication.objects.create(
        user=ada, course=enrollment.course, enrollment=enrollment
    )
    given = {"application": application, "approve": True, "reason": "Good", "at": clock.now()}
    with pytest.raises(AnotherAdmin):
        decide_application(by=ada, **given)
    application.refresh_from_db()
    assert application.status == "pending"
