"""Reads of free times and sessions: what they say, and how few statements they need."""

from datetime import timedelta

import pytest

from scheduling.models import AvailabilityOverride, Session
from scheduling.queries import (
    free_slots,
    module_of,
    module_titles_of,
    modules_of,
    next_free,
    next_session_by_enrollment,
    open_and_completed,
    places_left,
    sessions_of,
    slots_between,
)
from scheduling.queries.integrity import places_overbooked, seats_out_of_step
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, open_hours, sam_and_tom
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def held(enrollment, start, module=None, **fields) -> Session:
    return a_session(
        enrollment,
        start=start,
        status="completed",
        ended_at=start + timedelta(hours=1),
        completion_source="teacher",
        module=module,
        **fields,
    )


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
        teachers.append(teacher.user)
    taken = a_teacher(course, a_member("Tia"))
    open_hours(taken.user, start=600, end=660)
    for number in range(3):
        start = NOW.replace(hour=10) + number * DAY
        a_session(an_enrollment(a_member(), course, taken), start=start)
    closed = a_member("Tim")
    for some in ([teachers[0]], [*teachers, taken.user, closed]):
        with django_assert_num_queries(2):
            found = next_free(some, minutes=60, at=NOW)
    assert found[teachers[0].pk] == NOW.replace(hour=10)
    assert found[teachers[1].pk] == NOW.replace(hour=10, minute=0)
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
    assert next_free([teacher], minutes=60, at=NOW)[teacher.pk] == MONDAY_TEN.replace(hour=0)


# Modules (rule BOOK-6)


def titles(sessions) -> list[str | None]:
    found = modules_of(sessions)
    known = {key: module.title for key, module in found.items() if module}
    assert module_titles_of(sessions) == known, "the same by SQL"
    return [found[row.pk].title if found[row.pk] else None for row in sessions]


def test_the_kth_session_by_start_teaches_the_kth_module():
    enrollment = sam_and_tom(modules=3)
    later = a_session(enrollment, start=MONDAY_TEN + 2 * DAY)
    first = a_session(enrollment, start=MONDAY_TEN)
    assert titles([first, later]) == ["Module 1", "Module 2"]
    between = a_session(enrollment, start=MONDAY_TEN + DAY)
    assert titles([first, between, later]) == ["Module 1", "Module 2", "Module 3"]


def test_cancelled_missed_made_up_and_extra_sessions_have_none():
    enrollment = sam_and_tom(modules=3)
    cancelled = a_session(enrollment, status="cancelled", cancelled_at=NOW)
    missed = a_session(
        enrollment, start=MONDAY_TEN + DAY, status="no_show", no_show_party="student"
    )
    makeup = a_session(enrollment, start=MONDAY_TEN + 2 * DAY, kind="makeup")
    course = a_session(enrollment, start=MONDAY_TEN + 3 * DAY)
    assert titles([cancelled, missed, makeup, course]) == [None, None, None, "Module 1"]


def test_a_held_session_keeps_its_module_whatever_comes_before_it():
    enrollment = sam_and_tom(modules=3)
    modules = list(enrollment.course.modules.order_by("module_order"))
    frozen = held(enrollment, MONDAY_TEN, modules[0])
    earlier = a_session(enrollment, start=MONDAY_TEN - DAY)
    assert titles([earlier, frozen]) == ["Module 2", "Module 1"]


def test_modules_of_many_cost_what_they_cost_for_one(django_assert_num_queries):
    sessions = []
    for _ in range(3):
        enrollment = sam_and_tom()
        sessions += [a_session(enrollment, start=MONDAY_TEN + n * DAY) for n in range(2)]
    with django_assert_num_queries(4):
        modules_of(sessions)
    with django_assert_num_queries(4):
        module_of(sessions[0])


# Counts and lists


def test_what_is_taken_and_left():
    enrollment = sam_and_tom(modules=4)
    held(enrollment, NOW - DAY)
    a_session(enrollment)
    a_session(enrollment, status="cancelled", cancelled_at=NOW)
    counts = open_and_completed(enrollment)
    assert (counts.open, counts.completed, counts.taken) == (1, 1, 2)
    assert places_left(enrollment) == {"course": 2, "makeup": 0, "extra": 0}


def test_the_next_session_of_each_enrollment(django_assert_num_queries):
    first, second = sam_and_tom(), sam_and_tom()
    a_session(first, start=MONDAY_TEN + DAY)
    soon = a_session(first)
    a_session(first, start=NOW - timedelta(hours=2))
    with django_assert_num_queries(1):
        found = next_session_by_enrollment([first.pk, second.pk], at=NOW)
    assert found == {first.pk: soon}


def test_sessions_of_a_member_in_both_roles():
    enrollment, elsewhere = sam_and_tom(), sam_and_tom()
    taught = a_session(enrollment)
    studied = a_session(
        an_enrollment(enrollment.teacher, elsewhere.course, elsewhere.student_teacher),
        start=MONDAY_TEN + DAY,
    )
    tom = enrollment.teacher
    assert list(sessions_of(tom, upcoming=True, at=NOW)) == [taught, studied]
    assert list(sessions_of(tom, role="teacher", at=NOW)) == [taught]
    assert list(sessions_of(tom, role="student", at=NOW)) == [studied]
    assert list(sessions_of(tom, upcoming=False, at=NOW)) == []


# Invariants I4 and I10


def test_the_checks_find_nothing_where_nothing_is_wrong():
    enrollment = sam_and_tom()
    a_session(enrollment)
    held(enrollment, NOW - DAY)
    assert (seats_out_of_step(), places_overbooked()) == (0, 0)


def test_the_checks_find_what_is_wrong():
    enrollment = sam_and_tom(modules=1)
    a_session(enrollment)
    a_session(enrollment, start=MONDAY_TEN + DAY)
    assert places_overbooked() == 1
