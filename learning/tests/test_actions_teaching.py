"""The right to teach: applied for, given, paused, switched off and on."""

from datetime import timedelta

import pytest

from accounts.identity.access import Unverified
from accounts.models import AuditEntry, Email, Notification
from catalog.events import CoursePublished
from learning.actions import (
    apply_to_teach,
    certify_creator,
    certify_teacher,
    close_enrollment,
    decide_application,
    list_as_teacher,
    pause_teaching,
    reinstate_certificate,
    revoke_certificate,
    switch_teacher,
)
from learning.actions.applications import CourseNotCompleted, TeachesAlready, WaitAfterDecline
from learning.events import TeacherCertified
from learning.handlers import certify_creator_on_publication
from learning.models import StudentTeacher, TeachingApplication
from learning.tests.people import AT, completed, taught
from peerloop.kit import events
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def apply(enrollment, at=AT):
    return apply_to_teach(
        enrollment=enrollment, message="I like to explain.", by=enrollment.student, at=at
    )


def decide(application, approve, reason="", at=AT):
    return decide_application(
        application=application,
        approve=approve,
        reason=reason,
        by=application.course.creator,
        at=at,
    )


def switch(row, active, reason="", by=None):
    switch_teacher(
        student_teacher=row, active=active, reason=reason, by=by or row.course.creator, at=AT
    )


def test_who_completed_the_course_applies_once():
    enrollment = completed()

    first = apply(enrollment)

    assert apply(enrollment) == first
    creator = enrollment.course.creator
    assert Email.objects.filter(user=creator, template="teaching-application").count() == 1


def test_applying_needs_completion_and_a_proven_address():
    with pytest.raises(CourseNotCompleted):
        apply(taught(sessions=1))
    enrollment = completed()
    enrollment.student.email_verified_at = None
    with pytest.raises(Unverified):
        apply(enrollment)


def test_others_cannot_apply_for_the_student():
    with pytest.raises(Forbidden):
        apply_to_teach(enrollment=completed(), message="", by=a_member("Olga"), at=AT)


def test_approval_certifies_in_one_act(monkeypatch):
    heard = []
    monkeypatch.setitem(events._in_transaction, TeacherCertified, [heard.append])
    application = apply(completed())

    for _ in range(2):
        decide(application, approve=True)

    row = StudentTeacher.objects.get(user=application.user)
    assert row.is_active
    assert (row.certificate.type, row.certificate.status) == ("teaching", "issued")
    assert (row.certified_by, row.certified_date) == (application.course.creator, AT.date())
    application.user.refresh_from_db()
    assert application.user.is_student_teacher
    assert [event.student_teacher_id for event in heard] == [row.pk]
    assert Email.objects.filter(template="teaching-decision").count() == 1
    with pytest.raises(TeachesAlready):
        apply(application.enrollment)


def test_a_decline_has_a_reason_and_holds_for_thirty_days():
    application = apply(completed())
    with pytest.raises(Invalid):
        decide(application, approve=False)
    decide(application, approve=False, reason="Take one more session.")
    with pytest.raises(WrongMoment):
        decide(application, approve=True)

    with pytest.raises(WaitAfterDecline) as refusal:
        apply(application.enrollment, at=AT + timedelta(days=29))
    assert refusal.value.details["again_at"] == (AT + timedelta(days=30)).isoformat()
    assert apply(application.enrollment, at=AT + timedelta(days=31)).pk != application.pk


def test_only_the_creator_or_an_admin_decides():
    application = apply(completed())
    for person in (application.user, application.enrollment.teacher, a_member("Olga")):
        with pytest.raises(Forbidden):
            decide_application(application=application, approve=True, reason="", by=person, at=AT)


def test_leaving_the_course_withdraws_the_application():
    application = apply(completed())
    close_enrollment(enrollment=application.enrollment, by=None, reason="refund", at=AT)

    application.refresh_from_db()
    assert application.status == TeachingApplication.Status.WITHDRAWN


def test_the_creator_teaches_from_the_first_publication():
    course = a_course()
    event = CoursePublished(course_id=course.pk, creator_id=course.creator_id, at=AT)

    for _ in range(2):
        certify_creator_on_publication(event)

    row = StudentTeacher.objects.get(user=course.creator)
    assert (row.certified_by, row.certificate.issued_by, row.waiver_reason) == (None, None, "")
    assert not Email.objects.exists()


def test_a_creator_who_was_switched_off_stays_so():
    course = a_course()
    row = certify_creator(course=course, at=AT)
    switch(row, active=False, reason="Too busy.", by=a_member("Ada", is_admin=True))

    assert not certify_creator(course=course, at=AT).is_active


def test_certifying_a_newcomer_needs_a_waiver():
    course, olga = a_course(), a_member("Olga")
    with pytest.raises(Invalid) as refusal:
        certify_teacher(user=olga, course=course, by=course.creator, at=AT)
    assert "waiver" in refusal.value.fields

    certify_teacher(user=olga, course=course, by=course.creator, at=AT, waiver="Wrote the book.")

    assert StudentTeacher.objects.get(user=olga).waiver_reason == "Wrote the book."
    assert AuditEntry.objects.get().reason == "Wrote the book."


def test_strangers_cannot_certify():
    course = a_course()
    with pytest.raises(Forbidden):
        certify_teacher(user=a_member("Olga"), course=course, by=a_member(), at=AT, waiver="x")


def test_a_pause_is_the_teachers_own():
    tom = a_teacher(a_course())
    with pytest.raises(Forbidden):
        pause_teaching(student_teacher=tom, paused=True, by=tom.course.creator)

    for _ in range(2):
        pause_teaching(student_teacher=tom, paused=True, by=tom.user)
    assert not tom.may_teach
    pause_teaching(student_teacher=tom, paused=False, by=tom.user)
    assert tom.may_teach


def test_switching_off_frees_the_students_and_the_lists():
    enrollment = taught(sessions=1)
    tom, sam = enrollment.student_teacher, enrollment.student
    tom.user.is_student_teacher = True
    tom.user.save()
    with pytest.raises(Invalid):
        switch(tom, active=False)

    for _ in range(2):
        switch(tom, active=False, reason="Three complaints.")

    enrollment.refresh_from_db()
    assert (enrollment.teacher, enrollment.student_teacher) == (None, None)
    assert Notification.objects.filter(user=sam, title__contains="no longer").count() == 1
    assert Notification.objects.filter(kind="course_no_teachers").count() == 1
    tom.user.refresh_from_db()
    assert not tom.user.is_student_teacher
    assert AuditEntry.objects.get().action == "student_teacher.switch_off"
    switch(tom, active=True)
    assert tom.is_active
    assert tom.deactivated_reason == ""
    tom.user.refresh_from_db()
    assert tom.user.is_student_teacher


def test_who_was_not_listed_is_not_listed_by_a_reinstatement():
    tom = a_teacher(a_course())
    list_as_teacher(user=tom.user, listed=True)
    switch(tom, active=False, reason="Off.")
    list_as_teacher(user=tom.user, listed=False)

    switch(tom, active=True)

    tom.user.refresh_from_db()
    assert not tom.user.is_student_teacher


def test_a_teacher_of_two_courses_stays_listed():
    tom = a_teacher(a_course())
    a_teacher(a_course(), tom.user)
    list_as_teacher(user=tom.user, listed=True)

    switch(tom, active=False, reason="Off.")

    tom.user.refresh_from_db()
    assert tom.user.is_student_teacher


def test_only_the_creator_or_an_admin_switches():
    tom = a_teacher(a_course())
    with pytest.raises(Forbidden):
        switch(tom, active=False, reason="I want to.", by=tom.user)


def test_listing_needs_the_right_to_teach():
    with pytest.raises(Invalid):
        list_as_teacher(user=a_member(), listed=True)


def test_revoking_the_certificate_takes_the_right_and_reinstating_returns_it():
    tom = a_teacher(a_course())
    clara, certificate = tom.course.creator, tom.certificate

    revoke_certificate(certificate=certificate, reason="Absent.", by=clara, at=AT)
    tom.refresh_from_db()
    assert not tom.is_active
    with pytest.raises(WrongMoment):
        switch(tom, active=True)

    reinstate_certificate(certificate=certificate, reason="Was ill.", by=clara, at=AT)
    tom.refresh_from_db()
    assert tom.is_active


def test_reinstating_leaves_another_switch_alone():
    tom = a_teacher(a_course())
    clara, certificate = tom.course.creator, tom.certificate
    switch(tom, active=False, reason="Rude.")
    revoke_certificate(certificate=certificate, reason="Absent.", by=clara, at=AT)

    reinstate_certificate(certificate=certificate, reason="Was ill.", by=clara, at=AT)

    tom.refresh_from_db()
    assert not tom.is_active


def test_a_new_certificate_follows_a_revoked_one():
    tom = a_teacher(a_course())
    clara, old = tom.course.creator, tom.certificate
    revoke_certificate(certificate=old, reason="Absent.", by=clara, at=AT)

    row = certify_teacher(user=tom.user, course=tom.course, by=clara, at=AT, waiver="Back.")

    assert row.pk == tom.pk
    assert row.is_active
    assert row.certificate != old


def test_a_pause_that_leaves_students_without_a_teacher_is_notified():
    enrollment = taught()
    pause_teaching(
        student_teacher=enrollment.student_teacher, paused=True, by=enrollment.teacher, at=AT
    )

    assert Notification.objects.get(kind="course_no_teachers").user == enrollment.course.creator
    assert an_enrollment(course=enrollment.course).teacher is None
