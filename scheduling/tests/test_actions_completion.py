"""When a session is completed by its room, and what follows (ROOM-5 to ROOM-8, ROOM-10, BOOK-7)."""

import random
from datetime import timedelta

import pytest
import time_machine

from accounts.incoming.inbox import Ignored
from accounts.models import Email, Notification
from learning.models import ModuleProgress
from scheduling.actions.overdue import mark_no_shows, poll_rooms
from scheduling.events import SessionCompleted
from scheduling.models import Session, SessionAttendance
from scheduling.providers import base
from scheduling.room_events import process_event
from scheduling.tests.rooms import (
    BrokenVideo,
    FakeVideo,
    a_lesson,
    a_meeting,
    a_running_lesson,
    an_event,
    minute,
    video_is,
    work,
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


def test_the_session_is_completed_when_both_left_on_purpose(announced):
    lesson = a_running_lesson()

    work(*a_meeting(lesson))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.completion_source) == ("completed", "empty_room")
    assert lesson.ended_at == minute(50)
    assert lesson.joint_seconds == 47 * 60
    assert lesson.module.module_order == 1
    assert announced == [
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
def test_order_and_repetition_of_events_make_no_difference(announced, seed):
    lesson = a_running_lesson()
    events = [*a_meeting(lesson), an_event(lesson, base.FINISHED, minute(50))]
    shuffled = events * 3
    random.Random(seed).shuffle(shuffled)

    work(*shuffled)

    lesson.refresh_from_db()
    assert lesson.status == "completed"
    assert len(announced) == 1
    assert lesson.joint_seconds == 47 * 60
    assert sorted(lesson.attendance.values_list("joined_at", "left_at")) == [
        (minute(1), minute(50)),
        (minute(2), minute(49)),
    ]


def test_the_room_ends_and_the_session_with_it(announced):
    lesson = a_running_lesson()
    come = a_meeting(lesson)[:2]

    work(*come, an_event(lesson, base.FINISHED, minute(40)))

    lesson.refresh_from_db()
    assert (lesson.completion_source, lesson.ended_at) == ("room_ended", minute(40))
    assert not SessionAttendance.objects.filter(left_at=None).exists()


def test_a_room_that_ends_early_can_be_joined_again(announced):
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


def test_a_lost_connection_does_not_end_the_session_at_once(announced):
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


def test_a_teacher_alone_earns_nothing(announced):
    lesson = a_running_lesson()
    work(
        an_event(lesson, base.JOINED, minute(0), lesson.teacher),
        an_event(lesson, base.LEFT, minute(59), lesson.teacher, is_deliberate=True),
        an_event(lesson, base.FINISHED, minute(59)),
    )

    mark_no_shows(at=minute(80))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.no_show_party) == ("no_show", "student")
    assert announced == []
    assert Email.objects.filter(template="session-no-show").count() == 2


def test_nobody_came_and_both_missed_it(announced):
    lesson = a_lesson()

    mark_no_shows(at=minute(74))
    assert Session.objects.get(pk=lesson.pk).status == "scheduled"
    mark_no_shows(at=minute(75))
    mark_no_shows(at=minute(76))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.no_show_party) == ("no_show", "both")
    assert Notification.objects.filter(kind="session_no_show").count() == 2
    assert not lesson.seats.exists()


def test_a_silent_server_leaves_it_to_people_and_tells_admins_after_a_day(announced):
    ada = a_member("Ada Admin", is_admin=True)
    lesson = a_running_lesson()

    mark_no_shows(at=minute(80))
    assert not Notification.objects.filter(user=ada).exists()
    for _ in range(2):
        mark_no_shows(at=minute(60) + timedelta(hours=24))

    assert Session.objects.get(pk=lesson.pk).status == "in_progress"
    assert Notification.objects.filter(user=ada).count() == 1


def test_two_clicks_and_the_end_call_are_enough_from_a_silent_server(announced):
    lesson = a_running_lesson()

    work(an_event(lesson, base.FINISHED, minute(55)))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.ended_at) == ("completed", minute(55))


def test_the_sweep_completes_what_nothing_else_did(announced):
    lesson = a_running_lesson()
    work(*a_meeting(lesson)[:2])

    mark_no_shows(at=minute(119))
    assert Session.objects.get(pk=lesson.pk).status == "in_progress"
    mark_no_shows(at=minute(120))

    lesson.refresh_from_db()
    assert (lesson.completion_source, lesson.ended_at) == ("sweep", minute(60))
    assert not SessionAttendance.objects.filter(left_at=None).exists()
    assert lesson.joint_seconds == 58 * 60


def test_a_poll_closes_what_a_killed_process_left_open(announced, monkeypatch):
    lesson = a_running_lesson()
    work(*a_meeting(lesson)[:2])

    with video_is(monkeypatch, FakeVideo(is_open=False)):
        poll_rooms(at=minute(30))
        assert Session.objects.get(pk=lesson.pk).status == "in_progress"
        poll_rooms(at=minute(32))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.ended_at) == ("completed", minute(30))


@pytest.mark.parametrize("late", [False, True])
def test_a_connection_that_died_with_its_process_does_not_hold_the_room_open(announced, late):
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


def test_a_poll_finds_people_whom_no_event_reported(announced, monkeypatch):
    lesson = a_running_lesson()
    with video_is(monkeypatch, FakeVideo(people={lesson.teacher, lesson.student})):
        poll_rooms(at=minute(10))
        poll_rooms(at=minute(12))

    rows = SessionAttendance.objects.filter(session=lesson)
    assert {row.source for row in rows} == {"poll"}
    assert {row.joined_at for row in rows} == {minute(10)}


def test_a_video_server_that_is_away_changes_nothing(announced, monkeypatch):
    lesson = a_running_lesson()
    work(*a_meeting(lesson)[:2])

    with video_is(monkeypatch, BrokenVideo()):
        poll_rooms(at=minute(30))

    assert SessionAttendance.objects.filter(session=lesson, left_at=None).count() == 2


def test_strangers_and_unknown_rooms_leave_no_trace(announced):
    lesson = a_running_lesson()
    work(an_event(lesson, base.JOINED, minute(1), a_member("Olga")))
    assert {row.source for row in lesson.attendance.all()} == {"click"}

    other = an_event(lesson, base.JOINED, minute(1), lesson.teacher, provider="plugnmeet")
    with pytest.raises(Ignored):
        process_event(other)
    nowhere = an_event(lesson, base.JOINED, minute(1), lesson.teacher)
    nowhere.payload["room_id"] = "someone-elses-room"
    with pytest.raises(Ignored):
        process_event(nowhere)


def test_a_doubtful_end_is_looked_up(announced, monkeypatch):
    lesson = a_running_lesson()
    work(*a_meeting(lesson)[:2])
    end = an_event(lesson, base.FINISHED, minute(40), in_doubt=True)

    with video_is(monkeypatch, FakeVideo(people={lesson.teacher, lesson.student})):
        work(end)
        assert Session.objects.get(pk=lesson.pk).status == "in_progress"
    with video_is(monkeypatch, FakeVideo(is_open=False)):
        work(end)

    assert Session.objects.get(pk=lesson.pk).status == "completed"


def test_late_evidence_turns_a_missed_session_into_a_held_one(announced):
    lesson = a_running_lesson()
    come, go = a_meeting(lesson)[:2], a_meeting(lesson)[2:]
    work(come[0])
    mark_no_shows(at=minute(130))
    assert Session.objects.get(pk=lesson.pk).status == "no_show"

    work(come[1], *go)

    lesson.refresh_from_db()
    assert (lesson.status, lesson.no_show_party) == ("completed", "")
