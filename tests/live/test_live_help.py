"""Calls for help on open pages: helpers hear of them, and the two meet in a room."""

import asyncio
from datetime import timedelta

import pytest

from accounts.models import User, WebhookEvent
from accounts.notifications.live_count import issue_ticket
from goodwill.models import HelpSummons, HelpSwitch
from goodwill.summons.actions import answer_summons, close_overdue, summon
from goodwill.summons.room import ticket_to_room
from goodwill.tests.callers import a_call, a_helper, an_answered_call
from peerloop import live_notifications, live_room
from peerloop.kit import clock
from peerloop.kit.redis import redis_client
from peerloop.live_reports import in_thread
from scheduling import local_room
from tests.cast import a_course, a_member, an_enrollment, browse
from tests.live.socket import Socket
from tests.live.stream import Stream
from tests.live.test_live_notifications import key_of, run
from tests.live.test_live_room import sign_in_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_helper_hears_of_a_call_on_any_open_page_and_when_it_is_taken():
    course, now = a_course(), clock.now()
    enrollment = an_enrollment(course=course)
    tom, tia = a_helper(course, at=now), a_helper(course, "Tia Teacher", at=now)
    key = key_of(browse(tom))

    async def scene() -> None:
        async with Stream(issue_ticket(tom), session_key=key) as stream:
            await stream.hear_numbers()
            called = await in_thread(
                summon, enrollment=enrollment, module=None, by=enrollment.student, at=now
            )
            # In either order: the call, and the number in the menu.
            heard: dict[str, str] = {}
            while not {"summons", "calls"} <= heard.keys():
                name, _, rest = (await stream.hear()).removeprefix("event: ").partition("\n")
                heard[name] = rest
            assert ">1<" in heard["calls"]
            await in_thread(answer_summons, summons=called, by=tia, at=now)
            assert await stream.hear_event("summons")

    run(scene())


def test_who_called_sees_the_answer_at_once():
    now = clock.now()
    call = a_call(at=now)
    tom = a_helper(call.course, at=now)
    key = key_of(browse(call.student))

    async def scene() -> None:
        async with Stream(issue_ticket(call.student), session_key=key) as stream:
            await stream.hear_numbers()
            await in_thread(answer_summons, summons=call, by=tom, at=now)
            assert await stream.hear_event(f"summons-{call.pk.hex}")

    run(scene())


def test_an_open_page_of_a_helper_is_a_sign_of_life(monkeypatch):
    monkeypatch.setattr(live_notifications, "HEARTBEAT_SECONDS", 0.2)
    then = clock.now() - timedelta(minutes=5)
    tom = a_helper(a_course(), at=then)
    key = key_of(browse(tom))

    async def scene() -> None:
        async with Stream(issue_ticket(tom), session_key=key) as stream:
            await stream.hear_numbers()
            await stream.hear()
            await stream.hear()

    run(scene())
    row = HelpSwitch.objects.get(user=tom)
    assert row.last_seen_at > then
    assert 295 <= row.seconds <= 330


def test_the_two_of_an_answered_call_meet_in_its_room_until_it_closes():
    call = an_answered_call(at=clock.now())
    sams, toms = ticket_of(call, call.student), ticket_of(call, call.helper)

    async def scene() -> None:
        async with Socket(sams, page="sam") as sam:
            await sam.hear("welcome")
            async with Socket(toms, page="tom") as tom:
                assert (await tom.hear("welcome"))["leads"]
                assert await sam.hear("joined")
                await in_thread(close_overdue, at=clock.now() + timedelta(days=1))
                redis_client().publish(local_room.channel_of(call.pk), b'{"type": "look"}')
                assert (await tom.hear("end"))["reason"] == "over"

    asyncio.run(asyncio.wait_for(scene(), 30))
    assert not WebhookEvent.objects.exists()


def test_a_ticket_to_a_call_opens_neither_a_strangers_room_nor_a_session():
    call = an_answered_call(at=clock.now())
    olga = a_member("Olga Stranger")
    forged = local_room.issue_ticket(
        session_id=call.pk, user_id=call.student_id, sign_in=sign_in_of(browse(call.student))
    )

    strange = ticket_of(call, olga)

    async def scene() -> None:
        for ticket in (strange, forged):
            async with Socket(ticket) as socket:
                assert (socket.is_open, socket.code) == (False, live_room.CLOSE_FORBIDDEN)

    asyncio.run(asyncio.wait_for(scene(), 30))


def ticket_of(call: HelpSummons, user: User) -> str:
    return ticket_to_room(call, user=user, sign_in=sign_in_of(browse(user)))
