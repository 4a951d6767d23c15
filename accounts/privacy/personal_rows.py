"""A member's rows in every declared table: exported, deleted or blanked (security PRI-3)."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.postgresql.psycopg_any import Range
from django.db.models import Q

from accounts.models import User
from peerloop.kit.batches import in_batches
from peerloop.kit.personal_data import Table, declared

# Rows read from the database at once.
CHUNK = 1_000


def known_tables() -> list[Table]:
    """The declared tables that are installed, in order."""
    installed = {model._meta.label_lower for model in apps.get_models()}
    return [
        table
        for label, table in declared().items()
        if isinstance(table, Table) and label in installed
    ]


def model_of(table: Table) -> type[models.Model]:
    """The table's model."""
    return apps.get_model(table.model)


def exported_rows(table: Table, user: User) -> Iterator[dict[str, Any]]:
    """The member's rows as JSON values; rows of others without free text."""
    model = model_of(table)
    own = _pointing(table.owned, user.pk) | _pointing(table.by_address, user.email)
    if own:
        yield from _exported(model, own, _columns(model, table.secret, with_free_text=True))
    if not table.participated:
        return
    part = _pointing(table.participated, user.pk)
    rest = ~own if own else Q()
    for row in _exported(model, part & rest, _columns(model, table.secret, with_free_text=False)):
        yield {"your_part": "you acted, or it is about you beside others", **row}


def delete_rows(table: Table, *, user_id: Any, email: str) -> int:
    """Delete the rows that the declaration names, in batches; how many. Safe to repeat."""
    owned = [path for path in table.deleted if path not in table.by_address]
    addressed = [path for path in table.deleted if path in table.by_address]
    wanted = _pointing(owned, user_id) | _pointing(addressed, email)
    if not wanted:
        return 0
    rows = _manager(model_of(table)).filter(wanted, **table.deleted_where)
    return in_batches(rows, lambda batch: batch.delete())


def blank_columns(table: Table, *, user_id: Any) -> None:
    """Blank the declared columns of free text. Safe to repeat."""
    model = model_of(table)
    for path, columns in table.blanked.items():
        for column in columns:
            empty = _empty_value(model, column)
            left = table.blanked_to.get(column, empty)
            rows = _manager(model).filter(**{path: user_id}).exclude(**_is(column, empty))
            in_batches(
                rows.exclude(**_is(column, left)),
                lambda batch, column=column, left=left: batch.update(**{column: left}),
            )


def holds_free_text(field: "models.Field[Any, Any]") -> bool:
    """Whether people, or programs for them, write free text into it."""
    if isinstance(field, models.JSONField):
        return True
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def _manager(model: Any) -> Any:
    return model._default_manager


def _pointing(paths: Any, value: Any) -> Q:
    found = Q()
    for path in paths:
        found |= Q(**{path: value})
    return found


def _is(column: str, value: Any) -> dict[str, Any]:
    return {f"{column}__isnull": True} if value is None else {column: value}


def _empty_value(model: type[models.Model], column: str) -> Any:
    field: Any = model._meta.get_field(column)
    if field.null:
        return None
    return field.default() if isinstance(field, models.JSONField) else ""


def _columns(model: type[models.Model], secret: Any, *, with_free_text: bool) -> dict[str, str]:
    """Name in the export -> lookup. People are given by id and name."""
    columns = {}
    for field in model._meta.concrete_fields:
        if field.name in secret or isinstance(field, models.BinaryField):
            continue
        is_person = field.is_relation and field.related_model is User
        if with_free_text or not (is_person or holds_free_text(field)):
            columns[field.name] = field.attname
            if is_person:
                columns[f"{field.name}_name"] = f"{field.name}__name"
    return columns


def _exported(model: Any, wanted: Q, columns: dict[str, str]) -> Iterator[dict[str, Any]]:
    rows = _manager(model).filter(wanted).order_by("pk")
    for values in rows.values_list(*columns.values()).iterator(chunk_size=CHUNK):
        yield {
            name: _plain(value)
            for name, value in zip(columns, values, strict=True)
            if not (name.endswith("_name") and value is None)
        }


def _plain(value: Any) -> Any:
    """A value that JSON knows."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, Range):
        return {"from": _plain(value.lower), "until": _plain(value.upper)}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)
