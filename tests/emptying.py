"""Tests with transactions delete all rows at their end, also those that nobody may delete."""

from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

# The same in every database: Django would delete these rows and write them again.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Pages of so many deleted rows would be read by all later tests.
MANY = 1_000


def empty_few_tables() -> None:
    """Delete rows instead of Django's flush, which makes the files of 150 tables anew, and keep the
    connection, which has learned what it needs to know of each table."""

    def _fixture_teardown(self: Any) -> None:
        empty()

    def _should_reload_connections(self: Any) -> bool:
        return False

    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[method-assign]
    TransactionTestCase._should_reload_connections = _should_reload_connections  # type: ignore[method-assign]


def empty() -> None:
    """Delete all rows; waits for transactions that are still writing. The role of the tests must
    be allowed to switch triggers off, as a superuser is."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        filled = _filled_tables(cursor)
        if filled:
            cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in filled))
    with connection.cursor() as cursor:
        cursor.execute("RESET ALL")
        for table in [table for table, rows in filled.items() if rows > MANY]:
            cursor.execute(f'VACUUM "{table}"')


def _filled_tables(cursor: Any) -> dict[str, int]:
    """The number of their rows, up to one more than MANY."""
    names = ", ".join(f'"{table}"' for table in _tables())
    cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
    counted = [
        f"SELECT '{table}', (SELECT count(*) FROM (SELECT FROM \"{table}\" LIMIT {MANY + 1}) few)"
        for table in _tables()
    ]
    cursor.execute(" UNION ALL ".join(counted))
    return {table: rows for table, rows in cursor.fetchall() if rows}


@cache
def _tables() -> list[str]:
    return sorted({*connection.introspection.django_table_names(only_existing=True)} - KEPT)
