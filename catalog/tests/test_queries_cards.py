"""The list of courses: filters, order, pages, search, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection

from catalog.models import Course
from catalog.queries import CourseFilter, categories, course_cards, featured_cards
from catalog.queries.cards import ORDERS
from catalog.tests.people import AT, a_shelf, clara, courses
from peerloop.kit.paging import Page
from tests.cast import a_course

pytestmark = pytest.mark.django_db
FIRST = Page(1, 20)


def titles(page: Page = FIRST, **wanted) -> list[str]:
    return [card.title for card in course_cards(CourseFilter(**wanted), page).cards]


def test_only_published_courses_are_listed():
    a_course(title="Listed")
    a_course(title="Draft", published=False)
    a_course(title="Deleted", deleted_at=AT)
    for status in ("suspended", "retired"):
        Course.objects.filter(pk=a_course(title=status).pk).update(status=status)

    found = course_cards(CourseFilter(), FIRST)

    assert ([card.title for card in found.cards], found.total) == (["Listed"], 1)


def test_listed_is_the_same_in_sql_and_of_a_row():
    shown = a_course()
    a_course(published=False)
    a_course(deleted_at=AT)
    Course.objects.filter(pk=a_course().pk).update(status="suspended")

    in_sql = Course.objects.extra(where=[Course.listed_sql()])

    assert set(in_sql) == set(Course.objects.listed()) == {shown}
    assert {row for row in Course.objects.all() if row.is_listed} == {shown}


def test_each_filter_narrows_the_list():
    cooking, creator = a_shelf("Cooking"), clara(name="Quentin Quince")
    a_course(title="Plain")
    a_course(title="Shelf", category=cooking)
    a_course(title="Hard", level="advanced")
    a_course(title="Cheap", price_cents=9_900)
    a_course(creator, title="By Quentin")

    assert titles(category_id=cooking.pk) == ["Shelf"]
    assert titles(level="advanced") == ["Hard"]
    assert titles(most_cents=9_900) == ["Cheap"]
    assert titles(creator_id=creator.pk) == ["By Quentin"]
    assert titles(least_cents=45_001) == []
    assert len(titles(least_cents=45_000, most_cents=45_000)) == 4


def test_totals_count_all_pages():
    shelf = a_shelf("Cooking")
    courses(5, category=shelf)
    a_course(level="advanced")

    def totals(**wanted):
        found = course_cards(CourseFilter(**wanted), Page(1, 2))
        return len(found.cards), found.total

    assert totals() == (2, 6)
    assert totals(category_id=shelf.pk) == (2, 5)
    assert totals(level="advanced") == (1, 1)
    assert totals(most_cents=50_000) == (2, 6)
    assert totals(search="course") == (2, 5)


def test_a_page_past_the_end_is_empty_and_knows_the_total():
    courses(3)

    for wanted in ({}, {"search": "course"}, {"least_cents": 1}):
        found = course_cards(CourseFilter(**wanted), Page(9, 2))
        assert (found.cards, found.total) == ([], 3), wanted


def test_pages_neither_repeat_nor_miss_a_course():
    courses(7)

    for sort in ("rating", "students", "price", "newest"):
        seen = [title for page in (1, 2, 3) for title in titles(Page(page, 3), sort=sort)]
        assert sorted(seen) == [f"Course {place}" for place in range(7)], sort


def test_each_order_begins_with_its_best():
    a_course(title="Rated", rating="4.9", rating_count=3)
    a_course(title="Full", student_count=90)
    a_course(title="Cheap", price_cents=100)
    a_course(title="New")
    Course.objects.filter(title="New").update(first_published_at=AT + timedelta(days=9))

    assert titles()[0] == titles(sort="rating")[0] == "Rated"
    assert titles(sort="students")[0] == "Full"
    assert titles(sort="price")[0] == "Cheap"
    assert titles(sort="newest")[0] == "New"


def test_the_title_counts_more_than_the_description():
    a_course(title="Bread", description="All about pottery, and about pottery again. " * 3)
    a_course(title="Pottery", description="With your hands, slowly, from clay to kiln. " * 3)

    assert titles(search="pottery") == ["Pottery", "Bread"]
    assert titles(search="pottery", sort="newest")  # any order can be asked for


def test_a_search_takes_words_phrases_and_exclusions():
    a_course(title="Deep learning with Python")
    a_course(title="Deep tissue massage")

    assert titles(search="deep -python") == ["Deep tissue massage"]
    assert titles(search='"deep learning"') == ["Deep learning with Python"]


@pytest.mark.parametrize("typed", ["pyhton", "phyton", "pythn", "pythom", "deep pyhton", "pyt"])
def test_typing_errors_are_forgiven(typed):
    a_course(title="Deep learning with Python")
    a_course(title="Watercolour")

    found = course_cards(CourseFilter(search=typed), FIRST)

    assert [card.title for card in found.cards] == ["Deep learning with Python"]
    assert found.meant.endswith("python")


def test_if_no_course_has_all_words_some_have_one():
    a_course(title="Python")
    a_course(title="Watercolour")

    found = course_cards(CourseFilter(search="python watercolor"), FIRST)

    assert (found.total, found.meant) == (2, "python watercolour")


@pytest.mark.parametrize("typed", ["zzzzzz", "!!!", "the", "'); DROP", "% _", "&|!()", "\\", "🙂"])
def test_nonsense_finds_nothing_and_breaks_nothing(typed):
    a_course(title="Python")

    found = course_cards(CourseFilter(search=typed), FIRST)

    assert (found.cards, found.total, found.meant) == ([], 0, "")


@pytest.mark.parametrize("number", [1, 20, 100])
def test_a_page_is_one_statement_whatever_the_number_of_rows(number, django_assert_num_queries):
    courses(number)

    with django_assert_num_queries(1):
        found = course_cards(CourseFilter(), Page(1, 50))
    with django_assert_num_queries(1):
        searched = course_cards(CourseFilter(search="course", sort="price"), Page(1, 50))

    assert found.total == searched.total == number


def test_cards_leave_descriptions_out_when_asked():
    a_course()

    assert course_cards(CourseFilter(), FIRST, with_text=False).cards[0].description == ""
    assert course_cards(CourseFilter(), FIRST).cards[0].description.startswith("Learn to ask")


def test_featured_courses_come_first_on_the_front_page(django_assert_num_queries):
    a_course(title="Best", rating="5.0", rating_count=9)
    a_course(title="Featured", is_featured=True)
    a_course(title="Other", rating="3.0", rating_count=1)

    with django_assert_num_queries(1):
        cards = featured_cards(2)

    assert [card.title for card in cards] == ["Featured", "Best"]


def test_categories_stand_in_order_with_their_counts(django_assert_num_queries):
    cooking = a_shelf("Cooking")
    a_shelf("Hidden", is_active=False)
    a_shelf("Crafts")
    courses(3, category=cooking)

    with django_assert_num_queries(1):
        found = [(one["name"], one["course_count"]) for one in categories()]

    assert found == [("Cooking", 3), ("Crafts", 0)]


def test_few_ratings_are_ordered_fairly():
    a_course(title="Bad", rating="2.0", rating_count=9)
    a_course(title="One fan", rating="5.0", rating_count=1)
    a_course(title="Nobody yet")
    a_course(title="Loved", rating="4.9", rating_count=40)
    assert titles(sort="rating") == ["Loved", "One fan", "Nobody yet", "Bad"]


def test_the_order_by_rating_comes_from_its_index():
    a_course(title="Loved", rating="4.9", rating_count=40)
    rows = f"FROM courses c WHERE {Course.listed_sql('c')} ORDER BY {ORDERS['rating'].format('c')}"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN SELECT c.id {rows} LIMIT 20")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "course_listed_rating" in plan
    assert "Sort" not in plan
