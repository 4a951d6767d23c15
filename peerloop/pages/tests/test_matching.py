"""Three teachers for a visitor, with the reasons."""

import pytest
import time_machine

from accounts.members.actions.profile import change_profile
from accounts.models import User
from catalog.models import Course, Interest
from peerloop.pages.tests.free_times import AT, TUESDAY, is_free
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(AT, tick=False):
        yield


def taught_by(course: Course, *names: str) -> list[User]:
    """Teachers of the course who are free on Tuesday."""
    teachers = [a_teacher(course, name=name).user for name in names]
    for teacher in teachers:
        is_free(teacher, TUESDAY)
    return teachers


def shown(course: Course, user: User | None = None, **headers) -> str:
    answer = browse(user).get(f"/courses/{course.slug}/teachers", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_three_teachers_are_offered_with_reasons_and_a_way_to_each():
    course = a_course()
    taught_by(course, "Tom", "Tara", "Ted", "Tina")

    page = shown(course)

    assert page.count(f'href="/courses/{course.slug}/enroll?teacher=') == 3
    assert "in your day" in page
    assert "New: you would be one of the first students" in page


def test_a_common_language_comes_first_and_is_said():
    course, sam = a_course(), a_member()
    taught_by(course, "Tom", "Ted", "Tim")
    (tara,) = taught_by(course, "Tara")
    for member, words in ((sam, "deutsch"), (tara, "English, Deutsch")):
        change_profile(user=member, languages=words, at=AT)
    sam.refresh_from_db()

    page = shown(course, sam)

    assert page.index("Speaks Deutsch as you do") < page.index("free time")
    assert page.index("Tara") < page.index("Speaks Deutsch as you do")


def test_what_interests_the_student_counts():
    course, sam = a_course(), a_member()
    (tom,) = taught_by(course, "Tom")
    tom.expertise.create(tag="pricing")
    Interest.objects.create(user=sam, tag="pricing")

    assert "Knows pricing, which interests you" in shown(course, sam)


def test_nobody_is_offered_to_themselves():
    course = a_course()
    tom, _ = taught_by(course, "Tom", "Tara")

    page = shown(course, tom)

    assert f"teacher={tom.pk}" not in page


def test_a_creator_is_not_sold_the_own_course():
    course = a_course()
    taught_by(course, "Tom")

    assert "enroll?teacher=" not in shown(course, course.creator)


def test_a_course_without_free_times_says_so():
    course = a_course()
    a_teacher(course)

    assert "has a free time in the next two weeks" in shown(course)


def test_the_part_of_the_course_page_is_no_page():
    course = a_course()
    taught_by(course, "Tom", "Tara", "Ted", "Tina")

    assert "<html" not in shown(course, **{"HX-Request": "true"})
    page = browse().get(f"/courses/{course.slug}").content.decode()
    assert f'data-hx-get="/courses/{course.slug}/teachers"' in page


def test_an_unlisted_course_offers_nobody():
    course = a_course(published=False)

    assert browse().get(f"/courses/{course.slug}/teachers").status_code == 404


@pytest.mark.parametrize("number", [2, 7])
def test_many_teachers_need_as_many_statements(number, django_assert_num_queries):
    course = a_course()
    taught_by(course, *(f"Teacher {place}" for place in range(number)))
    shown(course)

    with django_assert_num_queries(5):
        shown(course)
