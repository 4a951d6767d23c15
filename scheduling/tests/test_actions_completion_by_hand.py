"""Completing by hand, and the modules that follow (rules ROOM-7, BOOK-6, BOOK-7)."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import AuditEntry
from learning.models import ModuleProgress
from peerloop.kit.refusals import Forbidden, LimitReached, WrongMoment
from scheduling.actions.completion import complete_by_hand, complete_session
from scheduling.actions.overdue import mark_no_shows
from scheduling.models import Session
from scheduling.tests.people import MONDAY_TEN, a_session, sam_and_tom
from scheduling.tests.rooms import (
    a_lesson,
    minute,
)
from tests.cast import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(monkeypatch):
    found: list[object] = []
    monkeypatch.setattr("scheduling.actions.completion.announce", found.append)
    return found


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(minute(120), tick=False):
        yield


def test_the_teacher_and_the_creator_complete_by_hand_after_the_end(announced):
    for who, source in (("teacher", "teacher"), ("creator", "creator")):
        lesson = a_lesson()
        person = lesson.teacher if who == "teacher" else lesson.course.creator
        with pytest.raises(WrongMoment):
            complete_by_hand(session=lesson, by=person, at=minute(59))

        complete_by_hand(session=lesson, by=person, at=minute(61))
        again = complete_by_hand(session=lesson, by=person, at=minute(99))

        assert (again.status, again.completion_source) == ("completed", source)
        assert again.ended_at == minute(60)
    assert len(announced) == 2


@pytest.mark.parametrize("role", ["teacher", "creator"])
def test_an_admin_completes_what_they_earn_by_only_after_its_end(announced, role):
    lesson = a_lesson()
    person = lesson.teacher if role == "teacher" else lesson.course.creator
    person.is_admin = True
    person.save()

    with pytest.raises(WrongMoment):
        complete_by_hand(session=lesson, by=person, at=minute(-3000))
    assert announced == []

    assert complete_by_hand(session=lesson, by=person, at=minute(61)).completion_source == role


def test_an_admin_completes_at_any_time_and_it_is_logged(announced):
    lesson = a_lesson()
    ada = a_member("Ada Admin", is_admin=True)

    session = complete_by_hand(session=lesson, by=ada, at=minute(-30))

    assert session.completion_source == "admin"
    assert session.ended_at == minute(-30)
    assert AuditEntry.objects.get(action="session.completed").actor == ada


def test_neither_student_nor_stranger_completes(announced):
    lesson = a_lesson()

    for person in (lesson.student, a_member("Olga")):
        with pytest.raises(Forbidden):
            complete_by_hand(session=lesson, by=person, at=minute(90))


def test_a_cancelled_session_stays_cancelled(announced):
    lesson = a_lesson(status="cancelled", cancelled_at=MONDAY_TEN)

    with pytest.raises(WrongMoment):
        complete_by_hand(session=lesson, by=lesson.teacher, at=minute(90))


def test_a_missed_session_whose_place_was_booked_again_stays_missed(announced):
    enrollment = sam_and_tom(modules=1)
    missed = a_session(enrollment, status="no_show", no_show_party="both")
    a_session(enrollment, start=MONDAY_TEN + timedelta(days=1))
    ada = a_member("Ada Admin", is_admin=True)

    with pytest.raises(LimitReached):
        complete_by_hand(session=missed, by=ada, at=minute(90))


def test_a_session_completed_before_an_earlier_one_gets_its_module_later(announced):
    enrollment = sam_and_tom(modules=3)
    first = a_session(enrollment)
    second = a_session(enrollment, start=MONDAY_TEN + timedelta(days=1))
    at = MONDAY_TEN + timedelta(days=2)

    complete_session(session_id=second.pk, source="admin", at=at)
    second.refresh_from_db()
    assert second.module is None
    complete_session(session_id=first.pk, source="admin", at=at)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.module.module_order, second.module.module_order) == (1, 2)
    delivered = ModuleProgress.objects.filter(enrollment=enrollment, delivered_at__isnull=False)
    assert delivered.count() == 2


def test_a_missed_first_session_lets_the_second_teach_the_first_module(announced):
    enrollment = sam_and_tom(modules=3)
    first = a_session(enrollment)
    second = a_session(enrollment, start=MONDAY_TEN + timedelta(days=1))
    at = MONDAY_TEN + timedelta(days=1, minutes=10)
    complete_session(session_id=second.pk, source="admin", at=at)

    mark_no_shows(at=at)

    assert Session.objects.get(pk=first.pk).status == "no_show"
    second.refresh_from_db()
    assert second.module.module_order == 1
    assert ModuleProgress.objects.get(enrollment=enrollment).module == second.module


def test_the_last_module_completes_the_enrollment(announced):
    enrollment = sam_and_tom(modules=2)
    lessons = [a_session(enrollment, start=MONDAY_TEN + timedelta(days=day)) for day in (0, 1)]

    for lesson in lessons:
        complete_session(session_id=lesson.pk, source="admin", at=MONDAY_TEN + timedelta(days=2))

    enrollment.refresh_from_db()
    assert enrollment.status == "completed"
