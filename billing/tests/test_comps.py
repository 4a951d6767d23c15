"""Enrollments without a payment (rule ENR-9)."""

import pytest

from accounts.four_eyes import AnotherAdmin
from accounts.models import AuditEntry, Notification
from billing.actions.comps import comp_enrollment
from billing.actions.guards import NoTeacher, OwnCourse
from billing.models import PaymentSplit, Transaction
from learning.actions import AlreadyEnrolled
from learning.models import Enrollment
from peerloop.kit.refusals import Forbidden, Invalid
from scheduling.tests.people import NOW
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db
ADD = "/admin/billing/compenrollment/add/"


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True, is_superuser=True)


def comped(ada, course, student=None, **given) -> Enrollment:
    return comp_enrollment(
        student=student or a_member(), course=course, reason="A prize", by=ada, at=NOW, **given
    )


def test_nobody_pays_and_everybody_is_told(ada):
    course = a_course()
    tom = a_teacher(course).user
    enrollment = comped(ada, course, teacher=tom)

    assert (enrollment.source, enrollment.teacher, enrollment.modules_paid) == ("comp", tom, 3)
    assert not Transaction.objects.exists()
    assert not PaymentSplit.objects.exists()
    told = {note.user: note.title for note in Notification.objects.filter(kind="enrollment")}
    assert set(told) == {enrollment.student, tom, course.creator}
    assert "unpaid" in told[tom]
    assert AuditEntry.objects.get(action="enrollment.comped").reason == "A prize"


def test_the_guards_of_a_purchase_hold(ada):
    empty, course = a_course(), a_course()
    a_teacher(course)
    student = a_member()

    with pytest.raises(NoTeacher):
        comped(ada, empty)
    with pytest.raises(OwnCourse):
        comped(ada, course, course.creator)
    with pytest.raises(Invalid, match="does not teach this course"):
        comped(ada, course, teacher=a_member())
    comped(ada, course, student)
    with pytest.raises(AlreadyEnrolled):
        comped(ada, course, student)


def test_only_admins_and_never_for_themselves(ada):
    course = a_course()
    a_teacher(course)

    with pytest.raises(Forbidden):
        comped(a_member(), course)
    with pytest.raises(AnotherAdmin):
        comped(ada, course, ada)
    assert not Enrollment.objects.exists()


def test_an_admin_enrolls_in_the_admin_site(ada):
    course, sam = a_course(), a_member()
    tom = a_teacher(course).user
    client = browse(ada)
    given = {"student": sam.handle, "course": course.slug, "teacher": tom.handle}

    assert client.get(ADD).status_code == 200
    unexplained = client.post(ADD, given)
    done = client.post(ADD, {**given, "reason": "A prize"}, follow=True)
    again = client.post(ADD, {**given, "reason": "A prize"})

    assert "required" in unexplained.content.decode()
    assert "is enrolled in" in done.content.decode()
    assert "already in progress" in again.content.decode()
    assert Enrollment.objects.get().student == sam


@pytest.mark.parametrize("word", ["nobody", "'", "\x00", "x" * 999])
def test_a_handle_of_nobody_is_refused(ada, word):
    answer = browse(ada).post(ADD, {"student": word, "course": word, "reason": "x"})

    assert answer.status_code in (200, 400)
    assert not Enrollment.objects.exists()
