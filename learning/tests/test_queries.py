"""Reads that decide something: which modules were paid for, who has which side, who is listed."""

from datetime import timedelta

import pytest

from learning.actions import certify_creator, close_enrollment
from learning.models import StudentTeacher
from learning.queries import (
    certificate_by_code,
    enrollment_in,
    modules_by_enrollment,
    modules_of,
    students_of,
    teaching_rows,
)
from learning.tests.people import AT, completed, hold, taught
from peerloop.kit.roles import roles_of
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def titles(enrollment):
    return [module.title for module in modules_of(enrollment)]


def test_modules_added_after_the_purchase_come_after():
    enrollment = taught(modules=2)
    enrollment.course.modules.create(module_order=3, title="Added")
    assert titles(enrollment) == ["Module 1", "Module 2"]
    assert len(modules_of(an_enrollment(course=enrollment.course))) == 3


def test_a_taught_module_belongs_to_the_enrollment_for_good():
    enrollment = taught(modules=2, sessions=1)
    first = enrollment.course.modules.get(module_order=1)
    first.module_order, first.archived_at = None, AT
    first.save()
    enrollment.course.modules.create(module_order=3, title="Added")

    assert sorted(titles(enrollment)) == ["Module 1", "Module 2"]


def test_a_module_moved_in_front_takes_no_taught_place():
    enrollment = taught(modules=2, sessions=1)
    enrollment.course.modules.filter(module_order=2).update(module_order=3)
    enrollment.course.modules.create(module_order=2, title="Squeezed in")

    assert titles(enrollment) == ["Module 1", "Squeezed in"]
    hold(enrollment, 1)
    assert enrollment.status == "completed"


def test_modules_of_many_take_two_queries(django_assert_num_queries):
    many = [taught(modules=2, sessions=1) for _ in range(4)]
    with django_assert_num_queries(2):
        found = modules_by_enrollment(many)
    assert {len(modules) for modules in found.values()} == {2}


def test_roles_are_read_from_what_is_there():
    sam = a_member()
    assert roles_of(sam) == ["learn"]
    tom = a_teacher(a_course())
    assert roles_of(tom.user) == ["learn", "teach"]
    StudentTeacher.objects.filter(pk=tom.pk).update(is_active=False)
    assert roles_of(tom.user) == ["learn"]
    owner = a_course(a_member("Olga")).creator
    assert roles_of(owner) == ["learn", "create"]
    ada = a_member("Ada", is_admin=True, is_moderator=True, is_creator=True)
    assert roles_of(ada) == ["learn", "create", "moderate", "admin"]


def test_roles_cost_one_query(django_assert_num_queries):
    sam = a_member()
    with django_assert_num_queries(1):
        roles_of(sam)


def test_who_still_learns_comes_first():
    done = completed()
    tom = done.student_teacher
    learning = an_enrollment(course=done.course, teacher=tom)
    gone = an_enrollment(course=done.course, teacher=tom)
    close_enrollment(enrollment=gone, by=None, reason="", at=AT)

    assert list(students_of(tom.user)) == [learning, done]
    row = teaching_rows(tom.user).get()
    assert (row.students_now, row.students_taught) == (1, 1)


def test_the_enrollment_that_counts_is_the_active_one():
    done = completed()
    again = an_enrollment(
        done.student, done.course, done.student_teacher, created_at=AT - timedelta(days=9)
    )
    assert enrollment_in(done.student, done.course) == again


def test_codes_are_found_however_they_are_typed():
    row = certify_creator(course=a_course(), at=AT).certificate
    typed = f"{row.code[:4]}-{row.code[4:8]} {row.code[8:]}".lower()
    assert certificate_by_code(typed) == row
    assert certificate_by_code(row.code[:-1]) is None
