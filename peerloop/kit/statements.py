"""Hot reads: a QuerySet is compiled once, runs as one prepared statement, gives plain values.

Models of rows and built QuerySets take several times as long as the database needs to answer:

    ISSUED = Read(
        CertificateRow,
        lambda: Certificate.objects.issued()
        .filter(user=Given("user"))
        .values_list("pk", "course__title"),
    )

    ISSUED.all(user=user.pk)

The rules stay where they are, in the methods of QuerySets: nothing is written twice. Whatever is
not ``Given`` stands in the statement in words, so that partial indexes serve it too. SQL is written
out (``prepared_rows``) only where a QuerySet can't say it, with the conditions of the models put in
by name (``statement``).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import orjson
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Func, IntegerField, JSONField, Model, QuerySet, Subquery

from peerloop.kit.counting import MAX_COUNTED

if TYPE_CHECKING:
    # REST framework asks for the authentication, which reads by this, while it loads its views.
    from peerloop.kit.paging import Page

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)
PLACE = re.compile(r"%[%s]")


class Given(Expression):
    """A value that each call brings, by its name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A place in the statement, with this as its value."""
        return "%s", [self]


def prepared_cursor() -> Any:
    """A cursor whose statements the server plans once a connection: for those asked often."""
    return connection.prepared_cursor()  # type: ignore[attr-defined]


def prepared_rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of such a statement, with places like ``%(name)s``."""
    with prepared_cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def statement(sql: str, **conditions: str) -> str:
    """SQL with each ``{name}`` replaced by a condition of a model; no input may get there."""
    return sql.format(**conditions)


class Read(Generic[Row]):
    """A statement made of a QuerySet of ``values_list``; each row becomes ``row(*values)``.

    The columns come as the database gives them: instants, UUIDs, numbers and text as in Python,
    JSON as text (see ``unpacked``). Statements are kept prepared, so the plan of each was looked at
    with many rows (``python -m bench.catalog_plans``).
    """

    def __init__(self, row: Callable[..., Row], rows: "Callable[[], QuerySet[Any, Any]]") -> None:
        self._row = row
        self._rows = rows

    def all(self, **values: Any) -> list[Row]:
        """Every row."""
        return self._read(self.sql, values)

    def first(self, **values: Any) -> Row | None:
        """The first row, if there is any."""
        return next(iter(self._read(f"{self.sql} LIMIT 1", values)), None)

    def slice(self, start: int, stop: int, **values: Any) -> list[Row]:
        """The rows from ``start`` up to ``stop``, counted from 0."""
        return self._read(_sliced(self.sql, start, stop), values)

    @cached_property
    def sql(self) -> str:
        """The statement, with a named place for each ``Given``."""
        sql, values = self._rows().query.sql_with_params()
        left = iter(values)
        connection.ensure_connection()
        compose: Any = connection.ops.compose_sql  # type: ignore[attr-defined]

        def written(place: re.Match[str]) -> str:
            if place[0] == "%%":
                return "%%"
            value = next(left)
            if isinstance(value, Given):
                return f"%({value.name})s"
            return str(compose("%s", [value])).replace("%", "%%")

        return PLACE.sub(written, sql)

    def _read(self, sql: str, values: dict[str, Any]) -> list[Row]:
        return [self._row(*row) for row in self._tuples(sql, values)]

    _tuples = staticmethod(prepared_rows)


class PagedRead(Read[Row]):
    """The same for a list of which pages are read: the total of all its rows comes with each page.

    ``rows`` is the list in its order, ``columns`` are what ``values_list`` takes.
    """

    def __init__(
        self,
        row: Callable[..., Row],
        rows: "Callable[[], QuerySet[Any, Any]]",
        columns: Callable[[], Sequence[Any]],
    ) -> None:
        super().__init__(row, lambda: rows().values_list(*columns(), number_of(rows())))
        self._total = Read(int, lambda: rows().order_by().values_list(_count()))

    def page(self, page: "Page", **values: Any) -> tuple[list[Row], int]:
        """The rows of one page and the total. One statement; two past the end of the list."""
        found = self._tuples(_sliced(self.sql, page.start, page.stop), values)
        if found or page.page == 1:
            total = found[0][-1] if found else 0
        else:
            total = self._total.all(**values)[0]
        return [self._row(*row[:-1]) for row in found], total


class ModelRead(Read[M]):
    """The same for whole rows of a model, for what actions and templates take.

    ``related``: what ``select_related`` would read with them, ``without``: fields to leave out, as
    ``defer`` does. The QuerySet filters and orders only.
    """

    def __init__(
        self,
        model: type[M],
        rows: "Callable[[], QuerySet[M]]",
        *,
        related: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> None:
        # A path comes behind those that it leads through.
        self._model, self._paths, self._without = model, ("", *sorted(related)), frozenset(without)
        super().__init__(self._whole, lambda: rows().values_list(*self._columns()))

    @cached_property
    def _parts(self) -> "list[_Part]":
        return [_Part(self._model, path, self._without) for path in self._paths]

    def _columns(self) -> list[str]:
        return [name for part in self._parts for name in part.columns]

    def _whole(self, *values: Any) -> M:
        found: dict[str, Any] = {}
        start = 0
        for part in self._parts:
            stop = start + len(part.names)
            found[part.path] = one = part.made(values[start:stop])
            if part.link is not None and (owner := found[part.owner]) is not None:
                part.link.set_cached_value(owner, one)
            start = stop
        return cast(M, found[""])


class _Part:
    """The columns of one model in such a row."""

    def __init__(self, model: type[Model], path: str, without: frozenset[str]) -> None:
        self.path, self.owner, self.link = path, path.rpartition("__")[0], None
        for name in path.split("__") if path else ():
            self.link = cast(Any, model._meta.get_field(name))
            model = self.link.related_model
        before = f"{path}__" if path else ""
        fields = [one for one in model._meta.concrete_fields if before + one.name not in without]
        self.model = model
        self.names = [one.attname for one in fields]
        self.columns = [before + name for name in self.names]
        self.key = next(place for place, one in enumerate(fields) if one.primary_key)
        # Such as JSON, which comes as text.
        self.converted = [
            (place, one.from_db_value)
            for place, one in enumerate(fields)
            if hasattr(one, "from_db_value")
        ]

    def made(self, values: Sequence[Any]) -> Model | None:
        """The row, None where there is none."""
        if values[self.key] is None:
            return None
        if self.converted:
            values = list(values)
            for place, convert in self.converted:
                values[place] = convert(values[place], None, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


def _sliced(sql: str, start: int, stop: int) -> str:
    # In figures: the plan for any number of rows is not the plan for the first twenty.
    return f"{sql} LIMIT {stop - start:d} OFFSET {start:d}"


def _count() -> Func:
    return Func("pk", function="count", output_field=IntegerField())


def columns(*values: Any) -> tuple[Any, ...]:
    """A row as it comes, for reads that need no names."""
    return values


def packed(*expressions: Any) -> Func:
    """Several columns of a subquery as one: a JSON array, read by ``unpacked``."""
    return Func(*expressions, function="jsonb_build_array", output_field=JSONField())


def unpacked(column: str | None) -> Any:
    """What a JSON column holds; an empty list for NULL, as aggregates give for no rows."""
    return orjson.loads(column) if column else []


def number_of(rows: "QuerySet[Any, Any]") -> Subquery:
    """How many rows a QuerySet has, up to ``MAX_COUNTED``, as a column beside others."""
    return Subquery(
        rows.order_by().values_list("pk")[:MAX_COUNTED],
        template="(SELECT count(*) FROM (%(subquery)s) AS counted)",
        output_field=IntegerField(),
    )
