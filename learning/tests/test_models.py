"""Constraints of the database, and filters of the QuerySets."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from learning.models import (
    Certificate,
    Enrollment,
    ModuleProgress,
    StudentTeacher,
    TeachingApplication,
)
from learning.tests.people import AT, taught
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def refused(constraint, act):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def change(row, **fields):
    return lambda: type(row).objects.filter(pk=row.pk).update(**fields)


def test_one_active_enrollment():
    enrollment = taught()
    refused("enrollment_one_active", lambda: an_enrollment(enrollment.student, enrollment.course))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("enrollment_status", {"status": "lost"}),
        ("enrollment_modules_paid", {"modules_paid": 0}),
        ("enrollment_progress_0_to_100", {"progress_percent": 101}),
        ("enrollment_completed_at", {"status": "completed"}),
        ("enrollment_cancelled_at", {"status": "cancelled"}),
        ("enrollment_cancelled_at", {"cancelled_at": AT}),
        ("enrollment_teacher_pair", {"student_teacher": None}),
    ],
)
def test_enrollments_are_whole(constraint, fields):
    refused(constraint, change(taught(), **fields))


def test_nobody_teaches_themselves():
    enrollment = taught()
    refused("enrollment_not_own_teacher", change(enrollment, teacher=enrollment.student))


def test_progress_once_a_module_and_marked_with_its_time():
    enrollment = taught(sessions=1)
    progress = enrollment.progress.get()
    refused("module_progress_completed_at", change(progress, is_complete=True))
    refused(
        "module_progress_once",
        lambda: ModuleProgress.objects.create(enrollment=enrollment, module=progress.module),
    )


def a_certificate(**fields):
    enrollment = taught()
    fields = {"type": "completion", "status": "pending", **fields}
    return Certificate.objects.create(
        user=enrollment.student, course=enrollment.course, enrollment=enrollment, **fields
    )


def test_one_live_certificate_of_a_type():
    first = a_certificate()
    refused(
        "certificate_one_live",
        lambda: Certificate.objects.create(
            user=first.user, course=first.course, enrollment=first.enrollment, type=first.type
        ),
    )


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("certificate_type", {"type": "honorary"}),
        ("certificate_issued_has_code", {"status": "issued"}),
        ("certificate_needs_enrollment", {"enrollment": None}),
        ("certificate_revoked_at", {"revoked_at": AT}),
        (
            "certificate_revoked_at",
            {"status": "revoked", "code": "ABCDEFGH2345", "issued_at": AT},
        ),
    ],
)
def test_certificates_are_whole(constraint, fields):
    refused(constraint, change(a_certificate(), **fields))


def test_a_code_names_one_certificate():
    first = a_certificate(status="issued", code="ABCDEFGH2345", issued_at=AT)
    second = a_certificate()
    refused("certificates_code", change(second, code=first.code))


def test_one_right_to_teach_a_course():
    row = a_teacher(a_course())
    other = a_teacher(a_course())
    refused("student_teacher_once", change(other, user=row.user, course=row.course))
    refused("student_teacher_rating", change(row, rating_count=1))
    refused("student_teachers_certificate_id", change(row, certificate=other.certificate))


def test_applications_wait_once_and_are_decided_by_somebody():
    enrollment = taught()
    facts = {
        "user": enrollment.student,
        "course": enrollment.course,
        "enrollment": enrollment,
    }
    first = TeachingApplication.objects.create(**facts)
    refused("teaching_application_one_pending", lambda: TeachingApplication.objects.create(**facts))
    refused("teaching_application_decided", change(first, status="approved"))


def test_eligible_teachers_are_certified_present_and_not_pausing():
    course = a_course()
    tom = a_teacher(course)
    paused, off, suspended, deleted = (a_teacher(course, name=name) for name in "PQRS")
    change(paused, teaching_active=False)()
    change(off, is_active=False)()
    change(suspended.user, suspended_at=AT)()
    change(deleted.user, deleted_at=AT)()

    assert list(StudentTeacher.objects.eligible()) == [tom]


def test_who_may_teach_is_the_same_in_sql_and_of_a_row():
    course = a_course()
    tom, paused, off = (a_teacher(course, name=name) for name in "TPO")
    change(paused, teaching_active=False)()
    change(off, is_active=False)()

    in_sql = StudentTeacher.objects.extra(where=[StudentTeacher.may_teach_sql()])

    assert set(in_sql) == {row for row in StudentTeacher.objects.all() if row.may_teach} == {tom}


def test_scopes_of_enrollments():
    active, course = taught(), a_course()
    gone = an_enrollment(a_member(), course, status="cancelled", cancelled_at=AT)
    done = an_enrollment(
        a_member(), course, status="completed", completed_at=AT + timedelta(days=1)
    )

    assert set(Enrollment.objects.active()) == {active}
    assert set(Enrollment.objects.extra(where=[Enrollment.active_sql()])) == {active}
    assert set(Enrollment.objects.with_content()) == {active, done}
    assert not gone.opens_content
