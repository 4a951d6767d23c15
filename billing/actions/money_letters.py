"""What people are told about money that goes out or back: a notice each, and a mail (rules 25)."""

from datetime import datetime

from accounts.models import User
from accounts.notifications.notify import notify_in_words as notify
from billing.models import (
    BalanceAdjustment,
    CardDispute,
    PaymentSplit,
    Payout,
    Refund,
    RefundFailure,
    RefundRequest,
    Transaction,
)
from learning.models import Enrollment
from peerloop.kit.formats import money_text

PAYOUTS = "/admin/billing/payout/"
REFUNDS = "/admin/billing/refundrequest/"
DISPUTES = "/admin/billing/carddispute/"


def admins() -> list[User]:
    """Everybody who decides about money."""
    return list(User.objects.active().filter(is_admin=True))


def _payout_amount(payout: Payout) -> str:
    return money_text(payout.amount_cents, payout.currency)


def tell_payout_requested(*, payout: Payout, at: datetime) -> None:
    """Admins: somebody asked for their earnings."""
    amount, name = _payout_amount(payout), payout.recipient.name
    notify(
        people=admins(),
        kind="payout",
        title=f"{name} asked for a payout of {amount}",
        body="It waits for an admin to process it.",
        url=PAYOUTS,
        dedupe_key=f"payout-requested:{payout.pk}:{payout.attempt}",
        email="payout-requested",
        context={"name": name, "amount": amount},
        at=at,
    )


def tell_payout_complete(*, payout: Payout, at: datetime) -> None:
    """The recipient: the money is on its way."""
    amount = _payout_amount(payout)
    notify(
        people=[payout.recipient],
        kind="payout",
        title=f"{amount} is on its way to you",
        body="Your payout account sends it on to your bank.",
        url="/earnings",
        dedupe_key=f"payout-complete:{payout.pk}",
        email="payout-complete",
        context={"amount": amount, "number": str(payout.pk)},
        at=at,
    )


def tell_payout_failed(*, payout: Payout, reason: str, at: datetime) -> None:
    """The recipient and the admins: the provider refused, nothing is lost."""
    amount = _payout_amount(payout)
    notify(
        people=[payout.recipient],
        kind="payout",
        title=f"Your payout of {amount} could not be sent",
        body="The money is back in your earnings. Look at your payout account, then ask again.",
        url="/settings/payouts",
        dedupe_key=f"payout-failed:{payout.pk}:{payout.attempt}",
        email="payout-failed",
        context={"amount": amount, "reason": reason[:500]},
        at=at,
    )
    notify(
        people=admins(),
        kind="payout",
        title=f"The payout of {amount} to {payout.recipient.name} was refused",
        body=reason,
        url=PAYOUTS,
        dedupe_key=f"payout-refused:{payout.pk}:{payout.attempt}",
        at=at,
    )


def tell_payout_cancelled(*, payout: Payout, reason: str, at: datetime) -> None:
    """The recipient: the payout was taken back by somebody else."""
    notify(
        people=[payout.recipient],
        kind="payout",
        title=f"Your payout of {_payout_amount(payout)} was cancelled",
        body=f"{reason}. What is not concerned can be asked for again at once.",
        url="/earnings",
        dedupe_key=f"payout-cancelled:{payout.pk}",
        at=at,
    )


def tell_adjusted(*, adjustment: BalanceAdjustment, at: datetime) -> None:
    """The member: an admin took from their balance, or added to it (rule REF-10)."""
    if adjustment.recipient is None:
        return
    amount = money_text(abs(adjustment.amount_cents))
    taken = adjustment.amount_cents < 0
    objection = " You can object within 14 days: write to support." if taken else ""
    notify(
        people=[adjustment.recipient],
        kind="payout",
        title=f"{amount} was {'taken from' if taken else 'added to'} your balance",
        body=f"{adjustment.note}{objection}",
        url="/earnings",
        dedupe_key=f"balance-adjusted:{adjustment.pk}",
        at=at,
    )


def tell_bank_refused(*, user: User, amount: str, reason: str, key: str, at: datetime) -> None:
    """A member whose bank did not take what the payout account sent on."""
    notify(
        people=[user],
        kind="payout",
        title=f"Your bank did not accept {amount}",
        body="The money is in your payout account. Look at the bank details there.",
        url="/settings/payouts",
        dedupe_key=f"bank-refused:{key}"[:200],
        email="payout-account-action",
        context={
            "reason": f"Your bank did not accept {amount} from your payout account"
            f"{f': {reason}' if reason else ''}. The money is still in that account."
        },
        at=at,
    )


def tell_flagged(*, split: PaymentSplit, by: User, reason: str, at: datetime) -> None:
    """Admins: a creator objects to what a session of theirs earned (rule ESC-4)."""
    course = split.transaction.course.title
    notify(
        people=admins(),
        kind="payout",
        title=f"{by.name} asks to look at session {split.part_no} of {course}",
        body=reason,
        url="/admin/billing/paymentsplit/?status__exact=frozen",
        dedupe_key=f"split-flagged:{split.transaction_id}:{split.part_no}:{at.isoformat()}",
        at=at,
    )


def tell_refund_requested(*, request: RefundRequest, enrollment: Enrollment, at: datetime) -> None:
    """Admins have 72 hours to look; the student hears what comes back."""
    amount = money_text(request.policy_cents, request.transaction.currency)
    course, student = enrollment.course.title, enrollment.student
    notify(
        people=admins(),
        kind="refund",
        title=f"{amount} goes back to {student.name}",
        body=f"They left {course}. Approved by itself if nobody looks.",
        url=REFUNDS,
        dedupe_key=f"refund-requested:{request.pk}",
        email="refund-requested",
        context={
            "amount": amount,
            "course": course,
            "name": student.name,
            "reason": request.reason,
        },
        at=at,
    )
    notify(
        people=[student],
        kind="refund",
        title=f"{amount} comes back to you",
        body="Approved within 72 hours; then your bank needs a few days.",
        url="/learn",
        dedupe_key=f"refund-due:{request.pk}",
        at=at,
    )


def tell_refund_processed(*, payment: Transaction, refund: Refund, at: datetime) -> None:
    """The student: the money left us."""
    amount = money_text(refund.amount_cents, payment.currency)
    notify(
        people=[payment.payer],
        kind="refund",
        title=f"{amount} was sent back to you",
        body="Your bank needs a few days to show it.",
        url="/learn",
        dedupe_key=f"refund-processed:{refund.pk}",
        email="refund-processed",
        context={"amount": amount, "course": payment.course.title, "number": str(refund.pk)},
        at=at,
    )


def tell_refund_refused(*, request: RefundRequest, reason: str, at: datetime) -> None:
    """Admins: the provider does not make this refund."""
    notify(
        people=admins(),
        kind="refund",
        title="A refund was refused by the payment provider",
        body=reason,
        url=REFUNDS,
        dedupe_key=f"refund-refused:{request.pk}:{request.attempt}",
        at=at,
    )


def tell_refund_came_back(*, failure: RefundFailure, at: datetime) -> None:
    """Admins: a refund that went out did not reach the payer; they have to be paid another way."""
    payment = failure.transaction
    amount = money_text(failure.amount_cents, payment.currency)
    notify(
        people=admins(),
        kind="refund",
        title=f"A refund of {amount} came back: {payment.payer.name} is not paid yet",
        body="Send it again, or agree on another way with the student.",
        url="/admin/billing/refundfailure/",
        dedupe_key=f"refund-came-back:{failure.pk}",
        at=at,
    )


def tell_doubt(*, title: str, body: str, key: str, url: str = "/admin/", at: datetime) -> None:
    """Admins: the provider says something that our books can't explain; a person has to look."""
    notify(people=admins(), kind="payment", title=title, body=body, url=url, dedupe_key=key, at=at)


def tell_dispute_opened(*, dispute: CardDispute, at: datetime) -> None:
    """Admins: a payer's bank took the money back, or asks before it does."""
    facts = _dispute_facts(dispute)
    asks = "A bank asks about" if dispute.is_inquiry else "A bank took back"
    notify(
        people=admins(),
        kind="dispute",
        title=f"{asks} {facts['amount']} for {facts['course']}",
        body="Answer it in the payment provider's dashboard before its deadline.",
        url=DISPUTES,
        dedupe_key=f"dispute-opened:{dispute.pk}:{'asked' if dispute.is_inquiry else 'taken'}",
        email=None if dispute.is_inquiry else "dispute-opened",
        context=facts,
        at=at,
    )


def tell_dispute_closed(*, dispute: CardDispute, at: datetime) -> None:
    """Admins: how it ended."""
    facts = _dispute_facts(dispute)
    lost = dispute.status == CardDispute.LOST
    notify(
        people=admins(),
        kind="dispute",
        title=f"The dispute over {facts['amount']} for {facts['course']} was "
        f"{'lost' if lost else 'settled in our favour'}",
        body="The enrollment ended." if lost else "The enrollment goes on.",
        url=DISPUTES,
        dedupe_key=f"dispute-closed:{dispute.pk}",
        email="dispute-closed",
        context={**facts, "is_lost": lost},
        at=at,
    )


def _dispute_facts(dispute: CardDispute) -> dict[str, str]:
    payment = dispute.transaction
    return {
        "amount": money_text(dispute.amount_cents, payment.currency),
        "course": payment.course.title,
        "name": payment.payer.name,
        "reason": dispute.reason.replace("_", " "),
        "number": dispute.stripe_dispute_id,
    }
