"""When a session counts as held, and what follows (rules ROOM-5 to ROOM-8, ROOM-10, BOOK-7)."""

import random
from datetime import timedelta

import pytest
import time_machine

from accounts.inbox import Ignored
from accounts.models import AuditEntry, Email, Notification
from learning.models import ModuleProgress
from peerloop.kit.refusals import Forbidden, LimitReached, WrongMoment
from scheduling.actions.closing import mark_no_shows, poll_rooms
from scheduling.actions.completion import complete_by_hand, complete_session
from scheduling.events import SessionCompleted
from scheduling.models import Session, SessionAttendance
from scheduling.providers import base
from scheduling.room_events import handle
from scheduling.tests.people import MONDAY_TEN, a_session, sam_and_tom
from scheduling.tests.rooms import (
    BrokenVideo,
    FakeVideo,
    a_lesson,
    a_meeting,
    a_running_lesson,
    an_event,
    minute,
    video_is,
)
from tests.cast import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(monkeypatch):
    found: list[object] = []
    monkeypatch.setattr("scheduling.actions.completion.announce", found.append)
    return found


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(minute(120), tick=False):
        yield


def work(*events):
    for event in events:
        handle(event)


def test_both_say_goodbye_and_the_session_is_completed(facts):
    lesson = a_running_lesson()

    work(*a_meeting(lesson))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.completion_source) == ("completed", "empty_room")
    assert lesson.ended_at == minute(50)
    assert lesson.joint_seconds == 47 * 60
    assert lesson.module.module_order == 1
    assert facts == [
        SessionCompleted(
            lesson.pk, lesson.enrollment_id, lesson.teacher_id, lesson.student_id, minute(50)
        )
    ]
    progress = ModuleProgress.objects.get(enrollment=lesson.enrollment)
    assert progress.module == lesson.module
    assert progress.delivered_at is not None
    assert Notification.objects.filter(kind="session_completed").count() == 2
    assert Email.objects.filter(template="session-completed").count() == 2


@pytest.mark.parametrize("seed", range(8))
def test_any_order_and_repeats_come_to_the_same(facts, seed):
    lesson = a_running_lesson()
    events = [*a_meeting(lesson), an_event(lesson, base.FINISHED, minute(50))]
    shuffled = events * 3
    random.Random(seed).shuffle(shuffled)

    work(*shuffled)

    lesson.refresh_from_db()
    assert lesson.status == "completed"
    assert len(facts) == 1
    assert lesson.joint_seconds == 47 * 60
    assert sorted(lesson.attendance.values_list("joined_at", "left_at")) == [
        (minute(1), minute(50)),
        (minute(2), minute(49)),
    ]


def test_the_room_ends_and_the_session_with_it(facts):
    lesson = a_running_lesson()
    come = a_meeting(lesson)[:2]

    work(*come, an_event(lesson, base.FINISHED, minute(40)))

    lesson.refresh_from_db()
    assert (lesson.completion_source, lesson.ended_at) == ("room_ended", minute(40))
    assert not SessionAttendance.objects.filter(left_at=None).exists()


def test_a_room_that_ends_early_can_be_joined_again(facts):
    lesson = a_running_lesson()
    with time_machine.travel(minute(10), tick=False):
        work(*a_meeting(lesson, start=1, end=5), an_event(lesson, base.FINISHED, minute(5)))

        lesson.refresh_from_db()
        assert lesson.status == "in_progress"
    work(
        an_event(lesson, base.JOINED, minute(20), lesson.teacher, reference="2"),
        an_event(lesson, base.JOINED, minute(20), lesson.student, reference="2"),
        an_event(lesson, base.FINISHED, minute(45), reference="2"),
    )

    lesson.refresh_from_db()
    assert (lesson.status, lesson.ended_at) == ("completed", minute(45))


def test_a_cut_line_does_not_end_the_session_at_once(facts):
    lesson = a_running_lesson()
    events = a_meeting(lesson)
    for event in events[2:]:
        event.payload["is_deliberate"] = False
    with time_machine.travel(minute(50.5), tick=False):
        work(*events)
        lesson.refresh_from_db()
        assert lesson.status == "in_progress"

    poll_rooms(at=minute(52))

    lesson.refresh_from_db()
    assert (lesson.completion_source, lesson.ended_at) == ("empty_room", minute(50))


def test_a_teacher_alone_earns_nothing(facts):
    lesson = a_running_lesson()
    work(
        an_event(lesson, base.JOINED, minute(0), lesson.teacher),
        an_event(lesson, base.LEFT, minute(59), lesson.teacher, is_deliberate=True),
        an_event(lesson, base.FINISHED, minute(59)),
    )

    mark_no_shows(at=minute(80))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.no_show_party) == ("no_show", "student")
    assert facts == []
    assert Email.objects.filter(template="session-no-show").count() == 2


def test_nobody_came_and_both_missed_it(facts):
    lesson = a_lesson()

    mark_no_shows(at=minute(74))
    assert Session.objects.get(pk=lesson.pk).status == "scheduled"
    mark_no_shows(at=minute(75))
    mark_no_shows(at=minute(76))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.no_show_party) == ("no_show", "both")
    assert Notification.objects.filter(kind="session_no_show").count() == 2
    assert not lesson.seats.exists()


def test_a_silent_server_leaves_it_to_people_and_tells_admins_after_a_day(facts):
    ada = a_member("Ada Admin", is_admin=True)
    lesson = a_running_lesson()

    mark_no_shows(at=minute(80))
    assert not Notification.objects.filter(user=ada).exists()
    for _ in range(2):
        mark_no_shows(at=minute(60) + timedelta(hours=24))

    assert Session.objects.get(pk=lesson.pk).status == "in_progress"
    assert Notification.objects.filter(user=ada).count() == 1


def test_two_clicks_and_the_end_call_are_enough_from_a_silent_server(facts):
    lesson = a_running_lesson()

    work(an_event(lesson, base.FINISHED, minute(55)))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.ended_at) == ("completed", minute(55))


def test_the_sweep_completes_what_nothing_else_did(facts):
    lesson = a_running_lesson()
    work(*a_meeting(lesson)[:2])

    mark_no_shows(at=minute(119))
    assert Session.objects.get(pk=lesson.pk).status == "in_progress"
    mark_no_shows(at=minute(120))

    lesson.refresh_from_db()
    assert (lesson.completion_source, lesson.ended_at) == ("sweep", minute(60))
    assert not SessionAttendance.objects.filter(left_at=None).exists()
    assert lesson.joint_seconds == 58 * 60


def test_a_poll_closes_what_a_killed_process_left_open(facts, monkeypatch):
    lesson = a_running_lesson()
    work(*a_meeting(lesson)[:2])

    with video_is(monkeypatch, FakeVideo(is_open=False)):
        poll_rooms(at=minute(30))
        assert Session.objects.get(pk=lesson.pk).status == "in_progress"
        poll_rooms(at=minute(32))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.ended_at) == ("completed", minute(30))


@pytest.mark.parametrize("late", [False, True])
def test_a_connection_that_died_with_its_process_does_not_hold_the_room_open(facts, late):
    lesson = a_running_lesson()
    first, second = a_meeting(lesson)[:2]
    again = [
        an_event(lesson, base.JOINED, minute(20), lesson.teacher, reference="2"),
        an_event(lesson, base.LEFT, minute(50), lesson.teacher, reference="2", is_deliberate=True),
    ]
    away = a_meeting(lesson)[2]

    work(*([second, *again, first, away] if late else [first, second, *again, away]))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.ended_at) == ("completed", minute(50))
    assert lesson.joint_seconds == 47 * 60


def test_a_poll_finds_people_of_whom_no_event_told(facts, monkeypatch):
    lesson = a_running_lesson()
    with video_is(monkeypatch, FakeVideo(people={lesson.teacher, lesson.student})):
        poll_rooms(at=minute(10))
        poll_rooms(at=minute(12))

    rows = SessionAttendance.objects.filter(session=lesson)
    assert {row.source for row in rows} == {"poll"}
    assert {row.joined_at for row in rows} == {minute(10)}


def test_a_video_server_that_is_away_changes_nothing(facts, monkeypatch):
    lesson = a_running_lesson()
    work(*a_meeting(lesson)[:2])

    with video_is(monkeypatch, BrokenVideo()):
        poll_rooms(at=minute(30))

    assert SessionAttendance.objects.filter(session=lesson, left_at=None).count() == 2


def test_strangers_and_unknown_rooms_leave_no_trace(facts):
    lesson = a_running_lesson()
    work(an_event(lesson, base.JOINED, minute(1), a_member("Olga")))
    assert {row.source for row in lesson.attendance.all()} == {"click"}

    other = an_event(lesson, base.JOINED, minute(1), lesson.teacher, provider="plugnmeet")
    with pytest.raises(Ignored):
        handle(other)
    nowhere = an_event(lesson, base.JOINED, minute(1), lesson.teacher)
    nowhere.payload["room_id"] = "someone-elses-room"
    with pytest.raises(Ignored):
        handle(nowhere)


def test_a_doubtful_end_is_looked_up(facts, monkeypatch):
    lesson = a_running_lesson()
    work(*a_meeting(lesson)[:2])
    end = an_event(lesson, base.FINISHED, minute(40), in_doubt=True)

    with video_is(monkeypatch, FakeVideo(people={lesson.teacher, lesson.student})):
        work(end)
        assert Session.objects.get(pk=lesson.pk).status == "in_progress"
    with video_is(monkeypatch, FakeVideo(is_open=False)):
        work(end)

    assert Session.objects.get(pk=lesson.pk).status == "completed"


def test_late_evidence_turns_a_missed_session_into_a_held_one(facts):
    lesson = a_running_lesson()
    come, go = a_meeting(lesson)[:2], a_meeting(lesson)[2:]
    work(come[0])
    mark_no_shows(at=minute(130))
    assert Session.objects.get(pk=lesson.pk).status == "no_show"

    work(come[1], *go)

    lesson.refresh_from_db()
    assert (lesson.status, lesson.no_show_party) == ("completed", "")


def test_the_teacher_and_the_creator_complete_by_hand_after_the_end(facts):
    for who, source in (("teacher", "teacher"), ("creator", "creator")):
        lesson = a_lesson()
        person = lesson.teacher if who == "teacher" else lesson.course.creator
        with pytest.raises(WrongMoment):
            complete_by_hand(session=lesson, by=person, at=minute(59))

        complete_by_hand(session=lesson, by=person, at=minute(61))
        again = complete_by_hand(session=lesson, by=person, at=minute(99))

        assert (again.status, again.completion_source) == ("completed", source)
        assert again.ended_at == minute(60)
    assert len(facts) == 2


def test_an_admin_completes_at_any_time_and_it_is_logged(facts):
    lesson = a_lesson()
    ada = a_member("Ada Admin", is_admin=True)

    session = complete_by_hand(session=lesson, by=ada, at=minute(-30))

    assert session.completion_source == "admin"
    assert session.ended_at == minute(-30)
    assert AuditEntry.objects.get(action="session.completed").actor == ada


def test_neither_student_nor_stranger_completes(facts):
    lesson = a_lesson()

    for person in (lesson.student, a_member("Olga")):
        with pytest.raises(Forbidden):
            complete_by_hand(session=lesson, by=person, at=minute(90))


def test_a_cancelled_session_stays_cancelled(facts):
    lesson = a_lesson(status="cancelled", cancelled_at=MONDAY_TEN)

    with pytest.raises(WrongMoment):
        complete_by_hand(session=lesson, by=lesson.teacher, at=minute(90))


def test_a_missed_session_whose_place_was_booked_again_stays_missed(facts):
    enrollment = sam_and_tom(modules=1)
    missed = a_session(enrollment, status="no_show", no_show_party="both")
    a_session(enrollment, start=MONDAY_TEN + timedelta(days=1))
    ada = a_member("Ada Admin", is_admin=True)

    with pytest.raises(LimitReached):
        complete_by_hand(session=missed, by=ada, at=minute(90))


def test_a_session_completed_before_an_earlier_one_gets_its_module_later(facts):
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


def test_a_missed_first_session_lets_the_second_teach_the_first_module(facts):
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


def test_the_last_module_completes_the_enrollment(facts):
    enrollment = sam_and_tom(modules=2)
    lessons = [a_session(enrollment, start=MONDAY_TEN + timedelta(days=day)) for day in (0, 1)]

    for lesson in lessons:
        complete_session(session_id=lesson.pk, source="admin", at=MONDAY_TEN + timedelta(days=2))

    enrollment.refresh_from_db()
    assert enrollment.status == "completed"
