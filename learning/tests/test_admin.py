"""Enrollments, teachers, certificates and applications in the admin site."""

import pytest

from accounts.models import AuditEntry, Notification
from learning.actions import apply_to_teach, issue_certificate
from learning.models import Certificate, StudentTeacher
from learning.tests.people import AT, completed, taught
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return browse(a_member("Ada Admin", is_admin=True, is_superuser=True))


def act(client, model, action, row, **given):
    """Choose the act, and answer the page that asks."""
    chosen = {"action": action, "_selected_action": [str(row.pk)]}
    asked = client.post(f"/admin/learning/{model}/", chosen)
    assert asked.status_code == 200
    assert "Reason" in asked.content.decode()
    done = client.post(f"/admin/learning/{model}/", {**chosen, "apply": "1", **given}, follow=True)
    assert done.status_code == 200
    row.refresh_from_db()
    return done.content.decode()


@pytest.mark.parametrize(
    "model", ["enrollment", "studentteacher", "certificate", "teachingapplication"]
)
def test_lists_and_rows_open_for_admins_alone(ada, model):
    enrollment = completed()
    application = apply_to_teach(enrollment=enrollment, message="", by=enrollment.student, at=AT)
    row = {
        "enrollment": enrollment,
        "studentteacher": enrollment.student_teacher,
        "certificate": enrollment.student_teacher.certificate,
        "teachingapplication": application,
    }[model]
    path = f"/admin/learning/{model}/"
    assert ada.get(path).status_code == 200
    assert ada.get(f"{path}?q=sam").status_code == 200
    assert ada.get(f"{path}{row.pk}/change/").status_code == 200
    assert browse(enrollment.course.creator).get(path).status_code == 302


def test_revoking_and_reinstating_with_a_reason(ada):
    enrollment = completed()
    row = issue_certificate(
        enrollment=enrollment, type="completion", by=enrollment.course.creator, at=AT
    )
    act(ada, "certificate", "revoke", row, reason="")
    assert row.status == "issued"
    act(ada, "certificate", "revoke", row, reason="Copied.")
    assert row.status == "revoked"
    act(ada, "certificate", "reinstate", row, reason="Mistake.")
    assert row.status == "issued"
    assert sorted(AuditEntry.objects.values_list("action", "reason")) == [
        ("certificate.reinstate", "Mistake."),
        ("certificate.revoke", "Copied."),
    ]


def test_issuing_and_declining_in_the_creators_place(ada):
    row = Certificate.objects.get(enrollment=completed())
    act(ada, "certificate", "issue", row, reason="Creator is away.")
    assert row.status == "issued"
    assert AuditEntry.objects.get(action="certificate.issue").reason == "Creator is away."
    assert "already issued" in act(ada, "certificate", "decline", row, reason="No.")


def test_issuing_by_hand_from_the_enrollment(ada):
    enrollment = taught(sessions=1)
    act(ada, "enrollment", "issue", enrollment, type="teaching", reason="Knows it all.")
    row = StudentTeacher.objects.get(user=enrollment.student)
    assert row.waiver_reason == "Knows it all."


def test_completing_and_unassigning_by_hand(ada):
    enrollment = taught()
    act(ada, "enrollment", "unassign", enrollment, reason="The teacher is ill.")
    assert enrollment.teacher is None
    act(ada, "enrollment", "force_completed", enrollment, reason="Held elsewhere.")
    assert enrollment.status == "completed"


def test_switching_a_teacher(ada):
    row = a_teacher(a_course())
    act(ada, "studentteacher", "switch_off", row, reason="Complaints.")
    assert (row.is_active, row.deactivated_reason) == (False, "Complaints.")
    act(ada, "studentteacher", "switch_on", row, reason="Cleared.")
    assert row.is_active


def test_certifying_by_hand(ada):
    course, olga = a_course(), a_member("Olga")
    path = "/admin/learning/studentteacher/add/"
    assert ada.get(path).status_code == 200
    given = {"user": str(olga.pk), "course": str(course.pk), "waiver_reason": ""}
    assert ada.post(path, given).status_code == 200
    assert not StudentTeacher.objects.exists()

    assert ada.post(path, {**given, "waiver_reason": "Wrote it."}).status_code == 302

    row = StudentTeacher.objects.get(user=olga, course=course)
    assert (row.waiver_reason, row.certificate.status) == ("Wrote it.", "issued")


def test_deciding_on_applications(ada):
    enrollment = completed()
    row = apply_to_teach(enrollment=enrollment, message="", by=enrollment.student, at=AT)
    act(ada, "teachingapplication", "approve", row, reason="Fine.")
    assert row.status == "approved"
    assert "already approved" in act(ada, "teachingapplication", "decline", row, reason="No.")


def test_another_teacher_is_given_with_a_reason(ada):
    enrollment = taught(sessions=1)
    tara = a_teacher(enrollment.course, name="Tara Teacher").user

    act(ada, "enrollment", "reassign", enrollment, teacher=tara.handle, reason="Tom is ill.")
    act(ada, "enrollment", "reassign", enrollment, teacher=tara.handle, reason="Tom is ill.")

    assert enrollment.teacher == tara
    entry = AuditEntry.objects.get(action="enrollment.reassign_teacher")
    assert (entry.after, entry.reason) == ({"teacher": str(tara.pk)}, "Tom is ill.")
    told = Notification.objects.filter(title__contains="now")
    assert {one.user for one in told} == {enrollment.student, tara}


def test_who_does_not_teach_the_course_is_not_given(ada):
    enrollment = taught(sessions=1)
    tom = enrollment.teacher

    shown = act(ada, "enrollment", "reassign", enrollment, teacher=a_member().handle, reason="x")

    assert "does not teach the course at present" in shown
    assert enrollment.teacher == tom
