"""The front page and its count of free teachers."""

from datetime import timedelta

import pytest
import redis
import time_machine

from catalog.models import Course
from peerloop.pages import home
from peerloop.pages.home import FreeTeachers, count_free
from peerloop.pages.tests.free_times import AT, MONDAY, TUESDAY, WEDNESDAY, is_free
from tests.cast import a_course, a_teacher, browse

pytestmark = pytest.mark.django_db


def shown(address: str = "/") -> str:
    answer = browse().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


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
    is_free(a_teacher(course, name="Nina Now").user, MONDAY, start=9, notice=0)
    is_free(a_teacher(course, name="Tara Today").user, MONDAY, start=20)
    is_free(a_teacher(course, name="Will Week").user, WEDNESDAY)
    is_free(a_teacher(course, name="Nora Never").user)

    assert count_free(AT) == FreeTeachers(hour=1, day=2, week=3)


def test_only_teachers_of_listed_courses_count():
    course = a_course()
    tom = a_teacher(course)
    is_free(tom.user, TUESDAY)
    a_teacher(a_course(), tom.user)
    assert count_free(AT).week == 1

    Course.objects.update(status="retired")
    assert count_free(AT).week == 0


def test_the_count_names_the_shortest_period_with_a_free_teacher():
    assert FreeTeachers(2, 5, 9).shown == (2, "in the next hour")
    assert FreeTeachers(0, 5, 9).shown == (5, "in the next 24 hours")
    assert FreeTeachers(0, 0, 9).shown == (9, "in the next 7 days")
    assert FreeTeachers().shown is None


def test_the_count_is_a_fragment_of_its_own():
    is_free(a_teacher(a_course()).user, MONDAY, start=9, notice=0)

    with time_machine.travel(AT, tick=False):
        part = shown("/teachers/free")

    assert part.startswith('<p class="hero__free"')
    assert "1 teacher</strong> is free in the next hour" in part


def test_the_count_is_cached_for_a_minute(django_assert_num_queries):
    with time_machine.travel(AT, tick=False):
        home.free_now(AT)
        with django_assert_num_queries(1):
            shown()
    is_free(a_teacher(a_course()).user, MONDAY, start=9, notice=0)
    assert home.free_now(AT).hour == 0
    assert home.free_now(AT + timedelta(minutes=1)).day == 1


def test_without_redis_it_is_counted_each_time(monkeypatch):
    def away():
        raise redis.ConnectionError("away")

    monkeypatch.setattr(home, "redis_client", away)
    is_free(a_teacher(a_course()).user, TUESDAY)

    assert home.free_now(AT).week == 1


@pytest.mark.parametrize("number", [1, 20, 100])
def test_the_number_of_queries_is_constant(number, django_assert_num_queries):
    course = a_course()
    for place in range(number):
        is_free(a_teacher(course, name=f"Teacher {place}").user, TUESDAY)

    # Cards; their next free times (3); who is free (3).
    with django_assert_num_queries(7):
        shown()
