"""What a member earned is summed up without reading what was paid long ago."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from bench import growth_world
from billing.queries.earnings import EARNINGS

pytestmark = pytest.mark.django_db


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Relation Name" in plan:
        yield plan
    for part in plan.get("Plans", ()):
        yield from scans(part)


def test_the_sums_of_earnings_read_no_share_that_was_paid():
    growth_world.fill(120)
    hanna = growth_world.key("users", growth_world.HANNA)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {EARNINGS}", {"user": hanna})
        (found,) = cursor.fetchone()[0]
    looked_up = [scan.get("Index Cond", "") for scan in scans(found["Plan"])]

    assert [by for by in looked_up if "recipient_id" in by and "releasable" in by]
