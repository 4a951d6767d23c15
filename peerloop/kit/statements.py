"""SQL for reads too frequent to be built by the ORM each time, without a second copy of a rule.

Either the ORM builds it once (``compiled``), or it is written out, with the conditions of the
models put in by name (``statement``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import get_annotations
from types import NoneType
from typing import Any, ParamSpec, get_args
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import QuerySet

P = ParamSpec("P")
# A value of each type that occurs nowhere else.
UNIQUE: dict[type, Callable[[], object]] = {UUID: uuid4, str: lambda: uuid4().hex}


@dataclass(frozen=True, slots=True)
class Argument:
    """The place in a statement's parameters of an argument of the function."""

    name: str


def statement(sql: str, **conditions: str) -> str:
    """SQL with each ``{name}`` replaced by a condition of a model; no input may get there."""
    return sql.format(**conditions)


def compiled(build: Callable[P, QuerySet[Any, Any]]) -> Callable[P, list[tuple[Any, ...]]]:
    """Turn a function that builds a QuerySet of values into one that runs it and gives its rows.

    The SQL is built at the first call, with unique values as arguments, and kept; so the function
    may only compare with its arguments, not look at them. They are given by name and annotated as
    UUID or str; None, where the annotation allows it, equals no value.
    """
    kept: list[tuple[str, list[Any]]] = []

    @wraps(build)
    def run(*args: P.args, **given: P.kwargs) -> list[tuple[Any, ...]]:
        if not kept:
            kept.append(_compile(build))
        sql, parameters = kept[0]
        values: list[Any] = [
            given[one.name] if isinstance(one, Argument) else one for one in parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    return run


def _compile(build: Callable[..., QuerySet[Any, Any]]) -> tuple[str, list[Any]]:
    kinds = {name: kind for name, kind in get_annotations(build).items() if name != "return"}
    stand_ins = {name: UNIQUE[_without_none(kind)]() for name, kind in kinds.items()}
    query: Any = build(**stand_ins).query
    sql, parameters = query.sql_with_params()
    return sql, [_argument_or_value(value, stand_ins) for value in parameters]


def _without_none(kind: Any) -> type:
    found: type = next(one for one in get_args(kind) or (kind,) if one is not NoneType)
    return found


def _argument_or_value(value: object, stand_ins: dict[str, object]) -> object:
    return next((Argument(name) for name, one in stand_ins.items() if one == value), value)
