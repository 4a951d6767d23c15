"""The page of a teacher: what it costs, when they are free, and the way to book them."""

import pytest
import time_machine

from learning.tests.test_reviews import WORDS, done, review
from peerloop.pages.teacher_week import TIMES_A_DAY, teacher_week
from peerloop.pages.tests.test_learn import text_of
from scheduling.tests.people import NOW, open_hours
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tom():
    course = a_course(modules=4, price_cents=40_000)
    right = a_teacher(course)
    right.user.privacy_public = True
    right.user.save(update_fields=["privacy_public"])
    open_hours(right.user)
    return right


def test_free_times_of_the_week_stand_under_their_days_in_the_viewers_zone(tom):
    week = teacher_week(tom.user, tom.course, at=NOW, zone="Pacific/Auckland")
    assert week.next_at == week.days[0].times[0]
    assert all(len(one.times) <= TIMES_A_DAY for one in week.days)
    days = [one.day.astimezone().date() for one in week.days]
    assert days == sorted(days)
    assert not teacher_week(tom.user, None, at=NOW, zone="").days


def test_a_visitor_sees_price_length_and_a_way_to_book(tom):
    shown = text_of(browse().get(f"/student-teachers/{tom.user.handle}"))
    assert "$400.00 for 4 sessions of 1 h" in shown
    assert "Free in the next 7 days" in shown
    assert f"/courses/{tom.course.slug}/enroll?teacher={tom.user.pk}" in shown
    assert "Book<" in shown


def test_nobody_books_themselves(tom):
    assert "buybar" not in text_of(browse(tom.user).get(f"/student-teachers/{tom.user.handle}"))


def test_reviews_of_the_teacher_stand_on_their_page(tom):
    review(done(tom.course, tom), comment=WORDS)
    path = f"/student-teachers/{tom.user.handle}"
    assert WORDS in text_of(browse().get(path))
    assert WORDS in text_of(browse(a_member("Rita")).get(path))
