"""Which module each session teaches (rule BOOK-6), by the ORM and by SQL alike."""

from datetime import timedelta

import pytest

from scheduling.models import Session
from scheduling.queries import (
    module_of,
    module_titles_of,
    modules_of,
)
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, sam_and_tom

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
