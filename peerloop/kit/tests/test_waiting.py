"""A service outside that hangs: callers wait a bounded time, pages go on."""

import asyncio
import time
from threading import Event

import pytest

from peerloop.kit.bodies import Bodies
from peerloop.kit.bridge import Bridge
from peerloop.kit.pools import Pool
from peerloop.kit.providers import NO_ANSWER, Rejected, Unavailable
from peerloop.kit.waiting import BUSY, RESTING, Bulkhead


@pytest.fixture
def hang():
    """A call that ends with the test."""
    over = Event()
    yield lambda: over.wait(timeout=20)
    over.set()


def code_of(bulkhead, act):
    with pytest.raises(Unavailable) as refused:
        bulkhead.call(act)
    return refused.value.code


def silent():
    raise Unavailable("nobody there", code=NO_ANSWER)


def refused():
    raise Rejected("no")


def test_a_call_gives_its_answer_or_its_error():
    bulkhead = Bulkhead("test")
    assert bulkhead.call(lambda: 7) == 7
    with pytest.raises(Rejected):
        bulkhead.call(refused)


def test_a_call_that_hangs_is_given_up(hang):
    bulkhead = Bulkhead("test", seconds=0.1)
    assert code_of(bulkhead, hang) == NO_ANSWER


def test_calls_that_hang_take_no_more_than_their_own_threads(hang):
    bulkhead = Bulkhead("test", threads=1, seconds=0.1)
    assert code_of(bulkhead, hang) == NO_ANSWER
    assert code_of(bulkhead, hang) == BUSY


def test_silence_three_times_in_a_row_brings_a_rest_and_one_try_after_it(hang):
    bulkhead = Bulkhead("test", seconds=0.1, rest_seconds=0.2)
    assert [code_of(bulkhead, silent) for _ in range(4)] == [NO_ANSWER] * 3 + [RESTING]
    time.sleep(0.25)
    assert code_of(bulkhead, hang) == NO_ANSWER
    assert code_of(bulkhead, silent) == RESTING
    time.sleep(0.25)
    assert bulkhead.call(lambda: 7) == 7
    assert bulkhead.call(lambda: 8) == 8


def test_an_answer_between_silences_brings_no_rest():
    bulkhead = Bulkhead("test")
    for _ in range(2):
        assert code_of(bulkhead, silent) == NO_ANSWER
    with pytest.raises(Rejected):
        bulkhead.call(refused)
    for _ in range(2):
        assert code_of(bulkhead, silent) == NO_ANSWER


def scope(path):
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
    }


async def status_of(bridge, path):
    sent = []

    async def send(message):
        sent.append(message)

    await bridge(scope(path), None, send)
    return sent[0]["status"]


def site(application, **numbers):
    return Bridge(
        application,
        pools={"pages": Pool(wait_seconds=10, **numbers)},
        pool_of=lambda method, path: "pages",
        bodies=Bodies(lambda path: (0, 0)),
        page_of=lambda refusal: refusal.message.encode(),
    )


def shop(bulkhead, hang):
    """A site on which one page waits for a service that hangs."""

    def application(environ, start_response):
        status = "200 OK"
        if environ["PATH_INFO"] == "/pay":
            try:
                bulkhead.call(hang)
            except Unavailable:
                status = "503 Service Unavailable"
        start_response(status, [])
        return [b""]

    return application


def test_pages_are_answered_while_more_buyers_wait_than_there_are_threads(hang):
    bridge = site(shop(Bulkhead("test", seconds=1.5), hang), threads=2, waiting=4)

    async def rush():
        buyers = [asyncio.create_task(status_of(bridge, "/pay")) for _ in range(4)]
        await asyncio.sleep(0.2)
        began = time.monotonic()
        pages = [await status_of(bridge, "/courses") for _ in range(5)]
        took = time.monotonic() - began
        return pages, took, await asyncio.gather(*buyers)

    pages, took, buyers = asyncio.run(rush())
    assert pages == [200] * 5
    assert took < 0.5
    assert buyers == [503] * 4


def test_who_comes_when_too_many_wait_already_is_answered_at_once(hang):
    bridge = site(shop(Bulkhead("test", seconds=1.5), hang), threads=2, waiting=1)

    async def rush():
        first = asyncio.create_task(status_of(bridge, "/pay"))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        second = await status_of(bridge, "/pay")
        return second, time.monotonic() - began, await first

    second, took, first = asyncio.run(rush())
    assert (first, second) == (503, 503)
    assert took < 0.5


def test_a_place_given_away_comes_back_when_the_request_is_done():
    bridge = site(shop(Bulkhead("test"), lambda: None), threads=1, waiting=1)

    async def visits():
        return [await status_of(bridge, path) for path in ["/pay", "/courses"] * 3]

    assert asyncio.run(visits()) == [200] * 6
