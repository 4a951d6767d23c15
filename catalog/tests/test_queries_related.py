"""Related courses, and the reason given for each."""

import pytest

from catalog.models import Course
from catalog.queries import beside, course_detail
from catalog.tests.people import a_shelf, clara
from tests.cast import a_course

pytestmark = pytest.mark.django_db


def reasons(course: Course) -> dict[str, str]:
    """The reason of each related course, by title and in their order."""
    return {one.card.title: one.reason for one in beside(course_detail(course)).related}


def tagged(course: Course, *tags: str) -> Course:
    for tag in tags:
        course.tags.create(tag=tag)
    return course


def test_each_related_course_says_why():
    baking, creator = a_shelf("Baking"), clara(name="Quentin Quince")
    bread = tagged(a_course(creator, title="Bread", category=baking), "dough", "oven")
    a_course(title="Rye", category=baking, level="intermediate")
    tagged(a_course(title="Pizza", category=a_shelf("Cooking")), "dough", "oven", "tomato")
    a_course(creator, title="Jam", category=a_shelf("Preserving"))
    a_course(title="Cake", category=baking)

    assert reasons(bread) == {
        "Rye": "The next step in Baking: intermediate",
        "Pizza": "Also about dough, oven",
        "Jam": "Also by Quentin Quince",
        "Cake": "Also in Baking, beginner",
    }


def test_a_course_that_fits_twice_stands_once_with_its_best_reason():
    baking = a_shelf("Baking")
    bread = tagged(a_course(title="Bread", category=baking), "dough")
    tagged(a_course(title="Rye", category=baking, level="intermediate"), "dough")

    assert reasons(bread) == {"Rye": "The next step in Baking: intermediate"}


def test_easier_courses_fill_up():
    baking = a_shelf("Baking")
    bread = a_course(title="Bread", category=baking, level="advanced")
    a_course(title="Rye", category=baking)

    assert reasons(bread) == {"Rye": "Also in Baking, beginner"}


def test_more_common_tags_come_first():
    bread = tagged(a_course(title="Bread", category=a_shelf("Baking")), "dough", "oven")
    tagged(a_course(title="One", category=a_shelf("Cooking"), rating=5, rating_count=9), "oven")
    tagged(a_course(title="Two", category=a_shelf("Grilling")), "dough", "oven")

    assert list(reasons(bread)) == ["Two", "One"]


@pytest.mark.parametrize("status", ["draft", "suspended", "retired"])
def test_what_nobody_can_buy_is_not_beside_a_course(status):
    baking = a_shelf("Baking")
    bread = tagged(a_course(title="Bread", category=baking), "dough")
    other = tagged(a_course(bread.creator, title="Rye", category=baking), "dough")
    Course.objects.filter(pk=other.pk).update(status=status)

    assert reasons(bread) == {}


def test_four_are_shown_in_two_statements(django_assert_num_queries):
    baking = a_shelf("Baking")
    bread = a_course(title="Bread", category=baking)
    for number in range(6):
        a_course(title=f"Rye {number}", category=baking, level="intermediate")
    detail = course_detail(bread)

    with django_assert_num_queries(3):
        assert len(beside(detail).related) == 4


def test_the_levels_of_one_creator_are_a_ladder_of_prices():
    baking, creator = a_shelf("Baking"), clara()
    bread = a_course(creator, title="Bread", category=baking, price_cents=20_000)
    hard = {"category": baking, "level": "advanced"}
    a_course(creator, title="Plain", price_cents=90_000, **hard)
    a_course(creator, title="Best", price_cents=80_000, rating=5, rating_count=3, **hard)
    a_course(creator, title="Draft", category=baking, level="intermediate", published=False)
    a_course(title="Of another", category=baking, level="intermediate")
    a_course(creator, title="Elsewhere", level="intermediate")

    steps = beside(course_detail(bread)).ladder

    assert [(one.title, one.price_cents) for one in steps] == [("Bread", 20_000), ("Best", 80_000)]


def test_a_single_level_is_no_ladder():
    creator, baking = clara(), a_shelf("Baking")
    bread = a_course(creator, category=baking)
    a_course(creator, category=baking)

    assert beside(course_detail(bread)).ladder == []
