"""What ``/about`` says of the order of lists is what the lists do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from catalog.models import Course
from catalog.prior import PRIOR_RATING, PRIOR_REVIEWS
from learning.models import TeacherFigures
from scheduling.actions.hours import WeeklyHours, set_hours
from scheduling.matching import Candidate, Wanted, offer
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def said():
    page = browse().get("/about").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def places(path, *words):
    """The words in the order in which the page has them."""
    main = browse().get(path).content.decode().split("<main", 1)[1]
    assert all(word in main for word in words)
    return sorted(words, key=main.index)


def a_listed_teacher(name, course, *, hours):
    user = a_member(name, is_student_teacher=True, has_hours=True, privacy_public=True)
    a_teacher(course, user)
    start, end = hours
    weekly = [WeeklyHours(day, start, end) for day in range(7)]
    set_hours(user=user, timezone="UTC", weekly=weekly, dates=[], at=NOW)
    return user


def test_courses_are_ordered_by_rating_with_the_prior_that_is_named():
    assert f"as if {PRIOR_REVIEWS} more people had given it {PRIOR_RATING} stars" in said()
    a_course(title="One review", rating="5.0", rating_count=1)
    a_course(title="Forty reviews", rating="4.9", rating_count=40)
    a_course(title="Disliked", rating="2.0", rating_count=9)
    a_course(title="Nobody yet")
    order = ("Forty reviews", "One review", "Nobody yet", "Disliked")
    assert places("/courses", *order) == list(order)
    for course in Course.objects.all():
        known = float(course.rating or 0) * course.rating_count + PRIOR_RATING * PRIOR_REVIEWS
        fair = known / (course.rating_count + PRIOR_REVIEWS)
        assert float(course.fair_rating) == pytest.approx(fair, abs=0.001)


def test_a_search_shows_words_of_the_title_first():
    assert "first shows courses that have your words in the title" in said()
    a_course(
        title="Cooking", description="Never mind the sourdough. " * 4, rating="5.0", rating_count=9
    )
    a_course(title="Sourdough for everybody")
    found = places("/courses?q=sourdough", "Cooking", "Sourdough for everybody")
    assert found == ["Sourdough for everybody", "Cooking"]


def test_behind_the_three_offered_teachers_the_earliest_free_time_comes_first():
    assert "three are offered first" in said()
    assert "others follow by their earliest free time" in said()
    course = a_course()
    for hour in (20, 12, 16, 10, 18, 14):
        a_listed_teacher(f"Teacher at {hour}", course, hours=(hour * 60, hour * 60 + 120))
    page = browse().get(f"/courses/{course.slug}").context["page"]
    assert len(page.matched.offered) == 3
    times = [one.next_at for one in page.more_teachers]
    assert len(set(times)) == 3
    assert times == sorted(times)


def test_one_of_three_offered_teachers_is_new():
    assert "one of the three is new" in said()
    at = NOW + timedelta(hours=5)
    known = [
        Candidate(a_member().pk, at, times=9, rating=5.0, ratings=30, taught=30) for _ in range(4)
    ]
    fresh = Candidate(a_member().pk, at, times=1)
    offered = offer([*known, fresh], Wanted(), seed=b"x", at=NOW)
    assert len(offered) == 3
    assert fresh.key in {one.key for one in offered}


def test_the_list_of_teachers_begins_with_who_taught_most():
    assert "begins with those who taught most students" in said()
    course = a_course()
    names = ("Anna Few", "Zoe Many")
    users = [a_listed_teacher(name, course, hours=(600, 700)) for name in names]
    TeacherFigures.objects.filter(user=users[1]).update(students_taught=9)
    assert places("/student-teachers", *names) == ["Zoe Many", "Anna Few"]


def test_the_list_of_creators_is_in_the_order_of_names():
    assert "list of creators is in the order of names" in said()
    names = ("Zoe Creator", "Anna Creator")
    for name in names:
        a_member(name, is_creator=True, privacy_public=True)
    assert places("/creators", *names) == ["Anna Creator", "Zoe Creator"]
