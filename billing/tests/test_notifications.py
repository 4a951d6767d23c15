"""Every mail about money can be written; the month is told once."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Email
from accounts.notifications.mail.composing import rendered
from billing.actions.payout_batches import process_waiting
from billing.actions.payout_processing import process_payout
from billing.actions.refund_sending import send_refund
from billing.actions.refunds import approve_refund, cancel_enrollment
from billing.actions.summaries import send_monthly_summary
from billing.models import Transaction
from billing.providers import local_console
from billing.providers.base import Rejected
from billing.queries import summary_of_month
from billing.tests.money_stage import (
    ada,
    ask,
    earned,
    faulty,
    hold,
    paid_enrollment,
    payment_of,
)
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden
from tests.cast import a_member

pytestmark = pytest.mark.django_db
OURS = {
    "payout-requested",
    "payout-complete",
    "payout-failed",
    "payout-account-action",
    "refund-requested",
    "refund-processed",
    "dispute-opened",
    "dispute-closed",
    "monthly-summary",
}


def test_every_mail_about_money_is_written_in_words():
    admin = ada()
    first, second = ask(earned().teacher), ask(earned().teacher)
    process_payout(payout_id=first.pk, by=admin, at=clock.now())
    with faulty(create_transfer=[Rejected("no such account")]):
        process_payout(payout_id=second.pk, by=admin, at=clock.now())
    local_console.bank_refuses(first.recipient.stripe_account_id, 6_300, reason="Closed")
    enrollment = paid_enrollment()
    request = cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="Moved <away>", at=clock.now()
    )
    approve_refund(request=request, by=admin, at=clock.now())
    send_refund(request_id=request.pk, at=clock.now())
    for status in ("won", "lost"):
        disputed = payment_of(paid_enrollment())
        key = local_console.open_dispute(disputed.stripe_payment_intent_id)
        settle()
        local_console.move_dispute(key, status)
        settle()
    next_month = (clock.now() + timedelta(days=31)).replace(day=2)
    send_monthly_summary(at=next_month)

    mails = Email.objects.filter(template__in=OURS)
    assert set(mails.values_list("template", flat=True)) == OURS
    for mail in mails:
        written = rendered(mail, at=clock.now())
        for text in (written.subject, written.text, written.html):
            assert text.strip()
            assert "None" not in text
            assert "{{" not in text
            assert "<away>" not in written.html
        assert "\n" not in written.subject
        assert "http" in written.text
    lost = mails.filter(template="dispute-closed").order_by("created_at").last()
    assert "lost" in rendered(lost, at=clock.now()).subject


def test_the_monthly_summary_is_mailed_once_and_adds_up():
    admin = ada()
    enrollment = earned(parts=1)
    hold(enrollment)
    first = datetime(2026, 6, 1, tzinfo=UTC)
    may = datetime(2026, 5, 20, 12, tzinfo=UTC)
    Transaction.objects.update(paid_at=may)

    assert not send_monthly_summary(at=first + timedelta(days=8))
    for _ in range(2):
        assert send_monthly_summary(at=first + timedelta(hours=3))
    assert Email.objects.filter(template="monthly-summary", user=admin).count() == 1
    assert not send_monthly_summary(at=datetime(2026, 7, 1, 1, tzinfo=UTC))

    month = summary_of_month(start=datetime(2026, 5, 1, tzinfo=UTC), end=first)
    assert sum(month.by_place.values()) == month.gross_cents == 45_000
    assert sum(month.by_share.values()) == 45_000
    assert (month.by_place["owed"], month.by_place["retained"]) == (15_000 + 12_750, 2_250)


def test_without_the_setting_nothing_leaves_without_an_admin():
    payout = ask(earned().teacher)
    assert process_waiting(at=clock.now()) == 0
    with pytest.raises(Forbidden):
        process_payout(payout_id=payout.pk, by=None, at=clock.now())


def test_with_the_setting_off_payouts_leave_by_themselves(settings):
    settings.PAYOUT_NEEDS_ADMIN = False
    payout, other = ask(earned().teacher), ask(earned().teacher)
    type(other.recipient).objects.filter(pk=other.recipient_id).update(stripe_payouts_enabled=False)
    assert process_waiting(at=clock.now()) == 1
    payout.refresh_from_db()
    assert (payout.status, payout.approved_by) == ("paid", None)
    with pytest.raises(Forbidden):
        process_payout(payout_id=other.pk, by=a_member(), at=clock.now())
