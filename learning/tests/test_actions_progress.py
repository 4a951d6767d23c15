"""Sessions held, modules marked, the course done."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Notification, UserStats
from learning.actions import (
    close_enrollment,
    complete_enrollment,
    deliver_module,
    force_completion,
    mark_module,
    record_delivery,
)
from learning.actions.progress import SessionMissing
from learning.events import EnrollmentCompleted
from learning.models import Certificate, ModuleProgress
from learning.queries import modules_of
from learning.tests.people import AT, completed, hold, taught
from peerloop.kit import events
from peerloop.kit.refusals import Forbidden, Invalid, Missing, WrongMoment
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db


def mark(enrollment, module, done=True):
    return mark_module(
        enrollment=enrollment,
        module_id=module.pk,
        is_complete=done,
        by=enrollment.student,
        at=AT,
    )


def test_a_held_session_starts_the_course_and_counts_for_both():
    enrollment = taught(modules=3)
    first = modules_of(enrollment)[0]

    for _ in range(2):
        record_delivery(enrollment=enrollment, module=first, at=AT)

    assert (enrollment.status, enrollment.started_at) == ("in_progress", AT)
    assert enrollment.progress.get().delivered_at == AT
    assert enrollment.progress_percent == 0
    for person in (enrollment.student, enrollment.teacher):
        assert UserStats.objects.get(user=person).sessions_completed == 1


def test_a_session_without_a_module_is_named_later():
    enrollment = taught(modules=2)
    first, second = modules_of(enrollment)

    record_delivery(enrollment=enrollment, module=None, at=AT)
    assert enrollment.status == "in_progress"
    assert not enrollment.progress.exists()
    record_delivery(enrollment=enrollment, module=first, at=AT)
    deliver_module(enrollment=enrollment, module=second, at=AT)
    deliver_module(enrollment=enrollment, module=second, at=AT)

    assert enrollment.status == "completed"
    assert UserStats.objects.get(user=enrollment.student).sessions_completed == 2


def test_the_last_session_completes_the_course_once(monkeypatch):
    heard = []
    monkeypatch.setitem(events._in_transaction, EnrollmentCompleted, [heard.append])
    enrollment = taught(modules=2, sessions=2)

    complete_enrollment(enrollment=enrollment, at=AT + timedelta(days=9))

    enrollment.refresh_from_db()
    assert (enrollment.status, enrollment.progress_percent) == ("completed", 100)
    assert enrollment.completed_at == AT + timedelta(days=1)
    assert enrollment.progress.filter(is_complete=True).count() == 2
    assert len(heard) == 1
    assert UserStats.objects.get(user=enrollment.student).courses_completed == 1
    assert UserStats.objects.get(user=enrollment.teacher).students_taught == 1
    enrollment.student_teacher.refresh_from_db()
    assert enrollment.student_teacher.students_taught == 1
    assert Notification.objects.filter(user=enrollment.student).count() == 1


def test_completion_asks_for_the_certificate_with_a_date():
    enrollment = completed()

    certificate = Certificate.objects.get(user=enrollment.student)

    assert (certificate.type, certificate.status) == ("completion", "pending")
    assert certificate.recommended_by is None
    assert certificate.auto_issue_at == enrollment.completed_at + timedelta(days=7)


def test_a_student_who_comes_again_is_counted_once():
    enrollment = completed()
    again = enrollment.__class__.objects.create(
        student=enrollment.student,
        course=enrollment.course,
        teacher=enrollment.teacher,
        student_teacher=enrollment.student_teacher,
        modules_paid=2,
    )
    hold(again, 2)

    again.student_teacher.refresh_from_db()
    assert again.status == "completed"
    assert again.student_teacher.students_taught == 1
    assert UserStats.objects.get(user=enrollment.student).courses_completed == 2


def test_a_module_is_marked_only_after_its_session():
    enrollment = taught(modules=3)
    first = modules_of(enrollment)[0]

    with pytest.raises(SessionMissing) as refusal:
        mark(enrollment, first)
    assert refusal.value.status == 409
    assert refusal.value.as_json()["missing"] == ["session"]
    assert first.title in refusal.value.message

    hold(enrollment, 1)
    for _ in range(2):
        assert mark(enrollment, first).is_complete
    assert enrollment.progress_percent == 33


def test_a_mark_can_be_taken_back_until_the_course_is_completed():
    enrollment = taught(modules=2, sessions=1)
    first, second = modules_of(enrollment)
    mark(enrollment, first)
    mark(enrollment, first, done=False)
    assert enrollment.progress_percent == 0
    assert not mark(enrollment, second, done=False).is_complete

    hold(enrollment, 1)

    mark(enrollment, first)
    with pytest.raises(WrongMoment):
        mark(enrollment, first, done=False)


def test_hundred_percent_belongs_to_completed_courses():
    enrollment = taught(modules=1)
    module = modules_of(enrollment)[0]
    ModuleProgress.objects.create(enrollment=enrollment, module=module, delivered_at=AT)

    mark(enrollment, module)

    assert enrollment.progress_percent == 99


def test_modules_of_other_courses_and_later_ones_are_missing():
    enrollment = taught(modules=2)
    other = a_course().modules.first()
    later = enrollment.course.modules.create(module_order=3, title="Added later")

    for module in (other, later):
        with pytest.raises(Missing):
            mark(enrollment, module)


def test_a_cancelled_enrollment_is_closed():
    enrollment = taught(modules=2, sessions=1)
    first = modules_of(enrollment)[0]
    close_enrollment(enrollment=enrollment, by=None, reason="", at=AT)

    with pytest.raises(Forbidden):
        mark(enrollment, first)


def test_an_admin_may_declare_a_course_completed_with_a_reason():
    enrollment, ada = taught(modules=2), a_member("Ada", is_admin=True)
    with pytest.raises(Invalid):
        force_completion(enrollment=enrollment, by=ada, reason="", at=AT)

    for _ in range(2):
        force_completion(enrollment=enrollment, by=ada, reason="Taught elsewhere.", at=AT)

    assert enrollment.status == "completed"
    assert AuditEntry.objects.get().reason == "Taught elsewhere."
