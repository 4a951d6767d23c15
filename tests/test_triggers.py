"""The triggers and functions of the database are those that the models declare (ADR 16)."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

from peerloop.kit.triggers import Function, Trigger

pytestmark = pytest.mark.django_db
TRIGGERS = """
SELECT tgname, tgrelid::regclass::text, proname FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid
WHERE NOT tgisinternal
"""
FUNCTIONS = """
SELECT proname, prosrc FROM pg_proc p
WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
"""


def declared() -> Iterator[tuple[str, Trigger | Function, str]]:
    """Name, declaration and table of each."""
    for model in apps.get_models():
        for one in model._meta.constraints:
            if isinstance(one, Trigger | Function):
                yield one.name, one, one.parts.get("table") or model._meta.db_table


def rows(statement: str) -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return set(cursor.fetchall())


def test_every_trigger_of_the_database_is_declared_by_a_model():
    known = {(name, table, name) for name, one, table in declared() if isinstance(one, Trigger)}
    assert known == rows(TRIGGERS)
    assert len(known) > 50


def test_every_function_of_the_database_is_as_its_model_declares_it():
    known = {(name, one.create_sql(None, None).split("$$")[1]) for name, one, _ in declared()}
    found = {(name, source) for name, source in rows(FUNCTIONS)}
    assert {name for name, _ in found} == {name for name, _ in known}
    for name, source in found:
        body = next(text for other, text in known if other == name)
        assert source == body, name
