"""Three teachers for a visitor, with the reasons: on the course page and at the checkout."""

import re

import pytest
import time_machine

from accounts.members.actions.profile import change_profile
from accounts.models import User
from catalog.models import Course, Interest
from peerloop.pages.tests.free_times import AT, MONDAY, TUESDAY, WEDNESDAY, is_free
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

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


def shown(course: Course, user: User | None = None) -> str:
    """The list of teachers on the page of the course."""
    answer = browse(user).get(f"/courses/{course.slug}")
    assert answer.status_code == 200
    return answer.content.decode().split('id="times-heading"')[1].split("</section>")[0]


def at_checkout(course: Course, user: User | None = None) -> str:
    """The choice of a teacher at the checkout."""
    answer = browse(user).get(f"/courses/{course.slug}/enroll")
    assert answer.status_code == 200
    return answer.content.decode()


def offered(part: str) -> int:
    """How many teachers stand before the others, which are folded."""
    return part.split("More teachers")[0].count('class="row"')


def test_three_teachers_stand_first_with_reasons_and_a_way_to_each():
    course = a_course()
    taught_by(course, "Tom", "Tara", "Ted", "Tina")

    page = shown(course)

    assert offered(page) == 3
    assert page.count(f'href="/courses/{course.slug}/enroll?teacher=') == 8
    assert "in your day" in page
    assert "New: you would be one of the first students" in page


def test_the_checkout_offers_the_same_three_first_and_chooses_the_best():
    course, sam = a_course(), a_member()
    (tara,) = taught_by(course, "Tara")
    taught_by(course, "Tom", "Ted", "Tina", "Tim")
    for member, words in ((sam, "deutsch"), (tara, "English, Deutsch")):
        change_profile(user=member, languages=words, at=AT)
    sam.refresh_from_db()

    part = at_checkout(course, sam)

    first = part.split('id="id_teacher"')[1].split("Show all teachers")[0]
    order = re.findall(r'name="teacher" value="([0-9a-f-]{36})"', first)
    assert len(order) == 3
    assert order[0] == str(tara.pk)
    assert re.search(rf'value="{tara.pk}"[^>]* checked', first)
    assert "Speaks Deutsch as you do" in first
    assert [key for key in order if f"enroll?teacher={key}" not in shown(course, sam)] == []


def test_a_visitor_meets_the_reasons_at_the_checkout_too():
    course = a_course()
    taught_by(course, "Tom", "Tara", "Ted", "Tina")

    rows = at_checkout(course).split('id="teachers"')[1].split("Show all teachers")[0]

    assert rows.count('class="row"') == 3
    assert "in your day" in rows


def test_one_teacher_alone_needs_no_reasons():
    course = a_course()
    taught_by(course, "Tom")

    assert "in your day" not in shown(course) + at_checkout(course)


def test_a_student_of_the_course_is_not_offered_teachers_again():
    course = a_course()
    taught_by(course, "Tom", "Tara")

    assert "in your day" not in shown(course, an_enrollment(course=course).student)


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
    tom, _ = taught_by(course, "Tom", "Tara")
    tom.expertise.create(tag="pricing")
    Interest.objects.create(user=sam, tag="pricing")

    assert "Knows pricing, which interests you" in shown(course, sam)


def test_nobody_is_offered_to_themselves():
    course = a_course()
    tom, *_ = taught_by(course, "Tom", "Tara", "Ted", "Tina")

    first = shown(course, tom).split("More teachers")[0]

    assert f"teacher={tom.pk}" not in first


def test_a_creator_is_not_sold_the_own_course():
    course = a_course()
    taught_by(course, "Tom", "Tara")

    assert "enroll?teacher=" not in shown(course, course.creator)


def test_many_free_times_are_not_counted_to_the_end():
    course = a_course()
    for name in ("Tom", "Tara"):
        is_free(a_teacher(course, name=name).user, MONDAY, TUESDAY, WEDNESDAY)

    assert "10+ free times in your day" in shown(course)
