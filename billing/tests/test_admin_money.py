"""Money in the admin site: previews, typed totals, raised amounts, reasons (rules ADM-1, ADM-2)."""

import re

import pytest
from django.apps import apps
from django.contrib import admin

from accounts.models import AuditEntry
from billing.actions.escrow import flag_part
from billing.actions.refund_differences import outstanding_cents
from billing.actions.refunds import cancel_enrollment
from billing.models import BalanceAdjustment, CompEnrollment, Payout, RefundFailure, RefundRequest
from billing.providers import local_console
from billing.providers.base import Rejected
from billing.tests.money_stage import (
    ada,
    ask,
    earned,
    faulty,
    hold,
    ledger_balances,
    paid_enrollment,
    payment_of,
    rows_of,
    states,
)
from billing.tests.stage import settle
from peerloop.kit import clock
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
QUEUE = "/admin/billing/payout/"
REFUNDS = "/admin/billing/refundrequest/"
SURE = {"confirmed": "1", "reason": "Payday"}


@pytest.fixture
def client():
    return browse(ada())


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def choose(client, path, action, rows, **more):
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows], **more}
    return client.post(path, data, follow=True)


def test_payouts_are_previewed_then_sent_by_their_typed_total(client):
    payouts = [ask(earned().teacher), ask(earned(price_cents=90_000).teacher)]

    shown = choose(client, QUEUE, "process_selected", payouts)
    assert "Total of 2 payouts $315.00" in text(shown)
    assert "315.00" in text(shown)

    wrong = choose(
        client, QUEUE, "process_selected", payouts, confirmed="1", typed_total="31.50", reason="May"
    )
    assert "The total you typed differs" in text(wrong)
    assert set(Payout.objects.values_list("status", flat=True)) == {"pending"}

    given = {"confirmed": "1", "typed_total": "$315.00"}
    assert "required" in text(choose(client, QUEUE, "process_selected", payouts, **given))
    assert set(Payout.objects.values_list("status", flat=True)) == {"pending"}

    done = choose(client, QUEUE, "process_selected", payouts, **given, reason="Payday")
    assert text(done).count("Paid") >= 2
    assert set(Payout.objects.values_list("status", flat=True)) == {"paid"}
    entries = AuditEntry.objects.filter(action="payout.process")
    assert [entry.reason for entry in entries] == ["Payday", "Payday"]
    ledger_balances()


@pytest.mark.parametrize("typed", ["", "all", "NaN", "1e5", "-105.00"])
def test_what_is_no_total_sends_nothing(client, typed):
    payout = ask(earned().teacher)
    choose(
        client, QUEUE, "process_selected", [payout], confirmed="1", typed_total=typed, reason="x"
    )
    payout.refresh_from_db()
    assert payout.status == "pending"


def test_the_result_of_each_payout_is_shown(client):
    payouts = [ask(earned().teacher), ask(earned().teacher)]
    with faulty(create_transfer=[Rejected("no such account")]):
        done = choose(
            client, QUEUE, "process_selected", payouts, confirmed="1", typed_total="210", reason="x"
        )
    assert "no such account" in text(done)
    assert sorted(Payout.objects.values_list("status", flat=True)) == ["failed", "paid"]


def test_what_stands_in_the_way_is_said_before(client):
    payout = ask(earned().teacher)
    type(payout.recipient).objects.filter(pk=payout.recipient_id).update(
        stripe_payouts_enabled=False
    )
    shown = choose(client, QUEUE, "process_selected", [payout])
    assert "payout account not ready" in text(shown)
    done = choose(
        client, QUEUE, "process_selected", [payout], confirmed="1", typed_total="105.00", reason="x"
    )
    assert "can&#x27;t be paid" in done.content.decode() or "payout account" in text(done)
    payout.refresh_from_db()
    assert payout.status == "pending"


def test_cancelling_needs_a_reason_and_a_failed_one_is_tried_again(client):
    payout = ask(earned().teacher)
    asked = choose(client, QUEUE, "cancel_selected", [payout])
    assert "Reason" in text(asked)
    choose(client, QUEUE, "cancel_selected", [payout], apply="1", reason="")
    payout.refresh_from_db()
    assert payout.status == "pending"
    choose(client, QUEUE, "cancel_selected", [payout], apply="1", reason="Wrong month")
    payout.refresh_from_db()
    assert payout.status == "cancelled"
    assert AuditEntry.objects.get(action="payout.cancel").reason == "Wrong month"

    failed = ask(earned().teacher)
    with faulty(create_transfer=[Rejected("no")]):
        choose(
            client,
            QUEUE,
            "process_selected",
            [failed],
            confirmed="1",
            typed_total="105",
            reason="x",
        )
    choose(client, QUEUE, "retry_selected", [failed], apply="1", reason="Account mended")
    failed.refresh_from_db()
    assert (failed.status, failed.attempt) == ("pending", 2)
    assert AuditEntry.objects.get(action="payout.retry").reason == "Account mended"


def test_payouts_are_opened_for_those_who_did_not_ask(client):
    enrollment = earned()
    assert "Tom Teacher" in text(client.get(f"{QUEUE}owed/"))
    assert "Say why" in text(client.post(f"{QUEUE}owed/", follow=True))
    done = client.post(f"{QUEUE}owed/", {"reason": "End of the year"}, follow=True)
    assert "Payouts are open" in text(done)
    assert Payout.objects.get().recipient == enrollment.teacher


def left(**named):
    enrollment = paid_enrollment(**named)
    request = cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="Moved", at=clock.now()
    )
    return enrollment, request


def test_refunds_are_approved_with_their_computed_amount(client):
    enrollment, request = left()
    shown = choose(client, REFUNDS, "approve_selected", [request])
    assert "Sam Student" in text(shown)
    assert 'value="450.00"' in shown.content.decode()

    prefix = request.pk.hex
    choose(
        client,
        REFUNDS,
        "approve_selected",
        [request],
        confirmed="1",
        reason="As the rules say",
        **{f"{prefix}-amount": "450.00"},
    )
    request.refresh_from_db()
    assert request.status == "done"
    assert payment_of(enrollment).status == "refunded"
    ledger_balances()


@pytest.mark.parametrize(
    ("amount", "reason", "message"),
    [
        ("460.00", "x", "From $150.00"),
        ("100.00", "why not", "From $150.00"),
        ("160.00", "", "This field is required"),
        ("160.005", "x", "decimal"),
        ("", "x", "required"),
    ],
)
def test_amounts_that_are_not_approved(client, amount, reason, message):
    enrollment = paid_enrollment()
    hold(enrollment)
    hold(enrollment)
    request = cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="", at=clock.now()
    )
    prefix = request.pk.hex
    said = choose(
        client,
        REFUNDS,
        "approve_selected",
        [request],
        confirmed="1",
        reason=reason,
        **{f"{prefix}-amount": amount},
    )
    assert message in text(said)
    request.refresh_from_db()
    assert request.status == "pending"


def test_an_admin_sends_an_amount_back(client):
    enrollment = earned(parts=3)
    payment = payment_of(enrollment)
    path = "/admin/billing/transaction/"
    assert "Amount in dollars" in text(choose(client, path, "grant", [payment]))
    done = choose(client, path, "grant", [payment], apply="1", amount="150.00", reason="Poor sound")
    assert "Send money back: 1 done" in text(done)
    assert RefundRequest.objects.get().policy == "admin"
    payment.refresh_from_db()
    assert payment.refunded_cents == 15_000
    ledger_balances()


def test_a_flag_is_cleared_with_a_reason(client):
    enrollment = paid_enrollment()
    hold(enrollment)
    split = rows_of(enrollment, part_no=1).first()
    flag_part(split=split, reason="Too short", by=enrollment.course.creator, at=clock.now())
    path = "/admin/billing/paymentsplit/"
    assert "Too short" in text(client.get(path))
    choose(client, path, "clear_flags", list(rows_of(enrollment)), apply="1", reason="It was long")
    assert set(states(enrollment, 1).values()) == {"held"}


def test_a_refund_that_came_back_is_sent_again(client):
    enrollment = paid_enrollment()
    refund = local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 45_000)
    settle()
    local_console.fail_refund(refund)
    settle()
    failure = RefundFailure.objects.get()
    choose(
        client,
        "/admin/billing/refundfailure/",
        "send_again",
        [failure],
        apply="1",
        reason="New card",
    )
    assert outstanding_cents(failure.transaction) == 0
    assert AuditEntry.objects.filter(action="refund.send_again").count() == 1


def test_a_teacher_is_charged_back_up_to_one_share(client):
    enrollment = paid_enrollment()
    session = hold(enrollment)
    path = "/admin/billing/balanceadjustment/add/"

    def adjust(amount, reason="Cancelled an hour before", key=session.pk):
        data = {"session": str(key), "amount": amount, "reason": reason}
        return client.post(path, data, follow=True)

    assert "Charge back" in text(client.get(path))
    for bad in ("-105.01", "0", "105.01"):
        assert "is at most $105.00" in text(adjust(bad))
    assert "required" in text(adjust("-5", reason=""))
    assert "not a valid UUID" in text(adjust("-5", key="nonsense"))
    adjust("-20.00")
    made = BalanceAdjustment.objects.get()
    assert (made.amount_cents, made.reason, made.recipient) == (
        -2_000,
        "chargeback",
        enrollment.teacher,
    )
    assert enrollment.teacher.pk == session.teacher_id


def test_nothing_of_money_is_added_changed_or_deleted_by_hand(client):
    for model in apps.get_app_config("billing").get_models():
        registered = admin.site._registry.get(model)
        if registered is None:
            continue
        request = client.get(QUEUE).wsgi_request
        assert not registered.has_change_permission(request)
        assert not registered.has_delete_permission(request)
        assert registered.has_add_permission(request) == (
            model in (BalanceAdjustment, CompEnrollment)
        )
        page = client.get(f"/admin/billing/{model._meta.model_name}/")
        assert page.status_code == 200


def test_details_can_be_looked_at(client):
    payout = ask(earned().teacher)
    enrollment, request = left()
    for path in (
        f"{QUEUE}{payout.pk}/change/",
        f"{REFUNDS}{request.pk}/change/",
        f"/admin/billing/transaction/{payment_of(enrollment).pk}/change/",
    ):
        assert client.get(path).status_code == 200


def test_only_admins_come_in():
    for who in (None, a_member()):
        answer = browse(who).get(QUEUE)
        assert (answer.status_code, answer.url) == (302, f"/admin/login/?next={QUEUE}")
