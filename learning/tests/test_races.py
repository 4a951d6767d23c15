"""Two at once: the database and the locks decide, nobody gets an error page."""

from functools import partial

import pytest

from accounts.models import User
from catalog.models import Course
from learning.actions import AlreadyEnrolled, certify_teacher, open_enrollment, record_delivery
from learning.models import Certificate, Enrollment, StudentTeacher
from learning.queries import modules_of
from learning.tests.people import AT, taught
from tests.cast import a_course, a_member
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def numbered(act, times=2):
    """What each act answered or was refused with: it gets its number, and all begin together."""
    return at_once([partial(act, number) for number in range(times)])


def test_two_paid_checkouts_open_one_enrollment():
    sam, course = a_member(), a_course()

    results = numbered(
        lambda _: open_enrollment(
            student=User.objects.get(pk=sam.pk),
            course=Course.objects.get(pk=course.pk),
            teacher=None,
            modules_paid=3,
            at=AT,
        ),
        times=4,
    )

    assert sum(isinstance(result, Enrollment) for result in results) == 1
    assert sum(isinstance(result, AlreadyEnrolled) for result in results) == 3
    course.refresh_from_db()
    assert course.student_count == 1


def test_the_last_two_sessions_complete_the_course_once():
    enrollment = taught(modules=2)
    modules = modules_of(enrollment)

    numbered(
        lambda number: record_delivery(
            enrollment=Enrollment.objects.get(pk=enrollment.pk), module=modules[number], at=AT
        )
    )

    enrollment.refresh_from_db()
    enrollment.student_teacher.refresh_from_db()
    assert enrollment.status == "completed"
    assert enrollment.student_teacher.students_taught == 1
    assert Certificate.objects.filter(user=enrollment.student).count() == 1


def test_two_certifications_make_one_teacher():
    course, olga = a_course(), a_member("Olga")

    rows = numbered(
        lambda _: certify_teacher(
            user=olga, course=course, by=course.creator, at=AT, waiver="Knows it."
        )
    )

    assert len({row.pk for row in rows}) == 1
    assert StudentTeacher.objects.count() == 1
    assert Certificate.objects.count() == 1
