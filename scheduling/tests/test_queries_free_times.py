"""Free times of teachers: what they say, and how few statements they need."""

from datetime import timedelta

import pytest

from scheduling.models import AvailabilityOverride
from scheduling.queries import (
    free_slots,
    next_free,
    slots_between,
)
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, open_hours, sam_and_tom
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_four_weeks_of_a_teacher_are_two_statements(django_assert_num_queries):
    enrollment = sam_and_tom()
    for number in range(10):
        a_session(enrollment, start=MONDAY_TEN + number * DAY)
    with django_assert_num_queries(2):
        found = free_slots(
            teacher=enrollment.teacher, minutes=60, student=enrollment.student, at=NOW
        )
    # 17 starts a day; today from 10:00, the 29th day until 08:00 has none.
    assert len(found) == 15 + 27 * 17
    assert sum(not slot.is_available for slot in found) == 10 * 5
    assert (found[0].start, found[-1].start) == (
        NOW + timedelta(hours=2),
        MONDAY_TEN.replace(hour=17) + 26 * DAY,
    )


def test_fewer_days_for_a_preview():
    enrollment = sam_and_tom()
    found = free_slots(teacher=enrollment.teacher, minutes=60, at=NOW, days=2)
    assert {slot.start.date() for slot in found} == {NOW.date(), (NOW + DAY).date()}


def test_a_span_is_cut_to_what_can_be_booked():
    enrollment = sam_and_tom()
    ask = {"teacher": enrollment.teacher, "minutes": 60, "at": NOW}
    assert slots_between(start=NOW - 5 * DAY, end=NOW, **ask) == []
    assert slots_between(start=NOW + 29 * DAY, end=NOW + 40 * DAY, **ask) == []
    one = slots_between(start=MONDAY_TEN, end=MONDAY_TEN + timedelta(minutes=30), **ask)
    assert [slot.start for slot in one] == [MONDAY_TEN]


def test_the_next_free_time_of_many_costs_what_it_costs_for_one(django_assert_num_queries):
    course = a_course()
    teachers = []
    for number in range(20):
        teacher = a_teacher(course, a_member(f"Teacher {number}"))
        open_hours(teacher.user, start=540 + 30 * (number % 3))
        teachers.append(teacher.user_id)
    taken = a_teacher(course, a_member("Tia"))
    open_hours(taken.user, start=600, end=660)
    for number in range(3):
        start = NOW.replace(hour=10) + number * DAY
        a_session(an_enrollment(a_member(), course, taken), start=start)
    closed = a_member("Tim")
    for some in ([teachers[0]], [*teachers, taken.user_id, closed.pk]):
        with django_assert_num_queries(2):
            found = next_free(some, minutes=60, at=NOW)
    assert found[teachers[0]] == NOW.replace(hour=10)
    assert found[teachers[1]] == NOW.replace(hour=10, minute=0)
    assert found[taken.user.pk] == NOW.replace(hour=10) + 3 * DAY
    assert found[closed.pk] is None


def test_nobody_asked_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert next_free([], minutes=60, at=NOW) == {}


def test_a_teacher_without_settings_has_the_defaults():
    course = a_course()
    teacher = a_teacher(course, a_member("Tom", timezone="Asia/Tokyo")).user
    AvailabilityOverride.objects.create(
        user=teacher,
        date=MONDAY_TEN.date(),
        is_available=True,
        start_minute=540,
        end_minute=600,
        timezone="Asia/Tokyo",
    )
    assert next_free([teacher.pk], minutes=60, at=NOW)[teacher.pk] == MONDAY_TEN.replace(hour=0)
