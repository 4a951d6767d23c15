"""Courses beside a course: the part of its page, and the page without scripts."""

import pytest

from catalog.models import Course
from catalog.tests.people import a_shelf
from tests.cast import a_course, browse

pytestmark = pytest.mark.django_db


def test_a_course_page_leads_to_courses_like_it():
    bread = a_course(title="Bread")

    page = browse().get(f"/courses/{bread.slug}").content.decode()

    assert f'href="/courses/{bread.slug}/related"' in page
    assert f'data-hx-get="/courses/{bread.slug}/related"' in page


def test_related_courses_have_a_page_and_a_part_with_the_reason():
    baking = a_shelf("Baking")
    bread = a_course(title="Bread", category=baking)
    a_course(title="Rye", category=baking, level="intermediate")
    address = f"/courses/{bread.slug}/related"

    page = browse().get(address).content.decode()
    part = browse().get(address, headers={"HX-Request": "true"}).content.decode()

    assert "The next step in" in page
    assert "The next step in" in part
    assert "<html" in page
    assert "<html" not in part


def test_the_ladder_says_the_price_of_each_level():
    baking = a_shelf("Baking")
    bread = a_course(title="Bread", category=baking, price_cents=20_000)
    a_course(bread.creator, title="Rye", category=baking, level="advanced", price_cents=80_000)

    page = browse().get(f"/courses/{bread.slug}/related").content.decode()
    ladder = page.partition("Level by level")[2]

    assert ladder.index("$200.00") < ladder.index("$800.00")
    assert "Beginner, this course" in ladder


def test_a_course_like_no_other_leads_to_all_courses():
    bread = a_course(title="Bread")

    page = browse().get(f"/courses/{bread.slug}/related").content.decode()

    assert "No other course comes close yet." in page


def test_an_unlisted_course_has_no_courses_beside_it():
    bread = a_course(title="Bread")
    Course.objects.filter(pk=bread.pk).update(status="suspended")

    assert browse().get(f"/courses/{bread.slug}/related").status_code == 404
