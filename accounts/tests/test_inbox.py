"""Provider events: kept once, worked in their time, given up at last, replayed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from accounts.incoming import inbox
from accounts.incoming.inbox import Ignored, process, process_due, receive, replay
from accounts.models import WebhookEvent
from peerloop.kit.providers import Unavailable

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Handler:
    """Fails as told, then works."""

    def __init__(self):
        self.errors = []
        self.seen = []

    def __call__(self, event):
        self.seen.append(event.event_id)
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
def handler(monkeypatch):
    handler = Handler()
    monkeypatch.setitem(inbox._handlers, "test", handler)
    return handler


def arrive(event_id="evt_1", provider="test"):
    return receive(provider=provider, event_id=event_id, kind="thing.done", payload={"a": 1}, at=AT)


@pytest.mark.django_db
def test_an_event_is_worked_once_however_often_it_comes(handler):
    assert arrive() is not None
    assert arrive() is None
    process_due(at=AT)
    process_due(at=AT)
    assert arrive() is None
    process_due(at=AT)

    assert handler.seen == ["evt_1"]
    assert WebhookEvent.objects.get().status == "done"


@pytest.mark.django_db
def test_two_providers_may_use_one_id(handler):
    assert arrive(provider="test") is not None
    assert arrive(provider="other") is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error", [Unavailable("away"), DatabaseError("deadlock"), KeyError("data"), ValueError("x")]
)
def test_what_fails_comes_back(handler, error):
    handler.errors = [error]
    event = arrive()

    process(event_id=event.pk, at=AT)
    event.refresh_from_db()
    assert (event.status, event.tries, event.error.split(":")[0]) == (
        "new",
        1,
        type(error).__name__,
    )
    process_due(at=AT + timedelta(seconds=9))
    assert len(handler.seen) == 1
    process_due(at=AT + timedelta(seconds=10))

    event.refresh_from_db()
    assert (event.status, event.error) == ("done", "")


@pytest.mark.django_db
def test_a_failing_event_is_given_up_after_eight_tries_and_others_are_processed(handler):
    handler.errors = [ValueError("poison")] * 20
    poison = arrive("poison")
    for day in range(12):
        process_due(at=AT + timedelta(days=day))
    handler.errors = []
    arrive("good")
    process_due(at=AT + timedelta(days=20))

    poison.refresh_from_db()
    assert (poison.status, poison.tries) == ("failed", 8)
    assert handler.seen.count("good") == 1


@pytest.mark.django_db
def test_a_failed_event_can_be_replayed(handler):
    handler.errors = [ValueError("poison")] * 8
    event = arrive()
    for day in range(12):
        process_due(at=AT + timedelta(days=day))

    replay(event=event, at=AT)
    process_due(at=AT)

    event.refresh_from_db()
    assert (event.status, event.tries) == ("done", 1)


@pytest.mark.django_db
def test_a_done_event_is_not_replayed(handler):
    event = arrive()
    process_due(at=AT)

    replay(event=event, at=AT)
    process_due(at=AT)

    assert handler.seen == ["evt_1"]


@pytest.mark.django_db
def test_an_event_that_means_nothing_to_us_is_filed_away(handler):
    handler.errors = [Ignored()]
    arrive()
    process_due(at=AT)

    assert WebhookEvent.objects.get().status == "ignored"


@pytest.mark.django_db
def test_an_event_without_a_handler_waits_and_says_so():
    event = arrive(provider="nobody")
    process_due(at=AT)

    event.refresh_from_db()
    assert event.status == "new"
    assert "no handler" in event.error


@pytest.mark.django_db
def test_an_event_in_the_hands_of_a_dead_worker_is_taken_up_again(handler):
    event = arrive()
    WebhookEvent.objects.filter(pk=event.pk).update(tries=1, next_try_at=AT + timedelta(minutes=5))

    process_due(at=AT + timedelta(minutes=4))
    assert handler.seen == []
    process_due(at=AT + timedelta(minutes=5))
    assert handler.seen == ["evt_1"]


@pytest.mark.django_db(transaction=True)
def test_a_handler_runs_outside_any_transaction(monkeypatch):
    inside = []
    monkeypatch.setitem(
        inbox._handlers, "test", lambda event: inside.append(connection.in_atomic_block)
    )
    arrive()
    process_due(at=AT)

    assert inside == [False]


@pytest.mark.django_db(transaction=True)
def test_twenty_concurrent_copies_are_one_event_processed_once(handler):
    def come(_: int) -> bool:
        try:
            return arrive() is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(come, range(20)))
    event = WebhookEvent.objects.get()

    def work(_: int) -> None:
        process(event_id=event.pk, at=AT)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert new.count(True) == 1
    assert handler.seen == ["evt_1"]
