"""Every table declares which personal data it has (security PRI-3)."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from accounts.models import User
from accounts.privacy.personal_rows import holds_free_text, known_tables
from peerloop.kit.personal_data import Exempt, Table, declared

MODELS = {model._meta.label_lower: model for model in apps.get_models() if not model._meta.proxy}
TABLES = known_tables()


def paths(table: Table) -> set[str]:
    """All field paths of a declaration."""
    return {
        *(*table.owned, *table.participated, *table.not_exported, *table.by_address),
        *(*table.deleted, *table.blanked, *table.secret, *table.deleted_where),
    }


def field_of(model: type[models.Model], path: str) -> models.Field:
    """The last field of a path."""
    *before, last = path.split("__")
    for name in before:
        model = model._meta.get_field(name).related_model
    return model._meta.get_field("id" if last == "pk" else last)


def emptied(table: Table) -> set[str]:
    """Columns that erasure empties, for any member of the row."""
    return {column for columns in table.blanked.values() for column in columns}


def test_every_table_is_declared_and_every_declaration_has_a_table():
    labels = {config.label for config in apps.get_app_configs()}
    declarations = {name for name in declared() if name.split(".")[0] in labels}

    assert set(MODELS) - declarations == set(), "declare these in the app's personal_data.py"
    assert declarations - set(MODELS) == set(), "these are gone"
    assert all(entry.why for entry in declared().values() if isinstance(entry, Exempt))


def test_every_foreign_key_to_a_member_is_exported_or_has_a_reason():
    missing = []
    for table in TABLES:
        model = MODELS[table.model.lower()]
        told = {*table.owned, *table.participated, *table.not_exported}
        for field in model._meta.concrete_fields:
            is_pointer = field.is_relation and field.related_model is User
            if is_pointer and field.name not in told:
                missing.append(f"{table.model}.{field.name}")
    assert not missing


def test_exempt_tables_do_not_reference_members():
    for label, entry in declared().items():
        if isinstance(entry, Exempt):
            pointers = [f for f in MODELS[label]._meta.concrete_fields if f.related_model is User]
            assert not pointers, label


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model)
def test_declared_paths_and_columns_exist(table):
    model = MODELS[table.model.lower()]
    for path in paths(table):
        try:
            field_of(model, path)
        except FieldDoesNotExist:
            pytest.fail(f"{table.model} has no {path}")
    for column in emptied(table):
        assert holds_free_text(field_of(model, column)), column
    assert set(table.blanked_to) <= emptied(table)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model)
def test_free_text_is_erased_or_has_a_reason_to_stay(table):
    """A row is deleted when all its paths to the member lead to deletion."""
    model = MODELS[table.model.lower()]
    words = {field.name for field in model._meta.concrete_fields if holds_free_text(field)}
    goes = bool(table.owned) and set(table.owned) <= set(table.deleted) and not table.deleted_where
    goes = goes or (not table.owned and bool(table.deleted))
    left = set() if goes else words - emptied(table)

    assert not left or table.kept_because, f"{table.model}: say why {sorted(left)} may stay"
