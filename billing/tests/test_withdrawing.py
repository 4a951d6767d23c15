"""Withdrawing from a contract without signing in: two steps, a receipt, the rules' refund."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Email, Notification
from accounts.notifications.mail.composing import rendered
from billing.actions.withdrawing import answer_withdrawal, withdraw
from billing.models import RefundRequest, Withdrawal
from billing.personal_data import empty_withdrawals_of
from billing.tests.money_stage import ada, dispute, hold, left, paid_enrollment, payment_of
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from peerloop.kit.personal_data import ClosedAccount
from peerloop.kit.refusals import Invalid, WrongMoment
from tests.cast import browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db
PAGE = "/withdraw"


def text_of(answer):
    return " ".join(answer.content.decode().split())


def statement(enrollment, **changed):
    """What the buyer of the enrollment types."""
    payment = payment_of(enrollment)
    return {
        "name": "Sam Student",
        "email": payment.payer.email,
        "order": f"Number {payment.pk}",
        **changed,
    }


def withdrawn(enrollment, **changed):
    return withdraw(**statement(enrollment, **changed), at=clock.now())


def receipts():
    return Email.objects.filter(template="withdrawal-received")


def test_a_stranger_withdraws_in_two_steps_and_gets_a_receipt():
    enrollment = paid_enrollment()
    visitor, typed = browse(), statement(enrollment)

    shown = text_of(visitor.post(PAGE, typed))
    assert "Confirm withdrawal" in shown
    assert "$450.00" in shown
    enrollment.refresh_from_db()
    assert enrollment.is_active

    done = visitor.post(PAGE, {**typed, "confirmed": "1"}, follow=True)

    assert "We have your withdrawal" in text_of(done)
    enrollment.refresh_from_db()
    assert enrollment.status == "cancelled"
    request, row = RefundRequest.objects.get(), Withdrawal.objects.get()
    assert (request.policy, request.policy_cents, request.requested_by) == (
        "full",
        45_000,
        enrollment.student,
    )
    assert (row.status, row.refund_cents) == ("done", 45_000)
    receipt = receipts().get()
    assert receipt.to == typed["email"]
    assert receipt.context["amount"] == "$450.00"
    assert receipt.created_at == row.received_at


def test_what_was_typed_can_be_changed_before_confirming():
    typed = statement(paid_enrollment(), name="Sam Studnet")
    again = text_of(browse().post(PAGE, {**typed, "again": "1"}))
    assert 'value="Sam Studnet"' in again
    assert not Withdrawal.objects.exists()


def test_after_a_session_the_rest_comes_back():
    enrollment = paid_enrollment()
    hold(enrollment, at=clock.now())
    hold(enrollment, at=clock.now())
    assert withdrawn(enrollment).refund_cents == 15_000


def test_withdrawing_twice_is_one_statement_and_one_receipt():
    enrollment = paid_enrollment()
    first = withdrawn(enrollment)
    assert withdrawn(enrollment, name="Sam again") == first
    assert receipts().count() == RefundRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_are_one_statement():
    enrollment = paid_enrollment()
    rows = at_once([lambda: withdrawn(enrollment)] * 4)
    assert len({row.pk for row in rows}) == 1
    assert RefundRequest.objects.count() == 1


def test_who_left_before_gets_a_receipt_that_says_so():
    enrollment = paid_enrollment()
    left(enrollment)
    row = withdrawn(enrollment)
    assert (row.status, row.refund_cents) == ("done", 0)
    assert receipts().get().context["is_done"] is True
    assert RefundRequest.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"order": "The course about tea, paid in March"},
        {"order": str(uuid7())},
        {"email": "somebody.else@example.com"},
    ],
    ids=["words", "unknown number", "another address"],
)
def test_what_is_not_matched_changes_nothing_and_waits_for_a_person(changed):
    enrollment, admin = paid_enrollment(), ada()
    row = withdrawn(enrollment, **changed)
    enrollment.refresh_from_db()
    assert enrollment.is_active
    assert (row.status, row.transaction) == ("waiting", None)
    assert receipts().get().context["is_done"] is False
    assert Notification.objects.filter(user=admin, title__contains="withdraws").count() == 1


def test_a_disputed_payment_waits_for_a_person():
    enrollment = paid_enrollment()
    dispute(enrollment)
    settle()
    row = withdrawn(enrollment)
    assert (row.status, row.transaction) == ("waiting", payment_of(enrollment))


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "  "), ("name", "x" * 101), ("order", "\n"), ("order", "x" * 301), ("email", "sam")],
)
def test_a_bad_statement_is_refused_by_page_and_action(field, value):
    typed = statement(paid_enrollment(), **{field: value})
    with pytest.raises(Invalid) as refused:
        withdraw(**typed, at=clock.now())
    assert field in refused.value.fields
    for step in ({}, {"confirmed": "1"}):
        assert browse().post(PAGE, {**typed, **step}).status_code == 422
    assert not Withdrawal.objects.exists()


def test_a_program_that_fills_in_everything_changes_nothing():
    typed = statement(paid_enrollment(), homepage="https://spam.example", confirmed="1")
    assert browse().post(PAGE, typed).status_code == 302
    assert not Withdrawal.objects.exists()


def test_one_mailbox_can_not_be_flooded_with_receipts(settings):
    typed = {"name": "Sam", "email": "victim@example.com", "order": "?", "confirmed": "1"}
    settings.SIGN_IN_LIMITS = True
    codes = [
        browse().post(PAGE, typed, REMOTE_ADDR=f"10.0.0.{number}").status_code
        for number in range(7)
    ]
    assert codes == [302] * 6 + [429]
    assert receipts().count() == 6


def test_the_link_of_the_receipt_fills_in_the_number():
    number = str(payment_of(paid_enrollment()).pk)
    assert number in browse().get(f"{PAGE}?order={number}").content.decode()
    sent = Email.objects.get(template="payment-receipt")
    assert f"{PAGE}?order={number}" in rendered(sent, at=clock.now()).text


def test_an_admin_answers_what_waits_once():
    row, admin = withdrawn(paid_enrollment(), order="By words"), ada()
    with pytest.raises(Invalid):
        answer_withdrawal(withdrawal=row, answer=" ", by=admin, at=clock.now())
    answer_withdrawal(withdrawal=row, answer="We found it.", by=admin, at=clock.now())
    mail = Email.objects.get(template="withdrawal-answered")
    assert (mail.to, mail.context["answer"]) == (row.email, "We found it.")
    with pytest.raises(WrongMoment):
        answer_withdrawal(withdrawal=row, answer="Again.", by=admin, at=clock.now())


def test_a_payment_is_withdrawn_from_once_in_the_database():
    row = withdrawn(paid_enrollment())
    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.create(
            name="x",
            email="x@example.com",
            order="x",
            transaction=row.transaction,
            status="done",
            received_at=clock.now(),
        )


def test_statements_are_emptied_with_the_account_also_unmatched_ones():
    enrollment = paid_enrollment()
    withdrawn(enrollment, order="By words")
    withdrawn(enrollment)
    person = enrollment.student
    account = ClosedAccount(person.pk, person.name, person.handle, person.email, "")
    empty_withdrawals_of(account, clock.now())
    left_over = Withdrawal.objects.values_list("name", "email", "order").distinct()
    assert list(left_over) == [("", "", "")]
