"""The stream with the number of unread notifications: who gets it, what changes and ends it."""

import asyncio
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client

from accounts.models import Notification, User
from accounts.models.tokens import end_all_sign_ins
from accounts.notifications.actions import delete_notification, mark_all_read, mark_read
from accounts.notifications.live_count import TICKET_AGE, issue_ticket
from accounts.sanctions.actions.suspension import suspend_member
from accounts.tests.kinds import notify_of_news
from peerloop import live_notifications
from peerloop.kit.redis import redis_client
from peerloop.live_notifications import counts_for
from tests.cast import a_member, browse
from tests.live.stream import Stream

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def sam() -> User:
    return a_member()


@pytest.fixture
def page(sam) -> Client:
    """Sam's browser."""
    return browse(sam)


def key_of(page: Client) -> str:
    return page.session.session_key or ""


def notify(person: User) -> None:
    notify_of_news([person], at=AT)


async def in_thread(act: Any, *args: Any, **kwargs: Any) -> Any:
    """Run a blocking function in a thread, and close its database connection."""

    def run() -> Any:
        try:
            return act(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 30))


def test_the_count_changes_with_notifications(sam, page):
    key = key_of(page)

    async def scene() -> None:
        async with Stream(issue_ticket(sam), session_key=key) as stream:
            assert stream.status == 200
            assert stream.headers[b"content-type"].startswith(b"text/event-stream")
            assert await stream.hear_event() == "event: unread\ndata:  \n\n"
            await in_thread(notify, sam)
            assert ">1<" in await stream.hear_event()
            await in_thread(notify, sam)
            assert ">2<" in await stream.hear_event()
            first, second = await in_thread(lambda: list(Notification.objects.all()))
            await in_thread(mark_read, notification=first, at=AT)
            assert ">1<" in await stream.hear_event()
            await in_thread(delete_notification, notification=second)
            assert await stream.hear_event() == "event: unread\ndata:  \n\n"
            await in_thread(notify, sam)
            await stream.hear_event()
            await in_thread(mark_all_read, user=sam, at=AT)
            assert await stream.hear_event() == "event: unread\ndata:  \n\n"

    run(scene())


def test_other_members_get_no_event(sam, page, monkeypatch):
    monkeypatch.setattr(live_notifications, "HEARTBEAT_SECONDS", 0.3)
    key, tom = key_of(page), a_member("Tom Teacher")

    async def scene() -> None:
        async with Stream(issue_ticket(sam), session_key=key) as stream:
            await stream.hear_numbers()
            await in_thread(notify, tom)
            assert await stream.hear() == ":\n\n"

    run(scene())


def test_a_missing_or_foreign_ticket_or_session_is_refused(sam, page):
    key, tom = key_of(page), a_member("Tom Teacher")
    with time_machine.travel(datetime.now(UTC) - TICKET_AGE, tick=False):
        old = issue_ticket(sam)

    async def scene() -> None:
        for ticket, session_key in [("", key), ("x:y:z", key), (old, key), (issue_ticket(sam), "")]:
            async with Stream(ticket, session_key=session_key) as stream:
                assert stream.status == 403
        # A page that was opened by Tom, in a browser where Sam is signed in now.
        async with Stream(issue_ticket(tom), session_key=key) as stream:
            assert await stream.hear() == live_notifications.GOODBYE.decode()

    run(scene())


@pytest.mark.parametrize("way", ["sign-out", "suspension", "password"])
def test_the_stream_ends_at_the_next_heartbeat(sam, page, monkeypatch, way):
    monkeypatch.setattr(live_notifications, "HEARTBEAT_SECONDS", 0.3)
    key = key_of(page)

    def end() -> None:
        if way == "sign-out":
            page.post("/logout")
        elif way == "suspension":
            User.objects.filter(pk=sam.pk).update(suspended_at=AT)
        else:
            sam.set_password("another long password")
            sam.save()

    async def scene() -> None:
        async with Stream(issue_ticket(sam), session_key=key) as stream:
            await stream.hear_event()
            await in_thread(end)
            assert await stream.hear_event("close") == live_notifications.GOODBYE.decode()
            await asyncio.wait_for(stream.task, 5)

    run(scene())


@pytest.mark.parametrize("way", ["sign-out", "everywhere", "suspension"])
def test_the_stream_ends_within_a_second_of_signing_out(sam, page, way):
    key, ada = key_of(page), a_member("Ada Admin", is_admin=True)

    def end() -> None:
        if way == "sign-out":
            page.post("/logout")
        elif way == "everywhere":
            end_all_sign_ins(user=sam)
        else:
            suspend_member(user=sam, reason="Spam", by=ada, at=AT)

    async def scene() -> None:
        async with Stream(issue_ticket(sam), session_key=key) as stream:
            await stream.hear_event()
            await in_thread(end)
            began = time.monotonic()
            assert await stream.hear_event("close") == live_notifications.GOODBYE.decode()
            assert time.monotonic() - began < 1

    run(scene())


def test_an_open_page_does_not_extend_the_session(sam, page):
    key = key_of(page)
    later = datetime.now(UTC).replace(year=datetime.now(UTC).year + 1)

    assert counts_for(key, sam.pk) == {"conversations": 0, "unread": 0, "calls": 0}
    with time_machine.travel(later, tick=False):
        assert counts_for(key, sam.pk) is None


def test_the_stream_of_the_oldest_of_many_pages_ends(sam, page):
    key = key_of(page)

    async def scene() -> None:
        ticket = issue_ticket(sam)
        async with Stream(ticket, session_key=key) as oldest:
            await oldest.hear_event()
            for _ in range(5):
                # Pages that were closed again do not count.
                async with Stream(ticket, session_key=key) as passing:
                    await passing.hear_event()
            await in_thread(notify, sam)
            assert ">1<" in await oldest.hear_event()
            async with (
                Stream(ticket, session_key=key),
                Stream(ticket, session_key=key),
                Stream(ticket, session_key=key) as newest,
            ):
                assert await oldest.hear_event("close") == live_notifications.GOODBYE.decode()
                assert ">1<" in await newest.hear_event()

    run(scene())


def test_without_redis_there_is_no_stream_and_no_error(sam, page, monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    monkeypatch.setattr("peerloop.live_hub.SOCKET_SECONDS", 0.2)
    key = key_of(page)

    async def scene() -> None:
        async with Stream(issue_ticket(sam), session_key=key) as stream:
            assert stream.status == 503

    run(scene())
    redis_client.cache_clear()
    notify(sam)
    redis_client.cache_clear()
    assert Notification.objects.count() == 1


def test_pages_of_members_connect_to_the_stream(sam, page):
    notify(sam)

    text = page.get("/notifications").content.decode()

    assert 'data-sse-connect="/live/notices?ticket=' in text
    assert 'data-sse-swap="unread"' in text
    assert '<span class="badge">1' in text
    assert "sse-connect" not in Client().get("/").content.decode()
