"""The catalog page, without and with HTMX."""

import pytest

from catalog.models import CourseFollow
from catalog.tests.people import a_shelf, clara, courses
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def shown(address: str = "/courses", **headers) -> str:
    answer = browse().get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_courses_shelves_and_counts():
    courses(2, category=a_shelf("Cooking"))

    page = shown()

    assert "<h1>Find a course</h1>" in page
    assert "2 courses" in page
    assert 'href="/courses?category=cooking"' in page
    assert page.count('class="course-card"') == 2


def test_filters_are_links_that_lead_back():
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
def test_what_makes_no_sense_is_left_out(query):
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


def test_a_mistyped_search_says_what_it_shows():
    a_course(title="Sourdough")

    page = shown("/courses?q=sourdoug+bred")

    assert "1 close match" in page
    assert "No course has “sourdoug bred”. These have “sourdough”." in page


def test_nothing_found_has_a_way_on():
    a_course(title="Sourdough")

    assert "Show all courses" in shown("/courses?q=zzzzzz")


def test_an_empty_catalog_says_so():
    assert "The first courses will stand here" in shown()


def test_text_of_people_is_escaped():
    a_course(title="<script>alert(1)</script>")

    page = shown("/courses?q=%3Cscript%3E")

    assert "<script>alert(1)" not in page
    assert "“&lt;script&gt;”" in page


def test_htmx_gets_the_part_with_a_clean_address():
    courses(1, category=a_shelf("Cooking"))

    answer = browse().get("/courses?q=course&category=cooking&level=&min_price=", headers=PART)

    assert answer.content.decode().startswith('<div class="catalog"')
    assert answer.headers["HX-Push-Url"] == "/courses?q=course&category=cooking"
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("number", [1, 20, 100])
def test_a_visitor_costs_two_statements(number, django_assert_num_queries):
    courses(number)

    with django_assert_num_queries(2):
        shown()


def test_following_works_without_script_and_with_htmx():
    course, sam = a_course(), a_member()
    address, client = f"/courses/{course.slug}/follow", browse(sam)

    answer = client.post(address, {"follow": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/courses/{course.slug}")
    assert CourseFollow.objects.filter(user=sam).exists()

    answer = client.post(address, {"follow": "0"}, headers=PART)
    assert "Follow this course" in answer.content.decode()
    assert not CourseFollow.objects.exists()


def test_visitors_sign_in_to_follow():
    course = a_course()

    answer = browse().post(f"/courses/{course.slug}/follow", {"follow": "1"})

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")
