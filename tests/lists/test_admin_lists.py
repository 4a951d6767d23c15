"""The cost of every admin list is independent of the number of rows."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.identity import middleware
from accounts.models import User
from bench import growth_world
from billing.models import PaymentSplit
from learning.models import Certificate, Enrollment
from peerloop.kit import admin_search
from peerloop.kit.admin_lists import ListAdmin
from tests.cast import a_course, a_member, an_enrollment, browse

pytestmark = pytest.mark.django_db
PAGES = list(admin.site._registry.items())
ROWS = 120
# Types of which a filter knows the values.
KNOWN = {"BooleanField"}
# Of these there are never many.
FEW_ROWS = {"catalog.Category"}


def address_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def ada(monkeypatch: pytest.MonkeyPatch) -> Any:
    # A visit is noted once a minute, which a walk through all lists may take.
    monkeypatch.setattr(middleware, "STAFF_NOTE", 3_600)
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
    # A filter on values that nobody names would read all rows.
    plain = [one for one in page.list_filter if isinstance(one, str)]
    fields = [model._meta.get_field(name) for name in plain]
    chosen = [f for f in fields if f.choices or f.is_relation or f.get_internal_type() in KNOWN]
    assert [f.name for f in fields if f not in chosen] == []


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


def test_every_text_that_a_list_searches_has_an_index():
    without = []
    for model, page in PAGES:
        for field in page.search_fields:
            path, name, lookup = admin_search.parts_of(model, field)
            target = admin_search.reached(model, path.split("__") if path else [])
            if target._meta.label not in FEW_ROWS and not _is_served(target, name, lookup):
                without.append(f"{model._meta.label}: {field}")

    assert without == []


def _is_served(model: Any, name: str, lookup: str) -> bool:
    indexes = model._meta.concrete_model._meta.indexes
    column = model._meta.get_field(name)
    if lookup == "exact":
        first = [index.fields[0] for index in indexes if index.fields and not index.condition]
        return column.unique or name in first
    trigrams = [one for one in indexes if [*one.opclasses] == ["gin_trgm_ops"]]
    return lookup == "ilike" and [name] in [one.fields for one in trigrams]


@pytest.fixture
def annas() -> list[Enrollment]:
    """Anna Berg, who learns watercolour, and Anna Tal."""
    found = []
    for name, title in (("Anna Berg", "Watercolour"), ("Anna Tal", "Clay")):
        found.append(an_enrollment(a_member(name), a_course(title=title)))
    return found


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("anna", [0, 1]),
        ("TAL anna", [1]),
        ('"anna b"', [0]),
        ("watercol", [0]),
        ("%", []),
        ("nobody", []),
        ("", [0, 1]),
    ],
)
def test_rows_are_found_by_words_of_their_member_or_course(annas, words, places):
    assert found_by(Enrollment, words) == {str(annas[place].pk) for place in places}


def found_by(model: Any, words: str) -> set[str]:
    ada = browse(a_member("Ada Admin", is_admin=True))
    answer = ada.get(address_of(model), {"q": words})
    assert answer.status_code == 200
    return {str(row.pk) for row in answer.context["cl"].result_list}


def test_a_row_is_found_by_its_own_id_written_out(annas):
    row = Certificate.objects.create(
        user=annas[0].student,
        course=annas[0].course,
        enrollment=annas[0],
        type="completion",
        code="ABCD2345",
    )
    assert found_by(Certificate, "ABCD2345") == {str(row.pk)}
    assert found_by(Certificate, "ABCD") == set()


def test_of_a_word_that_many_members_have_the_newest_are_looked_up(annas, monkeypatch):
    monkeypatch.setattr(admin_search, "MAX_MATCHES", 1)
    assert found_by(Enrollment, "anna") == {str(annas[1].pk)}


def test_shares_are_found_by_the_student_of_their_payment():
    growth_world.fill(ROWS)
    student = PaymentSplit.objects.latest("pk").transaction.student
    User.objects.filter(pk=student.pk).update(name="Zacharias Quist")
    shares = set(
        PaymentSplit.objects.filter(transaction__student=student).values_list("pk", flat=True)
    )

    assert shares
    assert shares <= {UUID(key) for key in found_by(PaymentSplit, "zacharias")}
