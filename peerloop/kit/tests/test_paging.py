"""Pages of API lists (rule PLAT-3), over rows that are no table's."""

import pytest
from django.test import RequestFactory
from rest_framework.response import Response

from accounts.models import User
from peerloop.kit import paging
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import (
    ListEndpoint,
    OpenPaginator,
    Page,
    PageNumbers,
    page_links,
    page_of,
)
from tests.cast import a_member

pytestmark = pytest.mark.django_db


class Numbers(ListEndpoint):
    list_name = "numbers"
    permission_classes = []

    def get(self, request) -> Response:
        return self.get_paginated_response(self.paginate_queryset(list(range(120))))


def asked(endpoint: type[ListEndpoint], **query) -> Response:
    return endpoint.as_view()(RequestFactory().get("/", query))


def test_a_page_has_its_rows_its_number_and_the_total():
    assert asked(Numbers, page=2, limit=3).data == {"numbers": [3, 4, 5], "total": 120, "page": 2}


def test_a_page_has_twenty_rows_and_never_more_than_fifty():
    assert len(asked(Numbers).data["numbers"]) == PageNumbers.page_size == 20
    assert len(asked(Numbers, limit=1000).data["numbers"]) == 50


def test_a_page_past_the_end_is_empty():
    assert asked(Numbers, page=9).data == {"numbers": [], "total": 120, "page": 9}


def test_a_page_behind_five_thousand_rows_is_empty_and_says_the_total():
    class Many(Numbers):
        def get(self, request) -> Response:
            return self.get_paginated_response(self.paginate_queryset(list(range(6_000))))

    assert asked(Many, page=100, limit=50).data["numbers"][-1] == 4_999
    assert asked(Many, page=101, limit=50).data == {"numbers": [], "total": 6_000, "page": 101}


def test_rows_behind_five_thousand_are_not_asked_for(django_assert_num_queries):
    page = page_of({"page": "251"})
    with django_assert_num_queries(0):
        assert list(User.objects.order_by("pk")[page.start : page.stop]) == []


def test_pages_lead_to_rows_behind_those_that_are_counted(monkeypatch):
    first, second = a_member("first"), a_member("second")
    monkeypatch.setattr(paging, "count_up_to", lambda rows: 1)
    paginator = OpenPaginator(User.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk"), 1)

    assert len(paginator.page(2)) == 1
    assert paginator.count == 1


def test_links_lead_to_no_page_behind_five_thousand_rows():
    assert page_links(20_000, Page(1, 20)).paginator.num_pages == 250


@pytest.mark.parametrize("limit", [51, 1000, 10_001, 2_000_000_000])
def test_every_limit_over_fifty_counts_as_fifty(limit):
    assert len(asked(Numbers, limit=limit).data["numbers"]) == 50


@pytest.mark.parametrize("name", ["page", "limit"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "\N{ARABIC-INDIC DIGIT FOUR}", "9" * 30])
def test_what_is_no_number_of_a_page_is_refused_naming_the_field(name, value):
    answer = asked(Numbers, **{name: value})

    assert answer.status_code == 400
    assert list(answer.data["fields"]) == [name]


def test_a_total_is_counted_up_to_its_limit():
    for name in ("Ann", "Ben", "Cyd"):
        a_member(name)

    assert count_up_to(User.objects.order_by("name")) == 3
    assert count_up_to(User.objects.order_by("name"), most=2) == 2
