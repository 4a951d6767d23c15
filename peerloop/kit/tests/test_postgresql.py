"""Connections that the server has ended are found without asking."""

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from django.db import connection

from peerloop.kit.postgresql import base
from peerloop.kit.statements import prepared_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_begins(monkeypatch):
    monkeypatch.setattr(connection, "health_check_enabled", True)
    return connection.close_if_unusable_or_obsolete


def end_connection():
    pid = connection.connection.info.backend_pid
    with psycopg.connect(connection.connection.info.dsn) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def one():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()[0]


def test_a_prepared_statement_is_told_with_its_values(django_assert_num_queries):
    prepared_rows("SELECT %(word)s::text", {"word": "hello"})

    with django_assert_num_queries(1) as seen:
        prepared_rows("SELECT %(word)s::text", {"word": "hello"})

    assert seen.captured_queries[0]["sql"] == "SELECT 'hello'::text"


def test_a_standing_connection_costs_no_statement(request_begins, monkeypatch):
    assert one() == 1
    request_begins()
    one()
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("asked the server"))

    request_begins()

    assert one() == 1


def test_a_connection_that_the_server_ended_is_replaced(request_begins):
    request_begins()
    one()
    end_connection()

    request_begins()

    assert one() == 1


def test_a_connection_that_was_silent_for_long_is_asked(request_begins, monkeypatch):
    one()
    asked = []
    monkeypatch.setattr(connection, "is_usable", lambda: asked.append(1) or True)
    monkeypatch.setattr(base, "UNPROVEN_SECONDS", 0)

    request_begins()

    assert one() == 1
    assert asked == [1]


def test_instants_of_prepared_statements_are_utc_as_everywhere():
    given = datetime(2026, 5, 4, 10, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))

    [[prepared]] = prepared_rows("SELECT %(at)s::timestamptz", {"at": given})
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [given])
        [usual] = cursor.fetchone()

    assert prepared == usual == given
    assert prepared.tzinfo is usual.tzinfo is UTC


def test_places_are_numbered_once_for_each_name_and_percent_signs_stay():
    assert base.numbered("a = %(x)s, b = %(y)s, c = %(x)s, d LIKE '%%'") == (
        "a = $1, b = $2, c = $1, d LIKE '%'",
        ["x", "y"],
    )
    assert base.numbered("a = %s, b = %s") == ("a = $1, b = $2", [])
