"""Accounts of one purse are known by the provider's fingerprints."""

import pytest

from billing.models import MoneyMark, Transaction
from billing.providers import shapes
from billing.queries.identities import share_money
from billing.tests.money_stage import paid_enrollment
from billing.tests.stage import an_event, send, settle
from tests.cast import a_member

pytestmark = pytest.mark.django_db


def a_charge(payment, mark="fp_1"):
    return {
        "object": "charge",
        "id": payment.stripe_charge_id,
        "payment_intent": payment.stripe_payment_intent_id,
        "payment_method_details": {"card": {"fingerprint": mark}},
    }


def test_the_card_of_a_payment_is_kept_once():
    paid_enrollment(modules=1)
    payment = Transaction.objects.get()
    for _ in range(2):
        send(an_event("charge.succeeded", a_charge(payment)))
        settle()
    mark = MoneyMark.objects.get()
    assert (mark.user, mark.kind, mark.mark) == (payment.payer, "card", "fp_1")


def test_a_payment_without_a_card_leaves_no_mark():
    assert shapes.card_mark({"payment_method_details": {"link": {}}}) == ""
    assert shapes.card_mark({"payment_method_details": None}) == ""


def test_an_account_says_where_it_pays_out_to():
    account = {
        "id": "acct_1",
        "details_submitted": True,
        "payouts_enabled": True,
        "external_accounts": {"data": [{"fingerprint": "fp_bank"}, {"fingerprint": None}]},
    }
    assert shapes.connected_account(account).marks == ("fp_bank",)
    assert shapes.connected_account({**account, "external_accounts": None}).marks == ()


def test_a_card_and_a_payout_account_of_one_mark_are_one_purse():
    one, other = a_member(), a_member()
    MoneyMark.objects.create(user=one, kind="card", mark="fp")
    assert not share_money(one.pk, other.pk)
    MoneyMark.objects.create(user=other, kind="payout", mark="fp")
    assert share_money(one.pk, other.pk)
    assert share_money(other.pk, one.pk)


def test_who_paid_for_another_is_of_one_purse_with_them():
    enrollment = paid_enrollment(modules=1)
    other = a_member()
    assert not share_money(other.pk, enrollment.student_id)
