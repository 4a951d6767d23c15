"""The cost of every admin list is independent of the number of rows."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from bench import growth_world
from peerloop.kit.admin_lists import ListAdmin
from tests.cast import browse

pytestmark = pytest.mark.django_db
PAGES = list(admin.site._registry.items())
ROWS = 120


def address_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def ada() -> Any:
    growth_world.fill(ROWS)
    return browse(User.objects.get(pk=growth_world.key("users", growth_world.ADA)))


@pytest.mark.parametrize(("model", "page"), PAGES, ids=[str(m._meta.label) for m, _ in PAGES])
def test_every_list_has_the_base_class_without_counts(model, page):
    assert isinstance(page, ListAdmin)
    assert page.show_full_result_count is False
    assert page.date_hierarchy is None
    assert page.list_select_related is not True
    reading = (admin.AllValuesFieldListFilter, admin.RelatedOnlyFieldListFilter)
    assert not [one for one in page.list_filter if isinstance(one, tuple) and one[1] in reading]
    # A filter on text without choices would read all rows.
    plain = [one for one in page.list_filter if isinstance(one, str)]
    fields = [model._meta.get_field(name) for name in plain]
    texts = ("CharField", "TextField")
    assert not [f.name for f in fields if f.get_internal_type() in texts and not f.choices]


def test_the_order_of_each_list_has_an_index(ada):
    sorted_ones = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("ANALYZE")
    for model, _ in PAGES:
        answer = ada.get(address_of(model))
        rows = answer.context["cl"].queryset.values("pk")[:20]
        if re.search(r"(?<!Incremental )Sort +\(cost", rows.explain()):
            sorted_ones.append(model._meta.label)

    assert sorted_ones == []


def test_a_list_needs_as_many_statements_for_a_hundred_rows_as_for_one(ada, monkeypatch):
    grown = {}
    for model, page in PAGES:
        seen = []
        for rows in (1, 20, 100):
            monkeypatch.setattr(page, "list_per_page", rows)
            with CaptureQueriesContext(connection) as statements:
                answer = ada.get(address_of(model))
            assert answer.status_code == 200
            seen.append(len(statements))
        if len(set(seen)) > 1:
            grown[model._meta.label] = seen

    assert grown == {}
