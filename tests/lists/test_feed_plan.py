"""Feeds read their posts in the order of an index, however many there are."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from bench import growth_world
from community.feeds import panels, personal, queries, sources
from community.feeds.access import NOBODY
from community.feeds.rows import values_of
from community.models import FeedGroup
from peerloop.kit import clock
from peerloop.kit.postgresql.base import numbered
from peerloop.kit.statements import Read

pytestmark = pytest.mark.django_db


def nodes(plan: dict[str, Any], *, beside: bool = True) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        if beside or part["Parent Relationship"] not in ("SubPlan", "InitPlan"):
            yield from nodes(part, beside=beside)


def plan_of(sql: str, values: dict[str, Any]) -> dict[str, Any]:
    """The plan as it is kept: for any values."""
    text, names = numbered(sql)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"PREPARE feed AS {text}".replace("%", "%%"))
        given = ", ".join(["%s"] * len(names))
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) EXECUTE feed({given})", [values[name] for name in names]
        )
        (found,) = cursor.fetchone()[0]
        cursor.execute("DEALLOCATE feed")
    plan: dict[str, Any] = found["Plan"]
    return plan


@pytest.fixture
def values():
    growth_world.fill(120)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    hanna = User.objects.get(pk=growth_world.key("users", growth_world.HANNA))
    keys = {name: growth_world.key("posts", 1) for name in ("feed", "root")}
    return {
        **values_of(hanna),
        **keys,
        "author": hanna.pk,
        "since": clock.now(),
        "made_at": queries.TOP.created_at,
        "post": queries.TOP.post_id,
    }


def test_a_page_of_posts_is_read_in_the_order_of_its_index(values):
    # In one test, because the rows take longer than the plans.
    for read, index in (
        (personal.OF_ALL, "post_main_newest"),
        (listed(FeedGroup.COURSE), "post_course_newest"),
        (listed(FeedGroup.COURSE, only_questions=True), "post_course_questions"),
        (listed(FeedGroup.INSTRUCTOR), "post_creator_newest"),
        (queries.OF_AUTHOR, "post_own_newest"),
        (queries.REPLIES, "post_replies"),
    ):
        plan = plan_of(f"{read.sql} LIMIT 21 OFFSET 0", values)

        # What is asked beside each post may sort its few rows.
        listing = list(nodes(plan, beside=False))
        assert any(node.get("Index Name") == index for node in listing)
        assert not [node["Node Type"] for node in listing if "Sort" in node["Node Type"]]


def test_who_wrote_last_is_found_by_the_newest_posts_alone(values):
    for group, index in (
        (FeedGroup.COURSE, "post_course_newest"),
        (FeedGroup.USER, "post_main_newest"),
    ):
        plan = plan_of(panels._last_authors(group).sql, values)
        scans = [node for node in nodes(plan) if node.get("Relation Name") == "posts"]
        assert any(node.get("Index Name") == index for node in scans)
        assert not [node for node in scans if node["Node Type"] == "Seq Scan"]
        # Posts of a day are counted for the ten that are shown: behind the sort, not before it.
        shown = plan["Plans"][0]
        assert (plan["Node Type"], shown["Node Type"]) == ("Limit", "Result")
        assert "Sort" in [part["Node Type"] for part in shown["Plans"]]


def test_the_own_feed_looks_up_single_posts_in_timeline_and_follows(values):
    at = queries.TOP.created_at
    edges = {"near_at": at, "near_id": NOBODY, "main_at": at, "main_id": NOBODY, "now": at}

    plan = list(nodes(plan_of(sources._candidates_sql(20), {**values, **edges, "since": at})))

    scans = [node.get("Index Cond", "") for node in plan if "Scan" in node["Node Type"]]
    assert any("posted_at = p" in one and "post_id = p" in one for one in scans)
    assert any("follower_id" in one and "author_id" in one for one in scans)
    assert not [node for node in plan if "Merge Join" in node["Node Type"]]


def listed(group: str, *, only_questions: bool = False) -> Read[Any]:
    return queries._listed(group, only_questions=only_questions, with_total=False)
