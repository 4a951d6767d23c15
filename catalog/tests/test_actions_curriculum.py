"""Modules keep an order 1..n without gaps, and what was paid for stays (rule CAT-5)."""

import pytest
from django.db import connection

from catalog.actions.counting import change_student_count
from catalog.actions.curriculum import (
    add_module,
    edit_module,
    move_module,
    remove_module,
)
from catalog.actions.drafting import edit_course
from catalog.models import Course
from catalog.tests.people import clara
from learning.models import ModuleProgress
from peerloop.kit.refusals import Conflict, Invalid, Missing
from tests.cast import a_course, a_member, an_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return a_course(clara(), modules=3)


def order(course: Course) -> list[tuple[int, str]]:
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    modules = course.modules.filter(archived_at=None).order_by("module_order")
    return list(modules.values_list("module_order", "title"))


def module(course: Course, place: int):
    return course.modules.get(module_order=place)


def test_a_new_module_stands_at_the_end(course):
    add_module(course=course, title="Proofing", duration="1 hour", by=course.creator)

    assert order(course)[-1] == (4, "Proofing")


@pytest.mark.parametrize(
    ("place", "to", "titles"),
    [(1, 3, "2 3 1"), (3, 1, "3 1 2"), (2, 2, "1 2 3"), (1, 2, "2 1 3")],
)
def test_moving_closes_up(course, place, to, titles):
    move_module(module=module(course, place), to=to, by=course.creator)

    expected = [(number, f"Module {old}") for number, old in enumerate(titles.split(), 1)]
    assert order(course) == expected


@pytest.mark.parametrize("to", [0, 4, -1])
def test_there_is_no_place_outside_the_order(course, to):
    with pytest.raises(Invalid):
        move_module(module=module(course, 1), to=to, by=course.creator)


def test_removing_closes_the_gap(course):
    remove_module(module=module(course, 2), by=course.creator)

    assert order(course) == [(1, "Module 1"), (2, "Module 3")]


def test_what_students_paid_for_is_not_removed(course):
    change_student_count(course_id=course.pk, amount=1)

    with pytest.raises(Conflict, match="Students are enrolled"):
        remove_module(module=module(course, 2), by=course.creator)
    assert len(order(course)) == 3


def test_a_module_with_a_past_is_archived(course):
    taught = module(course, 2)
    ModuleProgress.objects.create(enrollment=an_enrollment(course=course), module=taught)
    Course.objects.filter(pk=course.pk).update(student_count=0)

    remove_module(module=taught, by=course.creator)

    taught.refresh_from_db()
    assert (taught.module_order, taught.archived_at is not None) == (None, True)
    assert order(course) == [(1, "Module 1"), (2, "Module 3")]


def test_a_published_course_keeps_a_module():
    course = a_course(clara(), modules=1)

    with pytest.raises(Conflict):
        remove_module(module=module(course, 1), by=course.creator)


def test_a_module_is_edited(course):
    edit_module(module=module(course, 1), by=course.creator, title=" New  name ", video_count=3)

    assert order(course)[0] == (1, "New name")


@pytest.mark.parametrize(
    ("field", "value"), [("title", " "), ("title", "x" * 141), ("module_order", 3)]
)
def test_a_module_refuses_what_it_cannot_hold(course, field, value):
    with pytest.raises(Invalid) as refused:
        edit_module(module=module(course, 1), by=course.creator, **{field: value})
    assert list(refused.value.fields) == [field]


def test_lists_are_replaced_as_a_whole(course):
    for lines in (["One", "Two", "Three"], [" Four ", "Five"]):
        edit_course(course=course, by=course.creator, objectives=lines)

    texts = course.objectives.values_list("position", "text")
    assert list(texts) == [(1, "Four"), (2, "Five")]


def test_tags_are_lower_case_and_once_each(course):
    edit_course(course=course, by=course.creator, tags=["AI", "ai ", "Writing", ""])
    edit_course(course=course, by=course.creator, tags=["ai", "Python"])

    assert list(course.tags.values_list("tag", flat=True)) == ["ai", "python"]


def test_bad_lists_are_refused(course):
    creator = course.creator
    with pytest.raises(Invalid):
        edit_course(course=course, by=creator, wishes=["x"])
    with pytest.raises(Invalid):
        edit_course(course=course, by=creator, includes=["x" * 301])
    with pytest.raises(Invalid):
        edit_course(course=course, by=creator, prerequisites=[("A laptop", "maybe")])
    with pytest.raises(Invalid):
        edit_course(course=course, by=creator, tags=[f"tag {number}" for number in range(13)])


def test_strangers_change_no_list(course):
    with pytest.raises(Missing):
        edit_course(course=course, by=a_member("Olga Other"), tags=["mine"])
    with pytest.raises(Missing):
        add_module(course=course, title="Mine", by=a_member("Olga Other"))
