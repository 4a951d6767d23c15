"""What must hold across tables: each app declares it in ``invariants.py``, ``ledger_check`` checks.

An invariant finds the rows that break it; one that keeps a counter also says how to recount it
(spec/data-model.md, I1 to I10).
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that breaks an invariant, with what should stand there."""

    invariant: str
    rule: str
    row_id: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """How a counter is recounted: an UPDATE of one row by its key (``%s``).

    ``make_missing``: makes the row with that key if there is none.
    """

    table: str
    column: str
    update: str
    key: str = "id"
    make_missing: Callable[[str], object] | None = None


Known = Mapping[str, Any]
Find = Callable[[Known], Iterable[Difference]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule that holds for all rows.

    ``broken``: a SELECT of (key, expected, found) with a row for each difference; or a function
    for what no SELECT finds, given what is known from outside the database.
    """

    number: str
    rule: str
    broken: str | Find
    recount: Recount | None = None


_invariants: list[Invariant] = []


def declare(invariants: Iterable[Invariant]) -> None:
    """Add invariants. Declaring the same one twice adds it once."""
    _invariants.extend(one for one in invariants if one not in _invariants)


def declared() -> list[Invariant]:
    """All invariants, in order of declaration."""
    return list(_invariants)


def differences(**known: Any) -> list[Difference]:
    """Every difference in all tables. Changes nothing.

    All checks see the database at one instant, however much is written meanwhile. ``known``: what
    somebody kept outside the database to compare with, such as ``audit_head``.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        else:
            # Entries of the caller's own transaction get their place in the chain at its end.
            connection.check_constraints()
        # Large tables take longer than the timeout of pages.
        cursor.execute("SET LOCAL statement_timeout = 0")
        return [one for invariant in _invariants for one in _broken(invariant, cursor, known)]


def differences_of(some: Iterable[Invariant]) -> list[Difference]:
    """The differences of some invariants, as the transaction of the caller sees them."""
    with connection.cursor() as cursor:
        return [one for invariant in some for one in _broken(invariant, cursor, {})]


def _broken(invariant: Invariant, cursor: Any, known: Known) -> Iterator[Difference]:
    if not isinstance(invariant.broken, str):
        yield from invariant.broken(known)
        return
    cursor.execute(invariant.broken)
    for row_id, expected, found in cursor.fetchall():
        yield Difference(invariant.number, invariant.rule, str(row_id), str(expected), str(found))


def rebuild_counters() -> int:
    """Recount each counter that differs from its rows; returns their number.

    A difference means that something other than an action changed rows, so each is logged. Each is
    corrected in its own transaction, which locks the counter before it counts: a concurrent change
    is neither lost nor counted twice. Safe to repeat and to interrupt.
    """
    return sum(_rebuild(one, one.recount) for one in _invariants if one.recount)


def _rebuild(invariant: Invariant, recount: Recount) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        # Counting everything takes longer than the timeout of pages.
        cursor.execute("SET LOCAL statement_timeout = 0")
        found = differences_of([invariant])
    for one in found:
        with transaction.atomic(), connection.cursor() as cursor:
            _recount(recount, one.row_id, cursor)
        logger.warning(
            "%s.%s of %s was %s, is %s",
            *(recount.table, recount.column, one.row_id, one.found, one.expected),
        )
    return len(found)


def _recount(recount: Recount, row_id: str, cursor: Any) -> None:
    if recount.make_missing:
        recount.make_missing(row_id)
    # The lock first: the count must see what was committed while we waited.
    cursor.execute(
        f"SELECT 1 FROM {recount.table} WHERE {recount.key} = %s FOR NO KEY UPDATE",  # noqa: S608
        [row_id],
    )
    cursor.execute(recount.update, [row_id])
