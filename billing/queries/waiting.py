"""What waits for an admin in the queues of money."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from billing.models import Payout, RefundRequest
from peerloop.kit.counting import count_up_to
from peerloop.kit.formats import count_text


@dataclass(frozen=True, slots=True)
class Waiting:
    """One queue that is not empty."""

    words: str
    number: int
    url: str

    def __str__(self) -> str:
        return f"{count_text(self.number)} {self.words}{'' if self.number == 1 else 's'}"


def waiting_for_admins() -> list[Waiting]:
    """The queues in which something waits; a statement each."""
    queues: list[tuple[str, QuerySet[Payout] | QuerySet[RefundRequest], str, str]] = [
        (
            "payout",
            Payout.objects.filter(status=Payout.Status.PENDING),
            "admin:billing_payout_changelist",
            "?status__exact=pending",
        ),
        (
            "failed payout",
            Payout.objects.filter(status=Payout.Status.FAILED),
            "admin:billing_payout_changelist",
            "?status__exact=failed",
        ),
        (
            "refund request",
            RefundRequest.objects.filter(status=RefundRequest.Status.PENDING),
            "admin:billing_refundrequest_changelist",
            "?status__exact=pending",
        ),
        (
            "failed refund",
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
