"""Certificates: recommended, issued, declined, issued by themselves, revoked, reinstated."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Email, Notification
from learning.actions import (
    close_enrollment,
    decline_certificate,
    dispute_enrollment,
    issue_certificate,
    issue_due_certificates,
    issue_pending,
    recommend_certificate,
    reinstate_certificate,
    revoke_certificate,
)
from learning.actions.certificates import NotYetEarned
from learning.actions.records import CODE_LETTERS, new_code
from learning.models import Certificate, StudentTeacher
from learning.tests.people import AT, completed, hold, taught
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from tests.cast import a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def recommend(enrollment, type="completion", by=None):
    return recommend_certificate(
        enrollment=enrollment, type=type, by=by or enrollment.teacher, at=AT
    )


def issue(enrollment, type="completion", **fields):
    return issue_certificate(
        enrollment=enrollment, type=type, by=enrollment.course.creator, at=AT, **fields
    )


def transitions(certificate):
    return set(certificate.events.values_list("from_status", "to_status"))


def test_the_teacher_recommends_and_the_creator_is_notified():
    enrollment = taught(sessions=1)

    certificate = recommend(enrollment)
    again = recommend(enrollment)

    assert again == certificate
    assert (certificate.status, certificate.recommended_by) == ("pending", enrollment.teacher)
    assert certificate.auto_issue_at is None
    assert transitions(certificate) == {("", "pending")}
    creator = enrollment.course.creator
    assert Notification.objects.filter(user=creator, kind="certificate").count() == 1
    assert Email.objects.get(user=creator).template == "certificate-recommended"


def test_only_the_assigned_active_teacher_recommends():
    enrollment = taught()
    tina = a_teacher(enrollment.course, name="Tina Teacher")
    for person in (tina.user, enrollment.student, enrollment.course.creator):
        with pytest.raises(Forbidden):
            recommend(enrollment, by=person)

    StudentTeacher.objects.filter(user=enrollment.teacher).update(is_active=False)
    with pytest.raises(Forbidden):
        recommend(enrollment)


def test_teaching_is_not_the_teachers_to_recommend():
    with pytest.raises(Invalid) as refusal:
        recommend(taught(), type="teaching")
    assert "type" in refusal.value.fields


def test_mastery_needs_all_sessions_and_a_recommendation():
    enrollment = taught(modules=2, sessions=1)
    with pytest.raises(NotYetEarned) as refusal:
        recommend(enrollment, type="mastery")
    assert refusal.value.status == 409
    hold(enrollment, 1)
    with pytest.raises(NotYetEarned):
        issue(enrollment, type="mastery")

    recommend(enrollment, type="mastery")

    assert issue(enrollment, type="mastery").status == "issued"


def test_completion_needs_a_completed_course_or_a_recommendation():
    enrollment = taught(sessions=1)
    with pytest.raises(NotYetEarned):
        issue(enrollment)

    recommend(enrollment)

    assert issue(enrollment).status == "issued"


def test_an_earlier_recommendation_becomes_the_request():
    enrollment = taught(modules=1)
    certificate = recommend(enrollment)

    hold(enrollment, 1)

    certificate.refresh_from_db()
    assert certificate.auto_issue_at == AT + timedelta(days=7)
    assert Certificate.objects.count() == 2  # Tom's own and this one


def test_a_later_recommendation_is_added_to_the_automatic_request():
    enrollment = completed()
    certificate = recommend(enrollment)

    assert certificate.recommended_by == enrollment.teacher
    assert certificate.auto_issue_at is not None


def test_issuing_gives_a_code_and_notifies_the_holder():
    enrollment = completed()

    certificate = issue(enrollment)
    again = issue(enrollment)

    assert again.code == certificate.code
    assert len(certificate.code) == 12
    assert set(certificate.code) <= set(CODE_LETTERS)
    assert (certificate.issued_by, certificate.issued_at) == (enrollment.course.creator, AT)
    assert transitions(certificate) == {("", "pending"), ("pending", "issued")}
    assert Email.objects.filter(user=enrollment.student, template="certificate-issued").count() == 1


def test_codes_differ():
    assert len({new_code() for _ in range(500)}) == 500


def test_declining_needs_a_reason_that_the_student_reads():
    enrollment = completed()
    certificate = Certificate.objects.get(enrollment=enrollment)
    clara = enrollment.course.creator
    with pytest.raises(Invalid):
        decline_certificate(certificate=certificate, reason=" ", by=clara, at=AT)

    for _ in range(2):
        decline_certificate(certificate=certificate, reason="Too early.", by=clara, at=AT)

    assert certificate.declined_reason == "Too early."
    assert Email.objects.filter(template="certificate-declined").count() == 1
    with pytest.raises(WrongMoment):
        issue_pending(certificate=certificate, by=clara, at=AT)
    assert recommend(enrollment).pk != certificate.pk


def test_a_certificate_is_issued_after_seven_days_without_a_decision():
    enrollment = completed()
    certificate = Certificate.objects.get(enrollment=enrollment)
    due = certificate.auto_issue_at

    assert issue_due_certificates(at=due - timedelta(seconds=1)) == 0
    assert issue_due_certificates(at=due) == 1
    assert issue_due_certificates(at=due) == 0

    certificate.refresh_from_db()
    assert (certificate.status, certificate.issued_by) == ("issued", None)


def test_a_disputed_or_recommended_one_waits():
    disputed, early = completed(), taught(sessions=1)
    recommend(early)
    dispute_enrollment(enrollment=disputed)

    assert issue_due_certificates(at=AT + timedelta(days=99)) == 0


def test_nothing_is_certified_in_a_cancelled_enrollment():
    enrollment = taught(sessions=1)
    close_enrollment(enrollment=enrollment, by=None, reason="", at=AT)
    with pytest.raises(NotYetEarned):
        recommend(enrollment)
    with pytest.raises(NotYetEarned):
        issue(enrollment, type="teaching")


def test_revoking_and_reinstating_keep_who_when_why():
    enrollment = completed()
    certificate, clara = issue(enrollment), enrollment.course.creator
    code = certificate.code
    with pytest.raises(Invalid):
        revoke_certificate(certificate=certificate, reason="", by=clara, at=AT)

    for _ in range(2):
        revoke_certificate(certificate=certificate, reason="Copied work.", by=clara, at=AT)
    assert (certificate.status, certificate.revoked_by) == ("revoked", clara)
    with pytest.raises(Conflict):
        issue(enrollment)
    with pytest.raises(Conflict):
        recommend(enrollment)

    for _ in range(2):
        reinstate_certificate(certificate=certificate, reason="A mistake.", by=clara, at=AT)
    assert (certificate.status, certificate.code) == ("issued", code)
    assert transitions(certificate) >= {("issued", "revoked"), ("revoked", "issued")}
    assert AuditEntry.objects.count() == 2
    assert Email.objects.filter(template="certificate-revoked").count() == 1


def test_a_revoked_completion_does_not_stop_a_second_round():
    enrollment = completed()
    certificate = issue(enrollment)
    revoke_certificate(
        certificate=certificate, reason="Copied.", by=enrollment.course.creator, at=AT
    )
    again = an_enrollment(
        enrollment.student, enrollment.course, enrollment.student_teacher, modules=2
    )

    hold(again, 2)

    assert again.status == "completed"
    assert Certificate.objects.filter(user=enrollment.student).count() == 1


def test_reinstating_gives_way_to_a_newer_certificate():
    enrollment = completed()
    certificate, clara = issue(enrollment), enrollment.course.creator
    revoke_certificate(certificate=certificate, reason="Copied.", by=clara, at=AT)
    Certificate.objects.create(
        user=enrollment.student, course=enrollment.course, enrollment=enrollment, type="completion"
    )
    with pytest.raises(Conflict):
        reinstate_certificate(certificate=certificate, reason="Mistake.", by=clara, at=AT)


def test_the_teaching_type_makes_a_teacher():
    enrollment = completed()

    certificate = issue(enrollment, type="teaching")

    row = StudentTeacher.objects.get(user=enrollment.student, course=enrollment.course)
    assert row.certificate == certificate
    assert row.waiver_reason == ""
    assert issue(enrollment, type="teaching") == certificate


def test_teaching_before_completion_states_what_it_stands_on():
    enrollment = taught(modules=3, sessions=1)
    issue(enrollment, type="teaching")

    row = StudentTeacher.objects.get(user=enrollment.student)
    assert row.waiver_reason == "Certified by Clara Creator after 1 of 3 sessions."
    assert AuditEntry.objects.get().action == "student_teacher.certify_with_waiver"


def test_an_admin_may_issue_too():
    ada = a_member("Ada", is_admin=True)
    certificate = issue_certificate(enrollment=completed(), type="completion", by=ada, at=AT)
    assert certificate.issued_by == ada
