"""Joining a session: who, when, and what it changes (rules ROOM-1 to ROOM-3)."""

import pytest

from peerloop.kit.refusals import Forbidden, WrongMoment
from scheduling.actions.joining import RoomDown, join_session
from scheduling.models import AttendanceEvent, Session
from scheduling.tests.people import MONDAY_TEN
from scheduling.tests.rooms import BrokenVideo, FakeVideo, a_lesson, minute, video_is

pytestmark = pytest.mark.django_db


def test_the_first_join_makes_the_room_and_starts_the_session():
    lesson = a_lesson()

    ticket = join_session(session=lesson, by=lesson.student, at=minute(-10))

    lesson.refresh_from_db()
    assert ticket.room_id == lesson.room_id == f"peerloop-session-{lesson.pk}"
    assert f"/sessions/{lesson.pk}/room/enter?pass=" in ticket.join_url
    assert (lesson.status, lesson.provider) == ("in_progress", "local")
    assert lesson.started_at == minute(-10)
    lesson.enrollment.refresh_from_db()
    assert lesson.enrollment.status == "in_progress"
    assert [row.source for row in lesson.attendance.all()] == ["click"]


def test_the_second_join_keeps_the_start_and_gives_a_ticket_of_its_own():
    lesson = a_lesson()
    one = join_session(session=lesson, by=lesson.student, at=minute(-10))

    two = join_session(session=lesson, by=lesson.teacher, at=minute(3))

    lesson.refresh_from_db()
    assert lesson.started_at == minute(-10)
    assert one.token != two.token
    assert AttendanceEvent.objects.filter(session=lesson, kind="click").count() == 2


def test_joining_again_changes_nothing_but_gives_a_new_token():
    lesson = a_lesson()
    one = join_session(session=lesson, by=lesson.student, at=minute(0))

    two = join_session(session=lesson, by=lesson.student, at=minute(1))

    assert one.token != two.token
    assert AttendanceEvent.objects.filter(session=lesson).count() == 1


@pytest.mark.parametrize("number", [-15.01, 60, 61])
def test_outside_the_window_nobody_enters(number):
    lesson = a_lesson()

    with pytest.raises(Forbidden) as refused:
        join_session(session=lesson, by=lesson.student, at=minute(number))

    assert refused.value.details["joinable_at"] == minute(-15)
    assert Session.objects.get(pk=lesson.pk).status == "scheduled"


@pytest.mark.parametrize("number", [-15, 0, 59.99])
def test_the_window_opens_fifteen_minutes_before_and_ends_with_the_session(number):
    lesson = a_lesson()

    assert join_session(session=lesson, by=lesson.teacher, at=minute(number))


def test_a_cancelled_session_has_no_room():
    lesson = a_lesson(status="cancelled", cancelled_at=MONDAY_TEN)

    with pytest.raises(WrongMoment):
        join_session(session=lesson, by=lesson.student, at=minute(0))


def test_a_video_server_that_is_down_leaves_nothing_half_written(monkeypatch):
    lesson = a_lesson()

    with video_is(monkeypatch, BrokenVideo()), pytest.raises(RoomDown):
        join_session(session=lesson, by=lesson.student, at=minute(0))

    lesson.refresh_from_db()
    assert (lesson.status, lesson.provider, lesson.room_id) == ("scheduled", "", None)
    assert not AttendanceEvent.objects.exists()


def test_the_provider_is_fixed_at_the_first_join(monkeypatch, settings):
    lesson = a_lesson()
    settings.VIDEO_PROVIDER = "plugnmeet"
    with video_is(monkeypatch, FakeVideo()) as server:
        join_session(session=lesson, by=lesson.student, at=minute(0))
        settings.VIDEO_PROVIDER = "local"
        lesson.refresh_from_db()
        ticket = join_session(session=lesson, by=lesson.teacher, at=minute(1))

    assert ticket.provider == "plugnmeet"
    assert server.calls == ["create", "token", "create", "token"]
    assert Session.objects.get(pk=lesson.pk).room_secrets == {"sid": "one"}


def test_a_session_opened_at_another_server_meanwhile_is_joined_there(monkeypatch, settings):
    lesson = a_lesson()
    settings.VIDEO_PROVIDER = "plugnmeet"

    class Racing(FakeVideo):
        def create_room(self, options):
            if not self.calls:
                Session.objects.filter(pk=lesson.pk).update(
                    provider="bigbluebutton", status="in_progress", started_at=minute(0)
                )
            return super().create_room(options)

    with video_is(monkeypatch, Racing()):
        ticket = join_session(session=lesson, by=lesson.student, at=minute(1))

    assert ticket.provider == "bigbluebutton"
    assert Session.objects.get(pk=lesson.pk).started_at == minute(0)
