"""``bin/bench attacks [--only NAME]``: how long everybody else waits while PeerLoop is attacked.

The product runs with the command of its Dockerfile. Pages are asked one after the other, first in
quiet, then during each attack; the table shows their 95th percentile and their failures. Writes
``var/bench-attacks.json``. With ``--beside CHECKOUT`` another checkout is attacked as well.
"""

import contextlib
import http.client
import json
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.products import KEY, Product
from bench.servers import HOST, Server
from bench.stack import PROJECT, stack

PAGES = ("/healthz", "/courses", "/about")
COURSES = 20
SECONDS = 12.0
BUYERS = 14
# A page that takes longer counts as failed.
PATIENCE = 10.0


@dataclass
class Outcome:
    """What the attackers were answered: statuses, and the seconds of each answer."""

    answers: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


Run = Callable[[Server], AbstractContextManager[Outcome]]


@dataclass(frozen=True)
class Attack:
    """``run`` attacks a server during its block, and yields what became of it.

    ``prepare`` stands in for ``run`` where something has to be ready before the product starts: it
    yields the attack.
    """

    run: Run | None = None
    # Of the product while it is attacked.
    environment: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[Product], AbstractContextManager[Run]] | None = None

    def ready(self, product: Product) -> AbstractContextManager[Run]:
        """The attack, for a block in which the product starts and ends."""
        if self.prepare is not None:
            return self.prepare(product)
        assert self.run is not None
        return contextlib.nullcontext(self.run)


@contextlib.contextmanager
def slow_body(server: Server) -> Iterator[Outcome]:
    """Forty connections promise a body, send a part of it and wait; those cut off come back."""
    outcome = Outcome()
    stop = threading.Event()

    def send(sent: int, length: int) -> None:
        head = f"POST /api/webhooks/stripe HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {length}"
        while not stop.is_set():
            with contextlib.suppress(OSError), socket.create_connection((HOST, server.port)) as one:
                one.sendall(f"{head}\r\n\r\n".encode() + b"x" * sent)
                one.settimeout(1)
                outcome.answers[_status_line(one, stop)] += 1

    kinds = [(1, 1_000), (100_000, 500_000)] * 20
    with _threads([lambda kind=kind: send(*kind) for kind in kinds], stop):
        yield outcome


@contextlib.contextmanager
def sign_in(server: Server) -> Iterator[Outcome]:
    """Twenty wrong sign-ins a second, each from another address and for another account."""
    outcome = Outcome()
    stop = threading.Event()
    body = {"password": "a wrong password of some length"}

    def try_once(number: int) -> None:
        address = f"198.{18 + number // 65_536 % 2}.{number // 256 % 256}.{number % 256}"
        headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
        given = json.dumps({**body, "email": f"nobody{number}@example.com"})
        began = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
        try:
            connection.request("POST", "/api/v1/auth/login", given, headers)
            status = str(connection.getresponse().status)
        except OSError as error:
            status = type(error).__name__
        finally:
            connection.close()
        outcome.answers[status] += 1
        outcome.seconds.append(time.perf_counter() - began)

    def at_a_rate() -> None:
        tries = []
        number = int(time.time()) % 60_000
        while not stop.wait(1 / 20):
            number += 1
            tries.append(threading.Thread(target=try_once, args=(number,)))
            tries[-1].start()
        for one in tries:
            one.join()

    with _threads([at_a_rate], stop):
        yield outcome


@contextlib.contextmanager
def silent_stripe(product: Product) -> Iterator[Run]:
    """Fourteen members try to buy, again and again, at a Stripe that never answers."""
    scene = product.program("outage_scene.py", str(BUYERS))
    body = json.dumps({"course_id": scene["course"]})

    @contextlib.contextmanager
    def buy(server: Server) -> Iterator[Outcome]:
        outcome = Outcome()
        stop = threading.Event()

        def try_again(token: str) -> None:
            headers = {"Authorization": token, "Content-Type": "application/json"}
            while not stop.wait(1):
                began = time.perf_counter()
                connection = http.client.HTTPConnection(HOST, server.port, timeout=120)
                connection.request("POST", "/api/v1/checkout/create", body, headers)
                outcome.answers[str(connection.getresponse().status)] += 1
                connection.close()
                outcome.seconds.append(time.perf_counter() - began)

        with _threads([lambda token=token: try_again(token) for token in scene["tokens"]], stop):
            yield outcome

    with _silence() as url:
        product.environment.update(
            PAYMENT_PROVIDER="stripe",
            STRIPE_SECRET_KEY="sk_test_bench",
            STRIPE_WEBHOOK_SECRET="whsec_bench",
            STRIPE_API_BASE=url,
        )
        yield buy


@contextlib.contextmanager
def _silence() -> Iterator[str]:
    """A server that takes connections and says nothing; yields its URL."""
    taken: list[socket.socket] = []
    with socket.create_server((HOST, 0), backlog=256) as door:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(door.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        yield f"http://{HOST}:{door.getsockname()[1]}"
    for connection in taken:
        connection.close()


ATTACKS: dict[str, Attack] = {
    "slow-body": Attack(slow_body),
    "outage": Attack(prepare=silent_stripe),
    "sign-in": Attack(sign_in, {"TRUSTED_PROXIES": HOST}),
}


def main(only: str, beside: Path | None) -> None:
    """Attack each checkout, print the table, write the JSON."""
    os.environ["SECRET_KEY"] = KEY
    checkouts = {"now": PROJECT} | ({"before": beside.resolve()} if beside else {})
    rows = []
    with stack() as servers:
        for name, checkout in checkouts.items():
            product = Product.filled(name, checkout, servers, COURSES)
            for attack in (only,) if only else ATTACKS:
                rows.append(measured(product, attack))
                print(json.dumps(rows[-1]))
    (PROJECT / "var" / "bench-attacks.json").write_text(json.dumps(rows, indent=2))


def measured(product: Product, name: str) -> dict[str, Any]:
    """Pages in quiet and under one attack."""
    attack = ATTACKS[name]
    product.environment.update(attack.environment)
    with attack.ready(product) as run, product.serving() as server:
        asked(server, seconds=1)
        quiet = asked(server, seconds=SECONDS / 2)
        with run(server) as outcome:
            # The attack needs a moment to take hold.
            time.sleep(1)
            attacked = asked(server, seconds=SECONDS)
    row = {"attack": name, "product": product.name, "quiet": quiet, "attacked": attacked}
    row["answers to the attack"] = dict(outcome.answers)
    if outcome.seconds:
        row["their p95 in ms"] = _p95(outcome.seconds)
        row["their longest in ms"] = round(1000 * max(outcome.seconds), 1)
    return row


def asked(server: Server, *, seconds: float) -> dict[str, Any]:
    """Ask the pages in turn for so long: how many answers, their p95, how many failures."""
    times: list[float] = []
    failed = 0
    until = time.perf_counter() + seconds
    number = 0
    while time.perf_counter() < until:
        began = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, server.port, timeout=PATIENCE)
        try:
            connection.request("GET", PAGES[number % len(PAGES)])
            answer = connection.getresponse()
            answer.read()
            failed += answer.status >= 500
        except OSError:
            failed += 1
        finally:
            connection.close()
        times.append(time.perf_counter() - began)
        number += 1
    return {"pages": len(times), "p95_ms": _p95(times), "failed": failed}


def _p95(seconds: list[float]) -> float:
    return round(1000 * sorted(seconds)[int(len(seconds) * 0.95)], 1)


def _status_line(connection: socket.socket, stop: threading.Event) -> str:
    """The status of the answer; "none" if none came until the end."""
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            return connection.recv(12).decode()[9:] or "closed"
    return "none"


@contextlib.contextmanager
def _threads(targets: list[Callable[[], None]], stop: threading.Event) -> Iterator[None]:
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
