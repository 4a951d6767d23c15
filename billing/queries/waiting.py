"""What waits for an admin in the queues of money."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from billing.models import Confirmation, Payout, RefundRequest
from peerloop.kit.counting import count_up_to
from peerloop.kit.formats import count_text


@dataclass(frozen=True, slots=True)
class Waiting:
    """One queue that is not empty."""

    words: str
    number: int
    url: str

    def __str__(self) -> str:
        return f"{self.words}: {count_text(self.number)}"


def waiting_for_admins() -> list[Waiting]:
    """The queues in which something waits; a statement each."""
    queues: list[tuple[str, QuerySet[Any], str, str]] = [
        (
            "Amounts above the limit to confirm",
            Confirmation.objects.filter(status=Confirmation.Status.WAITING),
            "admin:billing_confirmation_changelist",
            "?status__exact=waiting",
        ),
        (
            "Payouts to process",
            Payout.objects.filter(status=Payout.Status.PENDING),
            "admin:billing_payout_changelist",
            "?status__exact=pending",
        ),
        (
            "Payouts that failed",
            Payout.objects.filter(status=Payout.Status.FAILED),
            "admin:billing_payout_changelist",
            "?status__exact=failed",
        ),
        (
            "Refunds to decide on",
            RefundRequest.objects.filter(status=RefundRequest.Status.PENDING),
            "admin:billing_refundrequest_changelist",
            "?status__exact=pending",
        ),
        (
            "Refunds that failed",
            RefundRequest.objects.filter(status=RefundRequest.Status.FAILED),
            "admin:billing_refundrequest_changelist",
            "?status__exact=failed",
        ),
    ]
    found = [
        Waiting(words, count_up_to(rows), reverse(page) + query)
        for words, rows, page, query in queues
    ]
    return [one for one in found if one.number]
