"""The front page and its count of free teachers."""

import re
from datetime import timedelta

import pytest
import redis
import time_machine

from accounts.models import Block, User
from catalog.models import Course
from learning.tests.test_reviews import done, review
from peerloop.pages import home
from peerloop.pages.home import FreeTeachers, count_free
from peerloop.pages.tests.free_times import AT, MONDAY, TUESDAY, WEDNESDAY, is_free
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db


def shown(address: str = "/", **headers: str) -> str:
    answer = browse().get(address, headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


def a_listed_teacher(course: Course, name: str = "Tom Teacher") -> User:
    user = a_member(name, is_student_teacher=True, privacy_public=True)
    return a_teacher(course, user).user


def test_the_front_page_explains_peerloop_and_shows_courses():
    for place in range(7):
        a_course(title=f"Course {place}")

    page = shown()

    assert page.count("<h1") == 1
    assert 'action="/courses"' in page
    assert page.count('class="course-card"') == 6
    assert 'href="/for-creators"' in page


def test_the_front_page_works_without_any_rows():
    page = shown()

    assert "Begin with one of these" not in page
    assert "free in the next" not in page


def test_teachers_are_counted_by_their_next_free_time():
    course = a_course()
    is_free(a_listed_teacher(course, "Nina Now"), MONDAY, start=9, notice=0)
    is_free(a_listed_teacher(course, "Tara Today"), MONDAY, start=20)
    is_free(a_listed_teacher(course, "Will Week"), WEDNESDAY)
    is_free(a_listed_teacher(course, "Nora Never"))

    assert count_free(AT) == FreeTeachers(hour=1, day=2, week=3)


def test_the_count_is_that_of_the_list_that_it_leads_to():
    course = a_course()
    tom, mona = a_listed_teacher(course), a_member("Mona", is_moderator=True)
    private = a_teacher(course, a_member("Pia Private", is_student_teacher=True)).user
    for teacher in (tom, private):
        is_free(teacher, MONDAY, start=20)
    shut_out = a_member("Olga")
    Block.objects.create(blocker=tom, blocked=shut_out)

    with time_machine.travel(AT, tick=False):
        for viewer in (None, a_member("Sam"), mona, shut_out):
            told = browse(viewer).get("/").context["free"].day
            listed = browse(viewer).get("/student-teachers?free=day").context["found"].total
            assert told == listed
        assert browse(mona).get("/").context["free"].day == 2


def test_only_teachers_of_listed_courses_count():
    course = a_course()
    tom = a_listed_teacher(course)
    is_free(tom, TUESDAY)
    a_teacher(a_course(), tom)
    assert count_free(AT).week == 1

    Course.objects.update(status="retired")
    assert count_free(AT).week == 0


def test_the_count_names_the_shortest_period_with_a_free_teacher():
    assert FreeTeachers(2, 5, 9).shown == (2, "in the next hour", "hour")
    assert FreeTeachers(0, 5, 9).shown == (5, "in the next 24 hours", "day")
    assert FreeTeachers(0, 0, 9).shown == (9, "in the next 7 days", "week")
    assert FreeTeachers().shown is None


@pytest.mark.parametrize(("weekday", "notice"), [(MONDAY, 0), (MONDAY, 60), (TUESDAY, 60)])
def test_the_count_leads_to_the_same_people(weekday, notice):
    course = a_course()
    is_free(a_listed_teacher(course, "Nina Next"), weekday, start=9, notice=notice)
    is_free(a_listed_teacher(course, "Will Week"), WEDNESDAY)
    is_free(a_teacher(course, name="Paula Private").user, weekday, start=9, notice=notice)

    with time_machine.travel(AT, tick=False):
        page = shown()
        link = re.search(r'href="(/student-teachers[^"]*free=[^"]*)"', page)
        listed = shown(link[1])

    number = re.search(r"([0-9]+) teachers?</strong>", page)[1]
    assert f'id="found">{number} teacher' in listed
    assert listed.count("person-card__link") == int(number)
    assert "Nina Next" in listed


def test_the_count_reloads_as_a_part_of_the_page():
    is_free(a_listed_teacher(a_course()), MONDAY, start=9, notice=0)

    with time_machine.travel(AT, tick=False):
        part = shown("/teachers/free", HX_Request="true")

    assert part.startswith('<p class="hero__free"')
    assert "1 teacher</strong> is free in the next hour" in part


def test_the_address_of_the_count_opened_directly_leads_to_the_front_page():
    assert browse().get("/teachers/free").headers["Location"] == "/"


def test_the_count_is_cached_for_a_minute(django_assert_num_queries):
    with time_machine.travel(AT, tick=False):
        home.free_now(AT)
        with django_assert_num_queries(1):
            shown()
    is_free(a_listed_teacher(a_course()), MONDAY, start=9, notice=0)
    assert home.free_now(AT).hour == 0
    assert home.free_now(AT + timedelta(minutes=1)).day == 1


def test_without_redis_it_is_counted_each_time(monkeypatch):
    def away():
        raise redis.ConnectionError("away")

    monkeypatch.setattr(home, "redis_client", away)
    is_free(a_listed_teacher(a_course()), TUESDAY)

    assert home.free_now(AT).week == 1


@pytest.mark.parametrize("number", [1, 20, 100])
def test_the_number_of_queries_is_constant(number, django_assert_num_queries):
    course = a_course()
    for place in range(number):
        is_free(a_listed_teacher(course, f"Teacher {place}"), TUESDAY)

    # Cards; their next free times (3); the listed teachers (2) and when they are free (2).
    with django_assert_num_queries(8):
        shown()


def test_who_is_free_soonest_stands_there_with_a_time_that_leads_to_the_checkout():
    course = a_course(title="Prompting well")
    late, soon = a_listed_teacher(course, "Will Week"), a_listed_teacher(course, "Nina Now")
    is_free(late, WEDNESDAY)
    is_free(soon, MONDAY, start=9, notice=0)
    with time_machine.travel(AT, tick=False):
        for page in (shown(), shown()):
            assert page.index("Nina Now") < page.index("Will Week")
            assert f"/courses/{course.slug}/enroll?teacher={soon.pk}" in page


def test_the_front_page_shows_one_good_review_of_a_course():
    course = a_course(title="Prompting well")
    review(done(course), "course", rating=2, comment="It was not for me at all.")
    review(done(course), "course", rating=5, comment="Five sessions on my own work.")
    page = shown()
    assert "Five sessions on my own work." in page
    assert "not for me" not in page
