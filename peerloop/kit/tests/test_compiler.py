"""Our compiler makes the SQL that Django's makes."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.backends.postgresql.compiler import SQLCompiler as Theirs
from django.db.models import Count, F

from peerloop.kit.postgresql.compiler import SQLCompiler as Ours


def sql_of(rows, compiler):
    return compiler(rows.query.chain(), connection, "default").as_sql()


def shapes_of(model):
    """Ways to select and order the rows of a model."""
    rows = model._default_manager.all()
    related = [field.name for field in model._meta.fields if field.is_relation][:3]
    joined = rows.select_related(*related) if related else rows
    yield rows
    yield joined.order_by("-pk")[:20]
    yield joined.order_by(*related, "-pk").distinct()
    yield rows.annotate(many_there=Count("pk")).order_by("-many_there", "pk")
    yield rows.annotate(same_key=F("pk")).order_by("same_key")
    yield rows.order_by(F("pk").desc(nulls_last=True))
    yield rows.order_by("?")
    yield rows.values("pk").order_by("-pk")
    yield rows.values_list("pk").union(rows.values_list("pk")).order_by("pk")
    yield rows.filter(pk__in=rows.order_by("-pk").values("pk")[:5]).reverse()


def test_each_model_is_selected_and_ordered_by_the_same_sql():
    different = [
        f"{model._meta.label}: {sql_of(rows, Ours)[0]}"
        for model in apps.get_models()
        for rows in shapes_of(model)
        if sql_of(rows, Ours) != sql_of(rows, Theirs)
    ]

    assert different == []


@pytest.mark.parametrize("order", ["-many_there", "many_there"])
def test_an_order_by_an_alias_points_at_what_is_selected(order):
    rows = get_user_model().objects.annotate(many_there=Count("pk")).order_by(order)

    assert sql_of(rows, Ours) == sql_of(rows, Theirs)


def test_the_compiler_is_in_use():
    assert isinstance(get_user_model().objects.all().query.get_compiler("default"), Ours)
