"""The catalog page, without and with HTMX."""

import re
from datetime import timedelta

import pytest
import redis
import time_machine

from catalog.tests.people import a_shelf, clara, courses
from peerloop.pages import free_times
from peerloop.pages.free_times import next_free_by_course
from peerloop.pages.tests.free_times import AT, TUESDAY, WEDNESDAY, is_free
from tests.cast import a_course, a_teacher, browse

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def shown(address: str = "/courses", **headers) -> str:
    answer = browse().get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_courses_categories_and_counts():
    courses(2, category=a_shelf("Cooking"))

    page = shown()

    assert "<h1>Find a course</h1>" in page
    assert "2 courses" in page
    assert 'href="/courses?category=cooking"' in page
    assert page.count('class="course-card"') == 2


def test_filters_are_links_that_can_be_undone():
    courses(1, category=a_shelf("Cooking"), level="advanced")
    a_course()

    page = shown("/courses?category=cooking&level=advanced&sort=price")

    assert page.count('class="course-card"') == 1
    assert 'href="/courses?level=advanced&amp;sort=price"' in page
    assert 'href="/courses?category=cooking&amp;sort=price"' in page
    assert 'name="category" value="cooking"' in page
    assert "Clear all" in page


def test_a_creators_courses_are_shown_by_handle():
    creator = clara(handle="quince")
    a_course(creator, title="Bread")
    a_course(title="Pottery")

    page = shown("/courses?creator=Quince")

    assert "By Clara Creator" in page
    assert "Bread" in page
    assert "Pottery" not in page


def count_beside(page: str, key: str) -> str | None:
    """The number beside a filter, by the id of its link."""
    link = page.partition(f'id="{key}"')[2].partition("</a>")[0]
    found = re.search(r'class="num[^"]*">(\d+)<', link)
    return found[1] if found else None


def test_a_search_says_how_many_courses_each_filter_would_leave():
    cooking, baking = a_shelf("Cooking"), a_shelf("Baking")
    a_course(title="Sourdough bread", category=baking)
    a_course(title="Sourdough starters", category=baking, level="advanced")
    a_course(title="Sourdough toast", category=cooking)
    a_course(title="Soup", category=cooking)

    page = shown("/courses?q=sourdough")
    baked = shown("/courses?q=sourdough&category=baking")

    assert count_beside(page, "category-baking") == "2"
    assert count_beside(page, "category-cooking") == "1"
    assert count_beside(page, "level-beginner") == "2"
    assert count_beside(baked, "level-beginner") == "1"
    assert count_beside(baked, "category-cooking") == "1"


def test_a_misspelt_search_counts_what_it_shows():
    a_course(title="Sourdough bread", category=a_shelf("Baking"))

    assert count_beside(shown("/courses?q=sourdoug"), "category-baking") == "1"


def test_prices_count_too():
    a_course(title="Cheap", category=a_shelf("Baking"), price_cents=9_900)

    assert count_beside(shown("/courses?min_price=200"), "category-baking") == "0"


def test_more_courses_than_are_counted_have_no_number(monkeypatch):
    courses(3, category=a_shelf("Baking"), price_cents=9_900)
    monkeypatch.setattr("catalog.queries.cards.MAX_COUNTED", 2)

    assert count_beside(shown("/courses?max_price=200"), "category-baking") is None


@pytest.mark.parametrize(
    "query",
    [
        "level=expert&sort=luck&category=%27&creator=..&min_price=cheap&page=two",
        "page=0",
        "page=99999999999999999999",
        "page=-1",
        f"q={'x' * 300}",
    ],
)
def test_invalid_filters_are_ignored(query):
    a_course(title="Bread")

    assert "Bread" in shown(f"/courses?{query}")


def test_swapped_prices_are_put_in_order():
    a_course(title="Bread", price_cents=45_000)

    page = shown("/courses?min_price=500&max_price=400")

    assert "Bread" in page
    assert "$400 to $500" in page


def test_a_page_past_the_end_is_the_last_one():
    courses(20)

    page = shown("/courses?page=9")

    assert page.count('class="course-card"') == 2
    assert 'aria-current="page" href="?page=2"' in page


def test_a_misspelt_search_says_what_it_shows():
    a_course(title="Sourdough")

    page = shown("/courses?q=sourdoug+bred")

    assert "1 close match" in page
    assert "No course has “sourdoug bred”. These have “sourdough”." in page


def test_an_empty_result_links_on():
    a_course(title="Sourdough")

    assert "Show all courses" in shown("/courses?q=zzzzzz")


def test_an_empty_catalog_says_so():
    assert "The first courses will appear here" in shown()


def test_text_of_members_is_escaped():
    a_course(title="<script>alert(1)</script>")

    page = shown("/courses?q=%3Cscript%3E")

    assert "<script>alert(1)" not in page
    assert "“&lt;script&gt;”" in page


def test_htmx_gets_the_fragment_with_a_clean_url():
    courses(1, category=a_shelf("Cooking"))

    answer = browse().get("/courses?q=course&category=cooking&level=&min_price=", headers=PART)

    assert answer.content.decode().startswith('<div class="catalog"')
    assert answer.headers["HX-Push-Url"] == "/courses?q=course&category=cooking"
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("number", [1, 20, 100])
def test_a_visitor_needs_three_statements(number, django_assert_num_queries):
    courses(number)

    with django_assert_num_queries(3):
        shown()


@pytest.fixture
def _monday_morning():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.mark.usefixtures("_monday_morning")
def test_a_card_shows_the_next_free_time_of_any_teacher():
    course = a_course()
    is_free(a_teacher(course, name="Lea Late").user, WEDNESDAY)
    is_free(a_teacher(course, name="Sue Soon").user, TUESDAY)

    page = shown()

    assert "Tue 3 Mar, 16:00 UTC" in page
    assert "Wed 4 Mar" not in page


@pytest.mark.usefixtures("_monday_morning")
def test_free_times_depend_on_session_length_and_teachers():
    short, long = a_course(session_minutes=30), a_course(session_minutes=90)
    busy, alone = a_course(), a_course()
    tom = a_teacher(short)
    a_teacher(long, tom.user)
    is_free(tom.user, TUESDAY, hours=1)
    is_free(a_teacher(busy, name="Bo Busy").user)

    found = next_free_by_course([one.pk for one in (short, long, busy, alone)], at=AT)

    assert found == {short.pk: AT.replace(day=3, hour=16)}


def test_free_times_are_cached_for_a_minute(django_assert_num_queries):
    course, other = a_course(), a_course()
    is_free(a_teacher(course).user, TUESDAY)
    keys = [course.pk, other.pk]
    with django_assert_num_queries(3):
        first = next_free_by_course(keys, at=AT)
    with django_assert_num_queries(0):
        assert next_free_by_course(keys, at=AT) == first
    with django_assert_num_queries(3):
        assert next_free_by_course(keys, at=AT + timedelta(minutes=1)) == first


def test_without_redis_free_times_are_computed_each_time(monkeypatch):
    def away():
        raise redis.ConnectionError("away")

    monkeypatch.setattr(free_times, "redis_client", away)
    course = a_course()
    is_free(a_teacher(course).user, TUESDAY)

    assert list(next_free_by_course([course.pk], at=AT)) == [course.pk]


@pytest.mark.parametrize("number", [1, 20, 100])
def test_teachers_add_three_statements_at_most(number, django_assert_num_queries):
    course = a_course()
    for place in range(number):
        is_free(a_teacher(course, name=f"Teacher {place}").user, TUESDAY)

    with django_assert_num_queries(5):
        shown()
