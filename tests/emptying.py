"""Tests with transactions empty all tables at their end, also those that refuse to be emptied."""

from typing import Any

from django.apps import apps

from peerloop.kit.postgresql.base import DatabaseOperations
from peerloop.kit.triggers import Trigger


def empty_guarded_tables_too() -> None:
    """Let Django's flush switch the triggers against TRUNCATE off and on again."""
    flush = DatabaseOperations.sql_flush

    def sql_flush(self: Any, *arguments: Any, **options: Any) -> list[str]:
        statements: list[str] = flush(self, *arguments, **options)
        if not statements:
            return []
        guards = [f"{table} {{}} TRIGGER {name}" for table, name in _guards()]
        return [
            *(f"ALTER TABLE {guard.format('DISABLE')}" for guard in guards),
            *statements,
            *(f"ALTER TABLE {guard.format('ENABLE')}" for guard in guards),
        ]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]


def _guards() -> list[tuple[str, str]]:
    return [
        (model._meta.db_table, one.name)
        for model in apps.get_models()
        for one in model._meta.constraints
        if isinstance(one, Trigger) and one.parts["on"] == "BEFORE TRUNCATE"
    ]
