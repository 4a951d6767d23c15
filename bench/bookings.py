"""Sixteen writers book the same few slots: the product compared with a bare INSERT."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.load import Attempt, Rush, send_all
from bench.products import Product
from bench.servers import LIMIT, serving
from bench.stack import PROJECT

WRITERS = 16
SLOTS = 12
PATH = "/api/v1/sessions"
JSON = {"Content-Type": "application/json"}


def booking_row(product: Product, rounds: int) -> dict[str, Any]:
    """Attempts per second as a share of the limit's; fails unless each slot is booked exactly once.

    Every round has its own teacher and students, who all book all slots in the same order.
    """
    worlds = _worlds(product, rounds)
    environment = product.environment
    with (
        product.serving() as server,
        serving(LIMIT, PROJECT, environment, product.stack, product.database) as limit,
    ):
        pairs = []
        for attempts in worlds:
            ours = send_all(server, PATH, attempts)
            _require_one_winner(ours)
            pairs.append((ours, send_all(limit, "/sessions", attempts)))
    return {
        "measure": "booking, 16 writers: attempts a second, of the limit's",
        "aim": 0.35,
        "product": product.name,
        "value": round(statistics.median(a.rate / b.rate for a, b in pairs), 3),
        "rate": round(statistics.median(a.rate for a, _ in pairs)),
        "limit_rate": round(statistics.median(b.rate for _, b in pairs)),
        "p99_ms": round(statistics.median(a.p99_milliseconds for a, _ in pairs), 1),
        "slots": SLOTS * rounds,
    }


def _require_one_winner(rush: Rush) -> None:
    if set(rush.answers) - {201, 409} or rush.answers.get(201) != SLOTS:
        raise RuntimeError(f"{SLOTS} slots, answers {rush.answers}")


def _worlds(product: Product, rounds: int) -> list[list[list[Attempt]]]:
    """The requests of each writer for each round, created by the models of the checkout."""
    command = [sys.executable, str(Path(__file__).parent / "booking_scene.py")]
    own = {
        **os.environ,
        **product.environment,
        "PYTHONPATH": str(product.checkout),
        "DJANGO_SETTINGS_MODULE": "peerloop.settings",
        "PEERLOOP_TEST": "1",
        "DEBUG": "1",
    }
    numbers = [str(number) for number in (rounds, WRITERS, SLOTS)]
    done = subprocess.run(
        [*command, str(product.checkout), *numbers],
        cwd=product.checkout,
        env=own,
        stdout=subprocess.PIPE,
        check=True,
    )
    return [
        [
            [({"Authorization": token, **JSON}, json.dumps(body).encode()) for body in bodies]
            for token, bodies in writers
        ]
        for writers in json.loads(done.stdout)
    ]
