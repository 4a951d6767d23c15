"""Constraints of the database."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError

from catalog.models import (
    Category,
    Course,
    CourseFollow,
    CourseModule,
    CoursePrerequisite,
    CourseTag,
)
from catalog.tests.people import AT, a_shelf
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db


def refuses(name: str, act) -> None:
    """The database refuses, now or at the end of the transaction, and names the constraint."""

    def act_and_end() -> None:
        with transaction.atomic():
            act()
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match=name):
        act_and_end()


@pytest.mark.parametrize(
    "change",
    [
        {"price_cents": 49},
        {"category": None},
        {"thumbnail_url": None},
        {"description": "Too short"},
    ],
)
def test_a_published_course_is_whole(change):
    course = a_course()
    refuses(
        "course_published_is_whole", lambda: Course.objects.filter(pk=course.pk).update(**change)
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("course_status", {"status": "hidden"}),
        ("course_level", {"level": "expert"}),
        ("course_session_minutes", {"session_minutes": 50}),
        ("course_rating_1_to_5", {"rating": 4, "rating_count": 0}),
        ("course_rating_1_to_5", {"rating": 6, "rating_count": 1}),
        ("student_count", {"student_count": F("student_count") - 1}),
    ],
)
def test_a_course_keeps_to_its_words_and_numbers(name, change):
    course = a_course()
    refuses(name, lambda: Course.objects.filter(pk=course.pk).update(**change))


def test_two_courses_never_share_an_address():
    course = a_course()
    refuses("slug", lambda: a_course(slug=course.slug))


def test_modules_have_each_place_once_at_the_end():
    course = a_course(modules=2)
    refuses("module_order_once", lambda: course.modules.update(module_order=1))


def test_modules_may_change_places_in_one_transaction():
    course = a_course(modules=2)
    first, second = course.modules.order_by("module_order")

    with transaction.atomic():
        CourseModule.objects.filter(pk=first.pk).update(module_order=2)
        CourseModule.objects.filter(pk=second.pk).update(module_order=1)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert list(course.modules.order_by("module_order")) == [second, first]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("module_archived_has_no_order", {"archived_at": AT}),
        ("module_archived_has_no_order", {"module_order": None}),
        ("module_order_from_1", {"module_order": 0}),
    ],
)
def test_a_module_has_a_place_or_is_archived(name, change):
    course = a_course(modules=1)
    refuses(name, lambda: course.modules.update(**change))


def test_a_course_has_a_tag_once():
    course = a_course()
    CourseTag.objects.create(course=course, tag="ai")
    refuses("course_tag_once", lambda: CourseTag.objects.create(course=course, tag="ai"))


def test_prerequisites_are_graded():
    course = a_course()
    refuses(
        "prerequisite_kind",
        lambda: CoursePrerequisite.objects.create(
            course=course, text="A laptop", position=1, kind="maybe"
        ),
    )


def test_a_member_follows_a_course_once():
    course, sam = a_course(), a_member()
    CourseFollow.objects.create(course=course, user=sam)
    refuses("course_follow_once", lambda: CourseFollow.objects.create(course=course, user=sam))


def test_categories_stand_in_one_order():
    shelf = a_shelf("Cooking")
    refuses(
        "category_position_once",
        lambda: Category.objects.create(name="Crafts", slug="crafts", position=shelf.position),
    )


def test_a_category_in_use_stays():
    course = a_course()
    with pytest.raises(ProtectedError):
        course.category.delete()
    refuses(
        "categor",
        lambda: connection.cursor().execute(
            "DELETE FROM course_shelf_counts; DELETE FROM categories WHERE id = %s",
            [course.category_id],
        ),
    )


def test_a_category_that_holds_nothing_any_more_can_go():
    course = a_course()
    shelf, other = course.category, a_shelf("Crafts")
    Course.objects.filter(pk=course.pk).update(category=other)

    shelf.delete()

    assert not Category.objects.filter(pk=shelf.pk).exists()
