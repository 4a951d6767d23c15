"""The teacher's home and students."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from learning.models import Expectations
from learning.tests.people import AT, hold, taught
from peerloop.pages.tests.free_times import is_free
from peerloop.pages.tests.test_learn import a_session, text_of
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def test_a_member_who_does_not_teach_is_shown_how_to_start():
    assert "Complete a course" in text_of(browse(a_member()).get("/teach"))
    assert "Set your hours" in text_of(browse(a_member()).get("/teach/students"))


def test_a_new_teacher_sees_missing_setup():
    tom = a_teacher(a_course())
    page = text_of(browse(tom.user).get("/teach"))
    assert "You have no free time in the next 28 days" in page
    assert "Connect one" in page
    assert "/teach/availability" in page
    assert "Pause" in page


@pytest.mark.parametrize("path", ["/dashboard", "/teach"])
def test_both_pages_say_the_same_of_whether_a_teacher_can_be_booked(path):
    row = a_teacher(a_course())
    browser = browse(row.user)

    without_hours = text_of(browser.get(path))
    is_free(row.user, 1, 2, 3, 4, 5)
    with_hours = text_of(browser.get(path))
    row.teaching_active = False
    row.save()
    paused = text_of(browser.get(path))

    assert "No free time" in without_hours
    assert "nobody can book you" in without_hours
    assert "Bookable" not in without_hours + paused
    assert "Bookable" in with_hours
    assert "nobody can book you" not in with_hours + paused
    assert "Paused" in paused


@pytest.mark.parametrize("path", ["/dashboard", "/teach"])
def test_a_course_is_bookable_only_where_one_of_its_sessions_fits(path):
    short, long = a_course(title="Short"), a_course(title="Long")
    short.session_minutes, long.session_minutes = 60, 90
    short.save()
    long.save()
    tom = a_teacher(short).user
    a_teacher(long, tom)
    is_free(tom, 1, 2, 3, hours=1)

    page = text_of(browse(tom).get(path))

    assert page.count("Bookable") == 1
    assert page.count("No free time") == 1


def test_a_paused_course_shows_the_reason():
    tom = a_teacher(a_course())
    tom.is_active, tom.deactivated_reason = False, "Three complaints."
    tom.save()
    page = text_of(browse(tom.user).get("/teach"))
    assert "Three complaints." in page
    assert f"/teach/courses/{tom.pk}/pause" not in page


def test_upcoming_sessions_show_their_modules():
    enrollment = taught()
    session = a_session(enrollment)
    page = text_of(browse(enrollment.teacher).get("/teach"))
    assert f"/sessions/{session.pk}" in page
    assert "Module 1" in page
    assert "with Sam Student" in page


def test_students_show_certificates_to_recommend():
    enrollment = taught(modules=2, sessions=1)
    a_session(enrollment)
    browser = browse(enrollment.teacher)
    page = text_of(browser.get("/teach/students"))
    assert "1 of 2" in page
    assert "Recommend completion" in page
    assert "Recommend mastery" not in page

    hold(enrollment, 1, at=AT + timedelta(days=3))
    page = text_of(browser.get("/teach/students"))
    assert "Recommend mastery" in page

    assert "Recommend completion" not in page


def test_the_teacher_reads_what_a_student_expects_while_the_course_goes_on():
    enrollment = taught(modules=1)
    Expectations.objects.create(enrollment=enrollment, goal="Write reports that people read")
    browser = browse(enrollment.teacher)

    before = text_of(browser.get("/teach/students"))
    hold(enrollment, 1)
    after = text_of(browser.get("/teach/students"))

    assert "What they expect" in before
    assert "Write reports that people read" in before
    assert "Sam Student" in after
    assert "What they expect" not in after


def test_other_teachers_students_are_not_shown():
    taught()
    tina = a_teacher(a_course(), name="Tina")
    assert "Sam Student" not in text_of(browse(tina.user).get("/teach/students"))


@pytest.mark.parametrize("rows", [1, 6])
def test_the_number_of_queries_of_the_students_is_constant(rows, django_assert_num_queries):
    course = a_course()
    tom = a_teacher(course)
    for _ in range(rows):
        an_enrollment(course=course, teacher=tom)
    browser = browse(tom.user)
    browser.get("/teach/students")
    with django_assert_num_queries(7):
        browser.get("/teach/students")


def test_the_number_of_queries_of_the_home_is_constant(django_assert_max_num_queries):
    tom = a_teacher(a_course()).user
    browser = browse(tom)
    browser.get("/teach")
    with django_assert_max_num_queries(12) as one:
        browser.get("/teach")
    for _ in range(4):
        a_teacher(a_course(), tom)

    with django_assert_max_num_queries(12) as five:
        browser.get("/teach")

    assert len(five) == len(one)


def test_who_applies_sees_ticks_only_at_what_is_done():
    course = a_course()
    sam = an_enrollment(course=course).student
    browser, path = browse(sam), f"/teach/apply/{course.slug}"

    def done() -> int:
        return browser.get(path).content.decode().count("Done:")

    assert done() == 0
    is_free(sam, 1, 2, 3, 4, 5)
    assert done() == 1
    account = {"stripe_account_id": "acct_sam", "stripe_payouts_enabled": True}
    User.objects.filter(pk=sam.pk).update(**account)
    assert done() == 2
    a_teacher(course, sam)
    assert done() == 3
