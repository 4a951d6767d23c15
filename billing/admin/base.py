"""What the admin pages of money share: amounts in words, rows behind a sum, pages that ask."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.audit.admin_pages import ReadOnlyAdmin
from billing.models import Hold, PaymentSplit
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Refused

MOST_CENTS = 10**9


class MoneyAdmin(ReadOnlyAdmin):
    """Rows of money: nothing is edited by hand."""

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        """A page of ours inside the admin site."""
        frame = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.model._meta,
            **context,
        }
        return TemplateResponse(request, f"admin/billing/{template}.html", frame)


class SplitInline(admin.TabularInline):
    """The rows behind a payment or payout."""

    model = PaymentSplit
    fk_name = "transaction"
    fields = readonly_fields = (
        "part_no",
        "share",
        "recipient",
        "amount_cents",
        "status",
        "session",
        "releasable_at",
        "flagged_reason",
    )
    extra = 0
    can_delete = False
    ordering = ["part_no", "share"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentSplit]:
        """With the words of the last flag."""
        return super().get_queryset(request).annotate(flag_words=flag_words(Q()))

    def flagged_reason(self, split: Any) -> str:
        """The creator's words, also once the flag is cleared."""
        return split.flag_words or ""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


def flag_words(which: Q) -> Subquery:
    """The words of a split's last flag among ``which``; an annotation."""
    flags = Hold.objects.filter(which, split=OuterRef("pk"), cause=Hold.Cause.FLAG)
    return Subquery(flags.order_by("-placed_at").values("reason")[:1])


def amount_field(**named: Any) -> forms.DecimalField:
    """Dollars with two places, as a person types them."""
    return forms.DecimalField(
        decimal_places=2, max_digits=12, max_value=Decimal(MOST_CENTS) / 100, **named
    )


def cents_of(amount: Decimal) -> int:
    """Dollars of a form as cents; the form allows two places only."""
    return int(amount * 100)


def in_words(cents: int | None, currency: str = "usd") -> str:
    """An amount in a list; a dash where there is none."""
    return "-" if cents is None else money_text(cents, currency)


def attempt(request: HttpRequest, name: str, act: Callable[[], object]) -> bool:
    """Do it and say how it went; a refusal is an answer and stops nothing else."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, f"{name}: {refusal.message}")
        return False
    return True
