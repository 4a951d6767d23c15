"""Every registry of declarations is checked, so an incomplete declaration fails here."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.urls import URLResolver, get_resolver

from accounts.files import purposes
from accounts.models import File
from accounts.notifications import kinds
from accounts.notifications.mail.preview import VARIANTS
from peerloop import wiring
from peerloop.kit import (
    demo,
    invariants,
    navigation,
    personal_data,
    reportable,
    roles,
    sweeps,
)


def modules() -> list[tuple[str, list[str]]]:
    """Each declaring module of an app, and the names it may contain."""
    names: dict[str, list[str]] = {}
    for module, name, _ in wiring.DECLARED:
        names.setdefault(module, []).append(name)
    paths = [(f"{app}.{module}", known) for app in wiring.APPS for module, known in names.items()]
    # This package implements files; it is not a declaration of their purposes.
    return [(path, known) for path, known in paths if path != "accounts.files" and find_spec(path)]


@pytest.mark.parametrize(("path", "names"), modules(), ids=str)
def test_a_declaring_module_declares_something(path: str, names: list[str]) -> None:
    found = vars(import_module(path))
    if names == [""]:
        assert any(isinstance(value, kinds.Kind | kinds.Mail) for value in found.values())
    else:
        assert any(found.get(name) for name in names), f"{path} has none of {names}"


def test_binding_twice_binds_once() -> None:
    registries = (
        navigation.declared,
        roles.declared_roles,
        kinds.declared_kinds,
        kinds.declared_mails,
        personal_data.declared,
        purposes.declared,
        reportable.declared,
        invariants.declared,
        sweeps.declared,
        demo.declared,
    )
    before = [len(registry()) for registry in registries]
    assert all(before)
    wiring.bind()
    assert [len(registry()) for registry in registries] == before


@pytest.mark.parametrize("purpose", File.Purpose)
def test_every_file_purpose_has_its_rules(purpose: str) -> None:
    rules = purposes.rules_of(purpose)
    assert rules.words
    assert rules.accept
    assert rules.cut.widths


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("kind", kinds.declared_kinds(), ids=lambda kind: kind.name)
def test_a_notification_kind_renders_with_its_sample(kind: kinds.Kind, variant: str) -> None:
    title, body = kind.words(kind.sample.values(variant))
    assert 0 < len(title) <= 200
    assert len(body) <= 500
    assert "{" not in title + body


@pytest.mark.parametrize("kind", kinds.declared_kinds(), ids=lambda kind: kind.name)
def test_a_notification_kind_links_to_an_existing_page(kind: kinds.Kind) -> None:
    assert not kind.page or kind.page in page_names()


@pytest.mark.parametrize("kind", kinds.declared_kinds(), ids=lambda kind: kind.name)
def test_a_bundled_kind_has_a_text_for_several(kind: kinds.Kind) -> None:
    assert bool(kind.bundle_minutes) == bool(kind.several)


@cache
def page_names() -> set[str]:
    """The URL names of all pages, those of the admin site with their namespace."""
    found: set[str] = set()

    def walk(patterns: list[Any], prefix: str) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                walk(one.url_patterns, f"{one.namespace}:" if one.namespace else prefix)
            elif one.name:
                found.add(prefix + one.name)

    walk(get_resolver().url_patterns, "")
    return found


def test_every_sweep_is_a_task_that_runs_at_least_daily() -> None:
    names = [sweep.task_name for sweep in sweeps.declared()]
    assert set(names) <= set(current_app.tasks)
    assert len(names) == len(set(names))
    assert all(0 < sweep.seconds <= 86_400 for sweep in sweeps.declared())


def test_beat_schedules_every_sweep() -> None:
    from peerloop.celery import app

    assert {sweep.task_name for sweep in sweeps.declared()} <= set(app.conf.beat_schedule)


@pytest.mark.parametrize("app", [app for app in wiring.APPS if find_spec(f"{app}.demo")])
def test_an_app_declares_its_own_steps_of_the_demo(app: str) -> None:
    for step in import_module(f"{app}.demo").DEMO:
        assert step in demo.declared()
        assert f"{step.run.__module__}.".startswith(f"{app}.demo.")


def test_a_seed_runs_the_lowest_layer_first_in_each_stage() -> None:
    def layer_of(step: demo.DemoStep) -> int:
        inside = [app for app in wiring.APPS if step.run.__module__.startswith(f"{app}.")]
        return wiring.APPS.index(inside[0])

    layers = [(step.stage, layer_of(step)) for step in demo.declared()]
    assert layers == sorted(layers)


@pytest.mark.django_db
@pytest.mark.parametrize("invariant", invariants.declared(), ids=lambda one: one.rule)
def test_an_invariant_has_a_number_a_rule_and_valid_sql(
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
def test_a_counter_can_be_recounted(recount: invariants.Recount) -> None:
    with connection.cursor() as cursor:
        cursor.execute(recount.update, ["00000000-0000-0000-0000-000000000000"])
        assert cursor.rowcount == 0
