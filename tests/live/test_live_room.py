"""The WebSocket of the local video room: admission, forwarding, closing (RTC-1, ROOM-4)."""

import asyncio
import json
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from accounts.identity.actions.browsers import end_web_session
from accounts.identity.actions.tokens import end_sign_in, issue_tokens
from accounts.identity.sessions import row_id
from accounts.incoming.inbox import process_due
from accounts.models import RefreshToken, User, WebhookEvent
from accounts.models.tokens import end_all_sign_ins, hash_of
from development.processes import wait_until
from peerloop import live_room
from peerloop.kit.redis import redis_client
from scheduling import local_room
from scheduling.actions.attendance import record_arrival
from scheduling.actions.joining import join_session
from scheduling.models import Session, SessionAttendance
from scheduling.providers import video
from scheduling.providers.base import JOINED
from scheduling.tests.people import a_session, sam_and_tom
from tests.cast import a_member, browse
from tests.live.socket import Socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lesson() -> Session:
    """A session that began ten minutes ago; both participants did the device check."""
    now = datetime.now(UTC)
    session = a_session(sam_and_tom(), start=now - timedelta(minutes=10))
    for person in (session.teacher, session.student):
        join_session(session=session, by=person, at=now)
    # With related rows, since the event loop must not query the database.
    people = ("teacher", "student", "course__creator")
    return Session.objects.select_related(*people).get(pk=session.pk)


async def in_thread(act: Any, *args: Any) -> Any:
    """Run a blocking function in a thread, and close its database connection."""

    def whole() -> Any:
        try:
            return act(*args)
        finally:
            connections.close_all()

    return await asyncio.to_thread(whole)


def ticket(lesson: Session, person: User, *, sign_in: str = "") -> str:
    """A ticket of a browser of that person, signed in for this."""
    name = sign_in or sign_in_of(browse(person))
    return local_room.issue_ticket(session_id=lesson.pk, user_id=person.pk, sign_in=name)


def sign_in_of(browser: Client) -> str:
    return f"web:{row_id(browser.session.session_key or '')}"


def run(act: Coroutine[Any, Any, Any]) -> Any:
    """Run in a new event loop, and finish its background tasks."""

    async def whole() -> Any:
        try:
            return await act
        finally:
            for task in list(live_room._background):
                await asyncio.wait_for(task, 10)

    return asyncio.run(whole())


async def a_meeting(lesson: Session) -> tuple[Socket, Socket]:
    toms = await in_thread(ticket, lesson, lesson.teacher)
    sams = await in_thread(ticket, lesson, lesson.student)
    tom = await Socket(toms, page="tom").__aenter__()
    sam = await Socket(sams, page="sam").__aenter__()
    return tom, sam


def test_two_participants_exchange_signalling(lesson):
    async def act():
        async with Socket(await in_thread(ticket, lesson, lesson.teacher), page="tom") as tom:
            welcome = await tom.hear("welcome")
            assert (welcome["leads"], welcome["other"]) == (True, None)
            assert 2900 < welcome["seconds_left"] <= 3000
            async with Socket(await in_thread(ticket, lesson, lesson.student), page="sam") as sam:
                found = await sam.hear("welcome")
                assert (found["leads"], found["other"]["page"]) == (False, "tom")
                assert (await tom.hear("joined"))["page"] == "sam"
                await tom.say({"type": "offer", "to": "sam", "sdp": "v=0", "turn": 1})
                offer = await sam.hear("offer")
                assert (offer["sdp"], offer["page"], offer["turn"]) == ("v=0", "tom", 1)
            assert (await tom.hear("left"))["page"] == "sam"

    run(act())


def test_joining_and_leaving_become_attendance_events(lesson):
    async def act():
        tom, sam = await a_meeting(lesson)
        await sam.say({"type": "leave"})
        assert await sam.closed() == 1000
        await tom.cut()
        await asyncio.gather(tom.task, sam.task)

    run(act())

    process_due(at=datetime.now(UTC))
    kinds = WebhookEvent.objects.filter(provider="local-video").values_list("kind", "status")
    assert sorted(kinds) == [
        ("participant_joined", "done"),
        ("participant_joined", "done"),
        ("participant_left", "done"),
        ("participant_left", "done"),
    ]
    rows = SessionAttendance.objects.filter(session=lesson)
    assert {(row.user_id, row.source) for row in rows} == {
        (lesson.teacher_id, "event"),
        (lesson.student_id, "event"),
    }
    assert not rows.filter(left_at=None).exists()
    deliberate = lesson.attendance_events.filter(kind="left", is_deliberate=True)
    assert [mark.user_id for mark in deliberate] == [lesson.student_id]
    assert Session.objects.get(pk=lesson.pk).status == "in_progress"


def test_presence_is_shared_by_all_processes(lesson):
    async def act():
        async with Socket(await in_thread(ticket, lesson, lesson.teacher)) as tom:
            await tom.hear("welcome")
            status = await in_thread(video("local").get_room_status, lesson.room_id)
            assert status.people == {str(lesson.teacher_id)}
            # A killed process sends no more pings.
            key = local_room.presence_key(lesson.pk)
            for member in redis_client().zrange(key, 0, -1):
                redis_client().zadd(key, {member: time.time() - 1})
            status = await in_thread(video("local").get_room_status, lesson.room_id)
            assert status.people == set()

    run(act())


def test_chat_reaches_both_and_those_who_join_later(lesson):
    async def act():
        async with Socket(await in_thread(ticket, lesson, lesson.teacher), page="tom") as tom:
            await tom.say({"type": "chat", "text": " Hello\u200b \x00Sam ", "id": "1"})
            assert (await tom.hear("chat"))["text"] == "Hello Sam"
            async with Socket(await in_thread(ticket, lesson, lesson.student), page="sam") as sam:
                (line,) = (await sam.hear("welcome"))["chat"]
                assert (line["text"], line["user"]) == ("Hello Sam", str(lesson.teacher_id))
                await sam.say({"type": "chat", "text": "x" * 5000, "id": "2"})
                assert len((await tom.hear("chat"))["text"]) == 2000

    run(act())


def test_the_teacher_ends_the_session_for_both(lesson):
    async def act():
        tom, sam = await a_meeting(lesson)
        await sam.say({"type": "finish"})
        assert all("finished" not in str(event) for event in await tom.silence())
        await tom.say({"type": "finish"})
        assert (await sam.hear("end"))["reason"] == "finished"
        assert await sam.closed() == 1000
        await asyncio.gather(tom.task, sam.task)

    run(act())

    process_due(at=datetime.now(UTC))
    assert lesson.attendance_events.filter(kind="ended").count() == 1
    # Both were present for less than five minutes, so the session can be joined again.
    assert Session.objects.get(pk=lesson.pk).status == "in_progress"


def test_who_is_sent_out_by_the_teacher_finds_the_session_completed(lesson):
    for person in (lesson.teacher_id, lesson.student_id):
        record_arrival(
            session_id=lesson.pk,
            user_id=person,
            at=datetime.now(UTC) - timedelta(minutes=6),
            reference=f"earlier {person}",
        )

    async def act():
        tom, sam = await a_meeting(lesson)
        # Who joined is stored beside the welcome: an end that overtakes it is left to a task.
        joined = WebhookEvent.objects.filter(kind=JOINED)
        assert await in_thread(lambda: wait_until(lambda: joined.count() == 2, seconds=5))
        await tom.say({"type": "finish"})
        for person in (tom, sam):
            assert (await person.hear("end"))["reason"] == "finished"
        completed = await in_thread(lambda: Session.objects.get(pk=lesson.pk))
        assert completed.status == "completed"
        await asyncio.gather(tom.task, sam.task)

    run(act())


def test_a_second_window_of_the_same_member_replaces_the_first(lesson):
    async def act():
        async with Socket(await in_thread(ticket, lesson, lesson.student), page="one") as one:
            await one.hear("welcome")
            async with Socket(await in_thread(ticket, lesson, lesson.student), page="two") as two:
                assert (await one.hear("end"))["reason"] == "elsewhere"
                await two.say({"type": "ping"})
                assert await two.hear("pong")

    run(act())


def refused(*tickets: str, **options: Any) -> None:
    async def act():
        for text in tickets:
            async with Socket(text, **options) as socket:
                assert not socket.is_open
                assert socket.code == 4403

    run(act())


def test_a_ticket_works_once(lesson):
    once = ticket(lesson, lesson.student)

    async def act():
        async with Socket(once) as first:
            assert first.is_open
            async with Socket(once) as second:
                assert not second.is_open

    run(act())


def test_strangers_and_forged_tickets_are_refused(lesson):
    refused(
        ticket(lesson, a_member("Olga")),
        ticket(lesson, lesson.course.creator),
        ticket(lesson, lesson.student)[:-2] + "xx",
        "",
    )


def test_a_foreign_origin_is_refused(lesson):
    for origin in ("https://evil.test", "http://localhost:8000.evil.test", "null", "", None):
        refused(ticket(lesson, lesson.student), origin=origin)


def test_an_old_ticket_is_refused(lesson, monkeypatch):
    monkeypatch.setattr(local_room, "TICKET_SECONDS", -1)

    refused(ticket(lesson, lesson.student))


def test_a_session_that_is_not_running_has_no_socket(lesson):
    now = datetime.now(UTC)
    rows = Session.objects.filter(pk=lesson.pk)
    past = {"scheduled_start": now - timedelta(minutes=90), "teacher_busy_until": now}

    for change in (
        {"status": "cancelled", "cancelled_at": now},
        {"status": "scheduled", "cancelled_at": None},
        {"status": "in_progress", "scheduled_end": now - timedelta(minutes=6), **past},
    ):
        rows.update(**change)
        refused(ticket(lesson, lesson.student))


def closes_with(lesson: Session, monkeypatch: Any, change: Any, reason: str) -> None:
    monkeypatch.setattr(live_room, "LOOK_EVERY_SECONDS", 0.05)

    async def act():
        async with Socket(await in_thread(ticket, lesson, lesson.student)) as sam:
            await sam.hear("clock")
            await in_thread(change)
            assert (await sam.hear("end"))["reason"] == reason
            assert await sam.closed() == 1000

    run(act())


def test_cancelling_closes_the_room(lesson, monkeypatch):
    now = datetime.now(UTC)
    rows = Session.objects.filter(pk=lesson.pk)
    cancel = lambda: rows.update(status="cancelled", cancelled_at=now)  # noqa: E731

    closes_with(lesson, monkeypatch, cancel, "cancelled")


def test_suspension_closes_the_room(lesson, monkeypatch):
    now = datetime.now(UTC)
    people = User.objects.filter(pk=lesson.student_id)

    closes_with(lesson, monkeypatch, lambda: people.update(suspended_at=now), "suspended")


def signs_out(way: str, browser: Client, person: User) -> None:
    """One of the ways in which a sign-in ends."""
    if way == "sign-out":
        browser.post("/logout")
    elif way == "from another browser":
        key = row_id(browser.session.session_key or "")
        end_web_session(user=person, browser=key)
    else:
        end_all_sign_ins(user=person)


@pytest.mark.parametrize("way", ["sign-out", "from another browser", "everywhere"])
def test_signing_out_closes_the_room_within_a_second(lesson, way):
    browser = browse(lesson.student)
    signed_in = ticket(lesson, lesson.student, sign_in=sign_in_of(browser))

    async def act():
        async with Socket(signed_in) as sam:
            await sam.hear("welcome")
            await in_thread(signs_out, way, browser, lesson.student)
            began = time.monotonic()
            # Without a reason: the browser asks for another ticket, and learns it there.
            assert await sam.closed() == 1013
            assert time.monotonic() - began < 1

    run(act())
    refused(ticket(lesson, lesson.student, sign_in=sign_in_of(browser)))


def test_signing_an_app_out_closes_the_room_within_a_second(lesson):
    tokens = issue_tokens(user=lesson.student)
    family = RefreshToken.objects.get(token_hash=hash_of(tokens.refresh)).family
    signed_in = ticket(lesson, lesson.student, sign_in=f"api:{family}")

    async def act():
        async with Socket(signed_in) as sam:
            await sam.hear("welcome")
            await in_thread(lambda: end_sign_in(family=family))
            began = time.monotonic()
            assert await sam.closed() == 1013
            assert time.monotonic() - began < 1

    run(act())


def test_the_room_closes_when_its_time_is_over(lesson, monkeypatch):
    past = datetime.now(UTC) - timedelta(minutes=6)
    rows = Session.objects.filter(pk=lesson.pk)

    closes_with(
        lesson,
        monkeypatch,
        lambda: rows.update(scheduled_end=past, teacher_busy_until=past),
        "time",
    )

    process_due(at=datetime.now(UTC))
    assert lesson.attendance_events.filter(kind="ended").exists()


def test_participants_learn_at_once_that_the_session_ended(lesson):
    async def act():
        async with Socket(await in_thread(ticket, lesson, lesson.student)) as sam:
            await sam.hear("welcome")
            await in_thread(video("local").delete_room, lesson.room_id)
            assert (await sam.hear("end"))["reason"] == "ended"

    run(act())


GARBAGE = [
    "",
    "{",
    "[]",
    "null",
    '"offer"',
    '{"type": "offer"}',
    '{"type": "offer", "to": 3, "sdp": "x"}',
    '{"type": "candidate", "to": "sam", "candidate": "x"}',
    '{"type": "chat", "text": 3}',
    '{"type": "chat", "text": "   "}',
    '{"type": "end", "reason": "cancelled"}',
    '{"type": "joined", "page": "x"}',
    '{"type": "look"}',
    '{"type": "\\ud800"}',
]


def test_malformed_messages_are_ignored(lesson):
    async def act():
        tom, sam = await a_meeting(lesson)
        await tom.hear("joined")
        for text in GARBAGE:
            await sam.say(text)
        await sam.say({"type": "ping"})
        assert await sam.hear("pong")
        assert [json.loads(event["text"]) for event in await tom.silence()] == []
        for socket in (tom, sam):
            await socket.cut()
            await socket.task

    run(act())


def test_the_sender_of_a_message_cannot_be_forged(lesson):
    async def act():
        tom, sam = await a_meeting(lesson)
        await sam.say(
            {"type": "media", "camera": True, "user": str(lesson.teacher_id), "page": "tom"}
        )
        heard = await tom.hear("media")
        assert (heard["user"], heard["page"]) == (str(lesson.student_id), "sam")
        for socket in (tom, sam):
            await socket.cut()
            await socket.task

    run(act())


def test_too_many_malformed_large_or_fast_messages_close_the_socket(lesson):
    async def act():
        async with Socket(await in_thread(ticket, lesson, lesson.student)) as babbler:
            for _ in range(60):
                await babbler.say("rubbish")
            assert await babbler.closed() == 1008
        async with Socket(await in_thread(ticket, lesson, lesson.student)) as flooder:
            for _ in range(200):
                await flooder.say({"type": "ping"})
            assert await flooder.closed() == 4429
        async with Socket(await in_thread(ticket, lesson, lesson.student)) as giant:
            await giant.say({"type": "chat", "text": "x" * 40_000})
            assert await giant.closed() == 1009

    run(act())


def test_unknown_paths_get_404():
    from peerloop.live import live

    async def act():
        sent: list[dict[str, Any]] = []

        async def send(event):
            sent.append(event)

        async def receive():
            return {"type": "websocket.connect"}

        await live({"type": "http", "path": "/live/none", "headers": []}, receive, send)
        await live({"type": "websocket", "path": "/live/none", "headers": []}, receive, send)
        assert sent[0]["status"] == 404
        assert sent[-1] == {"type": "websocket.close", "code": 4404}

    run(act())
