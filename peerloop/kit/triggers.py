"""Triggers and functions of the database, declared in ``Meta.constraints`` of their model.

Whoever reads a model sees all its rules there, and ``makemigrations`` notices a change as it does
for any constraint: the migration keeps the SQL as it was. Refusals are check violations, so that
Django raises IntegrityError as for any other constraint.
"""

from collections.abc import Mapping, Set
from textwrap import dedent
from typing import Any

from django.db.models import BaseConstraint, Model


class _Declared(BaseConstraint):
    """A part of the schema that forms can't check: only the database knows."""

    def __init__(self, *, name: str, **parts: Any) -> None:
        super().__init__(name=name)
        self.parts = parts

    def constraint_sql(self, model: type[Model] | None, schema_editor: Any) -> str:
        """Nothing inside CREATE TABLE: it is made once the table is there."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Accept everything here; the database refuses."""

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """For migrations: the parts that were given."""
        given = {name: part for name, part in self.parts.items() if part}
        return f"{type(self).__module__}.{type(self).__qualname__}", (), {"name": self.name} | given

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Declared) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


class Trigger(_Declared):
    """A trigger on the model's table, with a function of the same name.

    ``on`` says when: "BEFORE UPDATE OR DELETE". ``body`` is PL/pgSQL, with ``declare`` for its
    variables. ``condition`` (over OLD and NEW) spares the call where nothing of interest changed.
    ``referencing`` names the changed rows and makes it once a statement, ``is_deferred`` once at
    the end of the transaction. ``table`` is for the table of a lower app that must not know of it.
    """

    def __init__(
        self,
        *,
        name: str,
        on: str,
        body: str,
        declare: str = "",
        condition: str = "",
        referencing: str = "",
        table: str = "",
        is_deferred: bool = False,
        is_once_a_statement: bool = False,
    ) -> None:
        super().__init__(
            name=name,
            on=on,
            body=dedent(body).strip(),
            declare=dedent(declare).strip(),
            condition=" ".join(condition.split()),
            referencing=referencing,
            table=table,
            is_deferred=is_deferred,
            is_once_a_statement=is_once_a_statement or bool(referencing),
        )

    def create_sql(self, model: type[Model] | None, schema_editor: Any) -> str:
        """The function, then the trigger."""
        parts = self.parts
        kind, timing, level = "TRIGGER", "", "ROW"
        if parts["is_deferred"]:
            kind, timing = "CONSTRAINT TRIGGER", " DEFERRABLE INITIALLY DEFERRED"
        if parts["is_once_a_statement"]:
            level = "STATEMENT"
        declare = f"DECLARE\n{parts['declare']}\n" if parts["declare"] else ""
        referencing = f" REFERENCING {parts['referencing']}" if parts["referencing"] else ""
        condition = f" WHEN ({parts['condition']})" if parts["condition"] else ""
        return (
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            f"{declare}BEGIN\n{parts['body']}\nEND $$;\n"
            f"CREATE {kind} {self.name} {parts['on']} ON {self._table(model)}"
            f"{timing}{referencing} FOR EACH {level}{condition}"
            f" EXECUTE FUNCTION {self.name}();"
        )

    def remove_sql(self, model: type[Model] | None, schema_editor: Any) -> str:
        """The trigger, then its function."""
        return f"DROP TRIGGER {self.name} ON {self._table(model)}; DROP FUNCTION {self.name}();"

    def _table(self, model: type[Model] | None) -> str:
        return str(self.parts["table"] or (model and model._meta.db_table))


class Function(_Declared):
    """A function that triggers or queries call: ``signature`` with names and types, ``options``
    with language and volatility.
    """

    def __init__(self, *, name: str, signature: str, returns: str, options: str, body: str) -> None:
        super().__init__(
            name=name,
            signature=" ".join(signature.split()),
            returns=" ".join(returns.split()),
            options=" ".join(options.split()),
            body=dedent(body).strip(),
        )

    def create_sql(self, model: type[Model] | None, schema_editor: Any) -> str:
        """The function."""
        parts = self.parts
        return (
            f"CREATE FUNCTION {self.name}({parts['signature']}) RETURNS {parts['returns']} "
            f"{parts['options']} AS $$\n{parts['body']}\n$$;"
        )

    def remove_sql(self, model: type[Model] | None, schema_editor: Any) -> str:
        """The function; its name is given once in the schema."""
        return f"DROP FUNCTION {self.name};"


def refusal(
    name: str, *, on: str, message: str, condition: str = "", values: str = "", declare: str = ""
) -> Trigger:
    """Refuse a change with IntegrityError; ``values`` fill the ``%`` of the message."""
    filled = f", {values}" if values else ""
    return Trigger(
        name=name,
        on=on,
        condition=condition,
        declare=declare,
        body=f"""
            RAISE EXCEPTION '{message}'{filled}
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        """,
    )


def append_only(name: str) -> Trigger:
    """Rows are added, never changed or deleted."""
    message = "rows of % are only added"
    return refusal(name, on="BEFORE UPDATE OR DELETE", message=message, values="TG_TABLE_NAME")


def never_deleted(name: str) -> Trigger:
    """Rows are added and changed, never deleted."""
    return refusal(
        name, on="BEFORE DELETE", message="rows of % are only added", values="TG_TABLE_NAME"
    )


def never_truncated(name: str) -> Trigger:
    """The table is not emptied as a whole, which no trigger for its rows would notice."""
    return Trigger(
        name=name,
        on="BEFORE TRUNCATE",
        is_once_a_statement=True,
        body="""
            RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        """,
    )


def fixed(name: str, *columns: str, message: str, once: str = "") -> Trigger:
    """Columns of a row keep their values, from the start or ``once`` this is true of the row."""
    old, new = (", ".join(f"{side}.{column}" for column in columns) for side in ("OLD", "NEW"))
    condition = f"({old}) IS DISTINCT FROM ({new})" + (f" AND {once}" if once else "")
    return refusal(name, on="BEFORE UPDATE", message=message, condition=condition)


def transitions(name: str, allowed: Mapping[Any, Set[Any]], *, what: str) -> Trigger:
    """The column ``status`` changes only along the model's ``TRANSITIONS`` table."""
    pairs = ", ".join(
        sorted(f"('{before}', '{after}')" for before in allowed for after in allowed[before])
    )
    return refusal(
        name,
        on="BEFORE UPDATE",
        condition=f"OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN ({pairs})",
        message=f"{what} does not go from % to %",
        values="OLD.status, NEW.status",
    )
