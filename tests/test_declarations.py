"""What apps declare: every registry is walked, so an incomplete declaration fails here."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from celery import current_app
from django.db import connection

from peerloop import wiring
from peerloop.kit import invariants, sweeps


def modules() -> list[tuple[str, set[str]]]:
    """Each declaring module that an app has, and the names that may stand in it."""
    names: dict[str, set[str]] = {}
    for module, name, _ in wiring.DECLARED:
        names.setdefault(module, set()).add(name)
    paths = [(f"{app}.{module}", known) for app in wiring.APPS for module, known in names.items()]
    return [(path, known) for path, known in paths if find_spec(path)]


@pytest.mark.parametrize(("path", "names"), modules())
def test_a_declaring_module_declares_something(path: str, names: set[str]) -> None:
    module = import_module(path)
    assert any(getattr(module, name, ()) for name in names), f"{path} has none of {names}"


def test_binding_twice_binds_once() -> None:
    before = [len(registry()) for registry in (invariants.declared, sweeps.declared)]
    wiring.bind()
    assert [len(registry()) for registry in (invariants.declared, sweeps.declared)] == before


def test_every_sweep_is_a_task_that_runs_more_than_now_and_then() -> None:
    names = [sweep.task_name for sweep in sweeps.declared()]
    assert set(names) <= set(current_app.tasks)
    assert len(names) == len(set(names))
    assert all(0 < sweep.seconds <= 86_400 for sweep in sweeps.declared())


def test_beat_has_every_sweep_on_its_table() -> None:
    from peerloop.celery import app

    assert {sweep.task_name for sweep in sweeps.declared()} <= set(app.conf.beat_schedule)


@pytest.mark.django_db
@pytest.mark.parametrize("invariant", invariants.declared(), ids=lambda one: one.rule)
def test_an_invariant_has_a_number_a_rule_and_a_statement_that_runs(
    invariant: invariants.Invariant,
) -> None:
    assert invariant.number
    assert invariant.rule
    if isinstance(invariant.broken, str):
        with connection.cursor() as cursor:
            cursor.execute(invariant.broken)
            assert len(cursor.description) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "recount",
    [one.recount for one in invariants.declared() if one.recount],
    ids=lambda one: f"{one.table}.{one.column}",
)
def test_a_counter_can_be_counted_anew(recount: invariants.Recount) -> None:
    with connection.cursor() as cursor:
        cursor.execute(recount.update, ["00000000-0000-0000-0000-000000000000"])
        assert cursor.rowcount == 0
