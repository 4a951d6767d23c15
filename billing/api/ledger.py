"""A member's own ledger over the API: /earnings/ledger."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing import access
from billing.queries.member_ledger import FIRST_YEAR, KINDS, LAST_YEAR, LedgerLines, ledger_year
from peerloop.kit import clock
from peerloop.kit.inputs import Whole
from peerloop.kit.paging import ListEndpoint, PageQuery


class LedgerQuery(PageQuery):
    """Which lines."""

    year = Whole(
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR - 1,
        required=False,
        help_text="In UTC; this year without it.",
    )


class LedgerLineOut(serializers.Serializer[Any]):
    """One line, with the product rule and the row behind it."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=sorted(KINDS))
    rule = serializers.CharField()
    amount_cents = serializers.IntegerField()
    balance_cents = serializers.IntegerField(help_text="After this line.")
    course_title = serializers.CharField(allow_blank=True)
    student_name = serializers.CharField(allow_blank=True)
    session_no = serializers.IntegerField(source="part_no", allow_null=True)
    source_id = serializers.UUIDField()


class LedgerOut(serializers.Serializer[Any]):
    """A page of a year, newest first, and what all lines of that year add up to."""

    lines = LedgerLineOut(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    year = serializers.IntegerField()
    opening_cents = serializers.IntegerField()
    earned_cents = serializers.IntegerField()
    back_cents = serializers.IntegerField()
    corrected_cents = serializers.IntegerField()
    sent_cents = serializers.IntegerField()
    closing_cents = serializers.IntegerField()


class LedgerEndpoint(ListEndpoint):
    """GET /earnings/ledger."""

    list_name = "lines"

    @extend_schema(
        operation_id="earnings_ledger",
        responses=LedgerOut,
        parameters=[LedgerQuery],
        tags=["pay"],
    )
    def get(self, request: Request) -> Response:
        """Every amount earned, gone back or sent in a year, with the balance after it."""
        user = access.earning(request.user)
        asked = self.query(LedgerQuery)
        sums = ledger_year(user, asked.get("year") or clock.now().year)
        lines: Any = LedgerLines(user, sums)
        rows: Any = self.paginate_queryset(lines)
        answer = self.get_paginated_response(LedgerLineOut(rows, many=True).data)
        answer.data.update(
            year=sums.year,
            opening_cents=sums.opening_cents,
            earned_cents=sums.earned_cents,
            back_cents=sums.back_cents,
            corrected_cents=sums.corrected_cents,
            sent_cents=sums.sent_cents,
            closing_cents=sums.closing_cents,
        )
        return answer
