"""``bin/bench``: the product beside the stack's limit, in one run (docs/performance.md).

``bin/bench --beside CHECKOUT`` measures another checkout in the same run, for comparison.
``bin/bench mail [--mails N]``: the outbox while a worker is killed (bench/mail.py).
``bin/bench fuzz [--requests N] [--seed N]``: wrong requests to every operation (bench/fuzz.py).
``bin/bench growth [--only TEXT]``: every address with 1,000 and 100,000 rows (bench/growth.py).
``bin/bench feeds``: own feeds and posting with 10,000 and 1,000,000 posts (bench/feeds.py).
``bin/bench goodwill``: points and calls for help with 10,000 and 1,000,000 movements.
``bin/bench attacks [--only NAME]``: how long others wait under an attack (bench/attacks.py).
``bin/bench live``: how soon a message is seen, and what open pages cost (bench/live.py).

Cost is processor time of the application and of the database for one request, as a multiple of a
bare view's that answers the same; product and limit take turns on the same machine. Prints a table
and writes ``var/bench.json``.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

from bench import attacks, feeds, fuzz, goodwill, growth, live, mail
from bench.bookings import booking_row
from bench.products import KEY, Product
from bench.reads import read_rows
from bench.stack import PROJECT, stack
from bench.world import empty_world

KINDS = ["reads", "mail", "growth", "attacks", "fuzz", "live", "feeds", "goodwill"]


def main() -> None:
    """Measure everything, print the table, write the JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", nargs="?", choices=KINDS, default="reads")
    options.add_argument("--requests", type=int, default=60_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--mails", type=int, default=10_000)
    options.add_argument("--only", default="", help="growth: addresses; attacks: its name")
    options.add_argument("--courses", type=int, default=1_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=2.0)
    options.add_argument("--beside", type=Path, help="another checkout, measured in the same run")
    given = options.parse_args()
    if given.what == "mail":
        mail.main(given.mails)
    if given.what == "fuzz":
        fuzz.main(given.requests, given.seed)
    if given.what == "feeds":
        feeds.main()
        return
    if given.what == "goodwill":
        goodwill.main()
        return
    if given.what == "growth":
        growth.main(given.only)
        return
    if given.what == "live":
        live.main()
        return
    if given.what == "attacks":
        attacks.main(given.only, given.beside)
        return
    os.environ["SECRET_KEY"] = KEY
    checkouts = {"now": PROJECT} | ({"before": given.beside.resolve()} if given.beside else {})
    with stack() as servers:
        products = [
            Product.filled(name, checkout, servers, given.courses)
            for name, checkout in checkouts.items()
        ]
        rows = read_rows(products, rounds=given.rounds, seconds=given.seconds)
        rows += [booking_row(product, given.rounds) for product in products]
    rows.append(slot_row())
    _print(rows)
    (PROJECT / "var" / "bench.json").write_text(json.dumps(rows, indent=2))


def slot_row() -> dict[str, Any]:
    """Statements and processor time of the free slots in 28 days of a teacher open every day."""
    with empty_world():
        from bench.slots import measured

        return measured()


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        known = ("measure", "product", "value", "aim")
        rest = {key: value for key, value in row.items() if key not in known}
        words = "  ".join(f"{key} {value}" for key, value in rest.items())
        name = f"{row['measure']} ({row['product']})" if "product" in row else row["measure"]
        print(f"{name:<62} {row['value']:>7} aim {row.get('aim', '-'):>5}  {words}")


if __name__ == "__main__":
    main()
