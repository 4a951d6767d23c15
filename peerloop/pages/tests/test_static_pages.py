"""Explanatory pages; their figures are computed by the rules of the ledger."""

import pytest

from catalog.models import Course
from peerloop.pages.static_pages import Example
from tests.cast import a_course, a_member, browse

PART = {"HX-Request": "true"}
pytestmark = pytest.mark.django_db


def shown(address: str, **headers) -> str:
    answer = browse().get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def a_ladder() -> None:
    """Clara's levels of baking, the most popular of which comes second."""
    creator, shelf = a_member("Clara Creator", is_creator=True), a_course().category
    for title, level, price, students in (
        ("Dough by hand", "intermediate", 30_000, 40),
        ("First loaves", "beginner", 20_000, 3),
        ("Second loaves", "beginner", 25_000, 1),
    ):
        course = a_course(creator, title=title, category=shelf, level=level, price_cents=price)
        Course.objects.filter(pk=course.pk).update(student_count=students)


def test_the_prices_of_levels_are_shown_by_a_real_example():
    a_ladder()

    page = shown("/pricing").split('id="ladder"')[1].split("</section>")[0]

    assert page.index("First loaves") < page.index("Dough by hand")
    assert "$200.00" in page
    assert "Second loaves" not in page
    assert "Clara Creator" in page


def test_without_levels_there_is_no_ladder():
    a_course()

    assert 'id="ladder"' not in shown("/pricing")


def test_the_calculation_alone_reads_no_ladder(django_assert_num_queries):
    with django_assert_num_queries(0):
        shown("/pricing?price=240&sessions=3", **PART)


@pytest.mark.parametrize("address", ["/how-it-works", "/for-creators"])
def test_each_has_one_heading_and_needs_no_query(address, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = shown(address)

    assert page.count("<h1") == 1


def test_the_refund_of_the_example_comes_out_to_the_cent():
    assert Example(45_000, 4).after_one_cents == 33_751  # rule REF-3
    assert "Of $450.00 for 5 sessions with one held, that is $360.00." in shown("/pricing")


@pytest.mark.parametrize(
    ("price", "sessions", "teacher", "creator"),
    [
        (450, 5, "gets $63.00.", "gets $76.50."),
        (450, 4, "gets $78.75.", "gets about $95.62."),
        (240, 3, "gets $56.00.", "gets $68.00."),
        (100, 3, "gets about $23.33.", "gets about $28.33."),
    ],
)
def test_only_a_part_that_is_not_exact_is_called_so(price, sessions, teacher, creator):
    part = shown(f"/pricing?price={price}&sessions={sessions}", **PART)

    assert f"the teacher {teacher}" in part
    assert f"the creator {creator}" in part


def test_the_calculator_works_as_a_plain_form():
    page = shown("/pricing?price=99.99&sessions=1")

    assert all(part in page for part in ("$69.99", "$15.00", "$84.99"))
    assert 'value="99.99"' in page


@pytest.mark.parametrize(
    "query", ["price=0.10&sessions=4", "price=x", "sessions=0", "price=1e9&sessions=2", "price=nan"]
)
def test_invalid_input_is_named_at_the_field(query):
    page = shown(f"/pricing?{query}")

    assert "field--wrong" in page
    assert "Give a price from $0.50" in page


def test_htmx_gets_only_the_calculation():
    part = shown("/pricing?price=240&sessions=3", **PART)

    assert part.startswith('<div class="calculation"')
    assert "$168.00" in part
    assert "gets $56.00" in part
