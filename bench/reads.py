"""The reads of every role: measures product and limit in turns, after checking that they agree."""

import contextlib
import statistics
from typing import Any

from bench import content
from bench.limit import sql
from bench.load import Round, Target, load
from bench.products import Product
from bench.roles import ROLES
from bench.servers import LIMIT, Server, serving
from bench.stack import PROJECT

WARM_SECONDS = 1.0


def read_rows(products: list[Product], *, rounds: int, seconds: float) -> list[dict[str, Any]]:
    """A row for each role and product; the limit reads the first product's database."""
    first = products[0]
    rows = []
    with contextlib.ExitStack() as all_servers:
        servers = [all_servers.enter_context(one.serving()) for one in products]
        limit = all_servers.enter_context(
            serving(LIMIT, PROJECT, first.environment, first.stack, first.database)
        )
        _give_free_times(first, servers[0])
        for role in ROLES:
            bare = role.of_limit(limit, first.facts)
            asked = [
                role.of_product(server, product.facts)
                for product, server in zip(products, servers, strict=True)
            ]
            content.require_same(role.name, asked[0].fetch(), bare.fetch())
            measured = _in_turns([*asked, bare], rounds, seconds)
            for product, own in zip(products, measured, strict=False):
                row = {"measure": role.name, "aim": role.aim, "red": role.red}
                rows.append(row | {"product": product.name} | _compared(own, measured[-1]))
    return rows


def _give_free_times(product: Product, server: Server) -> None:
    roles = {role.name: role for role in ROLES}
    catalog = roles["HTML catalog"].of_product(server, product.facts).fetch()
    course = roles["HTML course page"].of_product(server, product.facts).fetch()
    known = content.free_times(catalog, course, product.facts["slug"])
    product.stack.run(f"{sql.TABLES}\n{known}\nANALYZE;", database=product.database)


def _in_turns(targets: list[Target], rounds: int, seconds: float) -> list[list[Round]]:
    for target in targets:
        load(target, seconds=WARM_SECONDS)
    measured: list[list[Round]] = [[] for _ in targets]
    for _ in range(rounds):
        for target, own in zip(targets, measured, strict=True):
            own.append(load(target, seconds=seconds))
    return measured


def _compared(ours: list[Round], limits: list[Round]) -> dict[str, Any]:
    pairs = list(zip(ours, limits, strict=True))
    return {
        "value": round(statistics.median(a.cost / b.cost for a, b in pairs), 2),
        "app_ms": round(statistics.median(one.app for one in ours), 3),
        "db_ms": round(statistics.median(one.database for one in ours), 3),
        "limit_ms": round(statistics.median(one.cost for one in limits), 3),
        "median_ms": round(statistics.median(one.median_milliseconds for one in ours), 1),
        "rate": round(statistics.median(one.rate for one in ours)),
        "limit_rate": round(statistics.median(one.rate for one in limits)),
    }
