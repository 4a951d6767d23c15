"""Open pages of a conversation hear of new messages."""

import asyncio

import pytest

from accounts.notifications.live_count import issue_ticket
from community.conversations.actions import mark_conversation_read, send_message
from community.conversations.live import event_of
from community.models import Participant
from community.tests.people import AT, a_conversation
from tests.cast import a_member, browse
from tests.live.stream import Stream
from tests.live.test_live_notifications import in_thread, key_of, run

pytestmark = pytest.mark.django_db(transaction=True)


def test_both_people_hear_of_a_message_and_the_reader_of_the_number_of_unread():
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation = a_conversation(sam, tom)
    keys = {person: key_of(browse(person)) for person in (sam, tom)}
    event = event_of(conversation.pk)

    async def scene() -> None:
        async with (
            Stream(issue_ticket(sam), session_key=keys[sam]) as own,
            Stream(issue_ticket(tom), session_key=keys[tom]) as other,
        ):
            await asyncio.gather(own.hear_event("opened"), other.hear_event("opened"))
            await other.hear_event("conversations")
            await in_thread(send_message, conversation=conversation, content="Hi", by=sam, at=AT)
            await asyncio.gather(own.hear_event(event), other.hear_event(event))
            assert ">1<" in await other.hear_event("conversations")
            [seat] = await in_thread(lambda: list(Participant.objects.filter(user=tom)))
            await in_thread(mark_conversation_read, participant=seat, up_to=1, at=AT)
            assert ">" not in await other.hear_event("conversations")

    run(scene())


def test_strangers_hear_nothing_of_it():
    sam, tom, olga = a_member(), a_member("Tom Teacher"), a_member("Olga")
    conversation = a_conversation(sam, tom)
    key = key_of(browse(olga))

    async def scene() -> None:
        async with Stream(issue_ticket(olga), session_key=key) as stream:
            await stream.hear_numbers()
            await in_thread(send_message, conversation=conversation, content="Hi", by=sam, at=AT)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(stream.hear(), 0.5)

    run(scene())
