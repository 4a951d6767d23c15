"""Triggers update the search and the counts after every change."""

import pytest
from django.db import connection

from catalog.models import Course, CourseModule, CourseObjective, CourseTag, CourseWord, ShelfCount
from catalog.queries import CourseFilter, course_cards
from catalog.tests.people import AT, a_shelf, clara
from peerloop.kit.paging import Page
from tests.cast import a_course

pytestmark = pytest.mark.django_db


def found(words: str) -> list[str]:
    return [card.title for card in course_cards(CourseFilter(search=words), Page(1, 20)).cards]


def test_each_part_of_a_course_is_searched():
    course = a_course(clara(name="Clara Quince"), title="Bread", description="Of sourdough. " * 6)
    CourseTag.objects.create(course=course, tag="baking")
    CourseObjective.objects.create(course=course, text="Score a loaf", position=1)
    CourseModule.objects.create(course=course, title="Fermentation", module_order=4)

    for words in ("bread", "sourdough", "baking", "score", "fermentation", "quince"):
        assert found(words) == ["Bread"], words


def test_accents_and_forms_of_a_word_are_the_same():
    a_course(title="Café menus and prompting")

    assert found("cafe") == found("CAFÉ") == found("prompts") == ["Café menus and prompting"]


def test_a_change_by_plain_sql_is_found_too():
    course = a_course(title="Bread")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE courses SET title = 'Pottery' WHERE id = %s", [course.pk])

    assert (found("pottery"), found("bread")) == (["Pottery"], [])


def test_what_is_taken_away_is_no_longer_found():
    course = a_course(title="Bread")
    tag = CourseTag.objects.create(course=course, tag="baking")
    module = course.modules.get(module_order=1)

    tag.delete()
    CourseModule.objects.filter(pk=module.pk).update(title="Kneading")
    assert found("kneading") == ["Bread"]
    CourseModule.objects.filter(pk=module.pk).update(module_order=None, archived_at=AT)

    assert (found("baking"), found("kneading")) == ([], [])


def test_a_renamed_creator_is_found_by_the_new_name():
    creator = clara(name="Clara Quince")
    a_course(creator, title="Bread")

    creator.name = "Clara Medlar"
    creator.save()

    assert (found("medlar"), found("quince")) == (["Bread"], [])


def test_saving_a_course_with_an_old_search_column_keeps_it_true():
    stale = a_course(title="Bread")
    Course.objects.filter(pk=stale.pk).update(title="Pottery")
    stale.tagline = "By hand"
    stale.save()

    assert found("bread") == ["Bread"]


def test_the_words_of_courses_are_known():
    a_course(title="Café bread, 3 ways")

    words = set(CourseWord.objects.values_list("word", flat=True))
    assert {"cafe", "bread", "ways"} <= words
    assert "3" not in words


def test_many_modules_in_one_statement_refresh_the_course_once(django_assert_num_queries):
    course = a_course(title="Bread", modules=0)

    with django_assert_num_queries(1):
        CourseModule.objects.bulk_create(
            CourseModule(course=course, title=f"Step {place}", module_order=place)
            for place in range(1, 21)
        )

    assert found("step") == ["Bread"]


def counted() -> dict[tuple[str, str], int]:
    rows = ShelfCount.objects.values_list("category__name", "level", "courses")
    return {(shelf, level): courses for shelf, level, courses in rows if courses}


def test_shelves_count_listed_courses_only():
    cooking, crafts = a_shelf("Cooking"), a_shelf("Crafts")
    bread = a_course(category=cooking)
    a_course(category=cooking, level="advanced")
    a_course(category=crafts, published=False)
    assert counted() == {("Cooking", "beginner"): 1, ("Cooking", "advanced"): 1}

    Course.objects.filter(pk=bread.pk).update(category=crafts, level="advanced")
    assert counted() == {("Crafts", "advanced"): 1, ("Cooking", "advanced"): 1}

    Course.objects.filter(pk=bread.pk).update(status="suspended")
    assert counted() == {("Cooking", "advanced"): 1}

    Course.objects.filter(pk=bread.pk).update(status="published", student_count=7)
    assert counted() == {("Crafts", "advanced"): 1, ("Cooking", "advanced"): 1}

    Course.objects.filter(pk=bread.pk).update(deleted_at=AT)
    assert counted() == {("Cooking", "advanced"): 1}


def test_a_course_that_vanishes_is_no_longer_counted():
    a_course(category=a_shelf("Cooking"))
    a_course(published=False)

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM peerloop_features")
        cursor.execute("DELETE FROM course_curriculum")
        cursor.execute("DELETE FROM courses")

    assert counted() == {}
