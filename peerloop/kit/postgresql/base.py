"""The database backend that DATABASES names."""

import re
import select
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.postgresql import base, operations
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader

# A place for a value, with or without its name, or a percent sign.
PLACE = re.compile(r"%(?:\((\w+)\)s|s|%)")
# A connection that was silent for longer may have been forgotten by what lies between.
UNPROVEN_SECONDS = 30.0


class PreparedCursor(psycopg.RawCursor[Any]):
    """The server plans each of its statements once a connection, and puts the values in.

    With PREPARED_STATEMENTS=0 it plans at each execution: some poolers don't know prepared ones.
    The places of a statement are found once a process, however long it is.
    """

    @property
    def adapters(self) -> AdaptersMap:
        """The connection's, with instants read by psycopg's own compiled loader."""
        found = _adapters.get(self._conn)
        if found is None:
            found = _adapters[self._conn] = _with_instants(self._conn.adapters)
        return found

    def execute(self, query: Any, params: Any = None, **_: Any) -> "PreparedCursor":
        """Run one statement with its values."""
        if params is None:
            return super().execute(query, prepare=True)
        text, names = numbered(query)
        values = [params[name] for name in names] if isinstance(params, Mapping) else params
        return super().execute(text, values, prepare=True)


_adapters: WeakKeyDictionary[Any, AdaptersMap] = WeakKeyDictionary()


def _with_instants(known: AdaptersMap) -> AdaptersMap:
    """Django's loader is in Python, so that the zone may be any: all instants of ours are UTC."""
    adapters = AdaptersMap(known)
    adapters.register_loader("timestamptz", TimestamptzLoader)
    return adapters


@lru_cache(maxsize=1_024)
def numbered(sql: str) -> tuple[str, list[str]]:
    """The statement with places as the server numbers them, and the names of the values in order.

    No names for a statement whose values come in their order.
    """
    names: list[str] = []
    count = 0

    def place(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        if found[1] is None:
            count += 1
            return f"${count}"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return PLACE.sub(place, sql), names


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, which can tell prepared statements too."""

    compiler_module = "peerloop.kit.postgresql.compiler"

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """The statement with its values, for logs and tests."""
        if isinstance(cursor, PreparedCursor):
            return str(self.compose_sql(sql, params))
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with a health check that costs no statement, and prepared statements."""

    # Django's own, which its types don't tell of.
    health_check_enabled: bool
    health_check_done: bool
    _prepare_cursor: Any

    ops_class = DatabaseOperations
    _proven_at = 0.0

    def close_if_health_check_failed(self) -> None:
        """Drop a connection that the server has ended; asked before the first use in a request.

        An idle server has nothing to say but why it hangs up: where nothing has come, and the
        connection was used lately, it stands. Otherwise Django's own check asks with a statement.
        """
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        now = time.monotonic()
        if now - self._proven_at > UNPROVEN_SECONDS or self._has_come(self.connection):
            super().close_if_health_check_failed()
        self.health_check_done = True
        self._proven_at = now

    def prepared_cursor(self) -> Any:
        """A cursor for statements that are asked often and whose plan was looked at."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(PreparedCursor(self.connection))

    def _has_come(self, connection: Any) -> bool:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
