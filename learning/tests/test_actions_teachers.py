"""Who teaches an enrollment."""

import pytest

from accounts.models import Notification
from learning.actions import assign_teacher, unassign_teacher
from learning.actions.teachers import OtherTeacher, TeacherNotAvailable
from learning.events import TeacherUnassigned
from learning.models import TeacherChange
from learning.tests.people import AT, taught
from peerloop.kit import events
from peerloop.kit.refusals import Invalid
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def test_the_first_booking_sets_the_teacher():
    course = a_course()
    tom, enrollment = a_teacher(course), an_enrollment(course=course)

    for _ in range(2):
        assign_teacher(enrollment=enrollment, teacher=tom.user, by=enrollment.student, at=AT)

    assert (enrollment.teacher, enrollment.student_teacher) == (tom.user, tom)
    assert TeacherChange.objects.get(enrollment=enrollment).side == "student"


def test_another_teacher_is_refused():
    enrollment = taught()
    tina = a_teacher(enrollment.course, name="Tina Teacher")

    with pytest.raises(OtherTeacher) as refusal:
        assign_teacher(enrollment=enrollment, teacher=tina.user, by=enrollment.student, at=AT)

    assert refusal.value.status == 403


@pytest.mark.parametrize("switch", ["is_active", "teaching_active"])
def test_who_may_not_teach_is_refused(switch):
    course = a_course()
    tom, enrollment = a_teacher(course), an_enrollment(course=course)
    setattr(tom, switch, False)
    tom.save()

    with pytest.raises(TeacherNotAvailable):
        assign_teacher(enrollment=enrollment, teacher=tom.user, by=enrollment.student, at=AT)


def test_nobody_teaches_themselves():
    course = a_course()
    tom = a_teacher(course)
    enrollment = an_enrollment(student=tom.user, course=course)

    with pytest.raises(TeacherNotAvailable):
        assign_teacher(enrollment=enrollment, teacher=tom.user, by=tom.user, at=AT)


def test_the_student_leaves_without_a_reason_and_chooses_anew(monkeypatch):
    heard = []
    monkeypatch.setitem(events._in_transaction, TeacherUnassigned, [heard.append])
    enrollment = taught()
    tom = enrollment.teacher
    tina = a_teacher(enrollment.course, name="Tina Teacher")

    unassign_teacher(enrollment=enrollment, by=enrollment.student, at=AT)
    unassign_teacher(enrollment=enrollment, by=enrollment.student, at=AT)

    assert (enrollment.teacher, enrollment.student_teacher) == (None, None)
    assert [event.teacher_id for event in heard] == [tom.pk]
    assert not Notification.objects.filter(user=enrollment.student).exists()
    assign_teacher(enrollment=enrollment, teacher=tina.user, by=enrollment.student, at=AT)


def test_the_teacher_leaves_with_a_reason_that_the_student_reads():
    enrollment = taught()
    tom = enrollment.teacher
    with pytest.raises(Invalid):
        unassign_teacher(enrollment=enrollment, by=tom, reason=" ", at=AT)

    unassign_teacher(enrollment=enrollment, by=tom, reason="I move to sea.", at=AT)

    assert "I move to sea." in Notification.objects.get(user=enrollment.student).body
    assert TeacherChange.objects.get(enrollment=enrollment).side == "teacher"


def test_an_admin_leaves_a_trace_as_admin():
    enrollment = taught()
    unassign_teacher(enrollment=enrollment, by=a_member("Ada", is_admin=True), reason="Ill.", at=AT)

    assert TeacherChange.objects.get(enrollment=enrollment).side == "admin"
