"""The provider's books beside ours: every kind of difference is planted, found and cured."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Notification
from billing.actions.books import explain_difference, look_at_books
from billing.models import (
    BooksDifference,
    BooksLook,
    CardDispute,
    LocalPaymentObject,
    Payout,
    ProviderEntry,
    Transaction,
)
from billing.providers import local, local_console, local_page, shapes
from billing.providers import local_store as store
from billing.providers.base import BookEntry, BookKind, BookPage, TransferOrder, Unavailable
from billing.providers.local import LocalPayments
from billing.queries.books import books_beside, books_state
from billing.tests.money_stage import (
    ada,
    ask,
    decide,
    dispute,
    earned,
    faulty,
    paid_enrollment,
    paid_out,
    payment_of,
)
from billing.tests.stage import a_checkout, settle
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment
from tests.cast import a_course, a_member, a_teacher, browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db
BOOKS = "/admin/billing/booksdifference/"
SILENCE = Unavailable("no answer")


def later(hours=3):
    return clock.now() + timedelta(hours=hours)


def looked(at=None, pages=20):
    """Look until it is done; what stands, by kind and about what."""
    look_at_books(at=at or later(), pages=pages)
    assert not BooksLook.objects.filter(finished_at=None).exists()
    return found()


def found():
    rows = BooksDifference.objects.standing().order_by("kind")
    return [(row.kind, row.theirs, row.ours) for row in rows]


def object_of(kind):
    return LocalPaymentObject.objects.filter(kind=kind).order_by("-created_at").first()


def silently(kind, **values):
    """Change an object at the provider, and lose the event."""
    store.change(object_of(kind), **values)


def refunded():
    enrollment = paid_enrollment()
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 10_000)
    settle()
    return enrollment


def sent():
    return paid_out(earned().teacher)


def test_books_that_agree_have_no_difference():
    refunded()
    sent()
    decide(dispute(paid_enrollment()), "won")
    decide(dispute(paid_enrollment()), "lost")
    assert looked() == []
    look = BooksLook.objects.get()
    assert look.entries == ProviderEntry.objects.count() == 8
    assert books_state(at=later()).unexplained == 0


def a_payment_nobody_told_us_of():
    course = a_course()
    checkout = a_checkout(a_member(), course, a_teacher(course).user)
    local_page.pay(checkout.stripe_session_id)


def a_charge_of_another_amount():
    paid_enrollment()
    silently("charge", amount=44_000)


def a_charge_that_is_not_there():
    Transaction.objects.filter(enrollment=paid_enrollment()).update(stripe_charge_id="ch_other")
    object_of("charge").delete()


def a_refund_nobody_told_us_of():
    local_console.refund(payment_of(paid_enrollment()).stripe_payment_intent_id, 10_000)


def a_refund_of_another_amount():
    refunded()
    silently("refund", amount=9_000)


def a_refund_that_failed_silently():
    refunded()
    silently("refund", status="failed")


def a_refund_that_is_not_there():
    refunded()
    object_of("refund").delete()


def a_transfer_by_hand():
    payout = sent()
    order = TransferOrder(payout.recipient.stripe_account_id, 700, "usd", "by hand")
    LocalPayments().create_transfer(order, key="by hand")


def test_a_transfer_by_hand_that_was_taken_back_needs_no_look():
    a_transfer_by_hand()
    local_console.reverse(object_of("transfer").object_id, 700)
    assert looked() == []


def a_transfer_of_another_amount():
    sent()
    silently("transfer", amount=10_400)


def a_transfer_taken_back_silently():
    sent()
    silently("transfer", amount_reversed=300)


def a_transfer_that_is_not_there():
    sent()
    object_of("transfer").delete()


def a_dispute_nobody_told_us_of():
    dispute(paid_enrollment())


def a_dispute_decided_silently():
    dispute(paid_enrollment())
    settle()
    silently("dispute", status="won")


def a_dispute_that_is_not_there():
    dispute(paid_enrollment())
    settle()
    object_of("dispute").delete()


@pytest.mark.parametrize(
    ("plant", "kinds"),
    [
        (a_payment_nobody_told_us_of, ["charge_unknown"]),
        (a_charge_of_another_amount, ["charge_amount"]),
        (a_charge_that_is_not_there, ["charge_missing"]),
        (a_refund_nobody_told_us_of, ["charge_back", "refund_unknown"]),
        (a_refund_of_another_amount, ["refund_amount"]),
        (a_refund_that_failed_silently, ["refund_failed"]),
        (a_refund_that_is_not_there, ["refund_missing"]),
        (a_transfer_by_hand, ["transfer_unknown"]),
        (a_transfer_of_another_amount, ["transfer_amount"]),
        (a_transfer_taken_back_silently, ["transfer_back"]),
        (a_transfer_that_is_not_there, ["transfer_missing"]),
        (a_dispute_nobody_told_us_of, ["dispute_unknown"]),
        (a_dispute_decided_silently, ["dispute_state"]),
        (a_dispute_that_is_not_there, ["dispute_missing"]),
    ],
)
def test_each_difference_is_named_with_its_cure(plant, kinds):
    admin = ada()
    plant()
    assert [kind for kind, _, _ in looked()] == kinds
    for row in BooksDifference.objects.all():
        assert row.cure
        assert row.theirs != row.ours
    told = Notification.objects.filter(user=admin, kind="payment", title__contains="books")
    assert told.count() == 1


def test_what_our_bank_did_not_take_is_named(monkeypatch):
    real = LocalPayments.book_page

    def book_page(self, kind, *, since, until, after):
        if kind != BookKind.BANK_PAYOUT:
            return real(self, kind, since=since, until=until, after=after)
        entry = BookEntry(kind, "po_1", clock.now(), 500_000, "usd", "failed")
        return BookPage((entry,), has_more=False)

    monkeypatch.setattr(LocalPayments, "book_page", book_page)
    assert looked() == [("bank_payout_failed", "nothing", "$5,000.00 USD")]


def test_a_difference_is_gone_once_the_event_came():
    a_refund_nobody_told_us_of()
    looked()
    settle()
    assert looked(at=later(30)) == []
    assert BooksDifference.objects.exclude(gone_at=None).count() == 2


def test_a_difference_that_stays_is_told_of_once_and_stands_once():
    admin = ada()
    a_transfer_by_hand()
    looked()
    looked(at=later(30))
    looked(at=later(60))
    assert BooksDifference.objects.count() == 1
    assert Notification.objects.filter(user=admin, title__contains="books").count() == 1


def test_a_difference_older_than_the_overlap_is_looked_at_again():
    a_refund_nobody_told_us_of()
    looked()
    looked(at=later(24 * 20))
    settle()
    assert looked(at=later(24 * 40)) == []


def test_the_books_are_read_once_a_day():
    looked()
    assert look_at_books(at=later(20)) is None
    assert look_at_books(at=later(28)) is not None


def test_a_look_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(local, "LIST_LIMIT", 2)
    course = a_course()
    teacher = a_teacher(course)
    for _ in range(3):
        paid_enrollment(course=course, teacher=teacher, student=a_member())
    refunded()
    at = later()
    look_at_books(at=at, pages=1)
    look = BooksLook.objects.get()
    assert (look.kind, look.entries, look.finished_at) == ("charge", 2, None)
    with faulty(book_page=[None, SILENCE]):
        look_at_books(at=at)
    look.refresh_from_db()
    assert (look.entries, look.error) == (4, "no answer")
    assert looked(at=at) == []
    look.refresh_from_db()
    assert (look.entries, look.error) == (5, "")
    assert ProviderEntry.objects.count() == 5


def test_the_fee_of_a_payment_is_noted_when_it_is_known():
    payment = payment_of(paid_enrollment())
    charge = object_of("charge")
    movement = charge.data["balance_transaction"]
    store.change(charge, balance_transaction=None)
    looked()
    payment.refresh_from_db()
    assert payment.fee_cents is None
    store.change(charge, balance_transaction="txn_not_expanded")
    looked(at=later(30))
    store.change(charge, balance_transaction=movement)
    looked(at=later(60))
    payment.refresh_from_db()
    assert payment.fee_cents == 1_335


@pytest.mark.parametrize(
    ("movement", "fee"),
    [
        ({"fee": 1_335, "currency": "usd"}, 1_335),
        # The account is settled in another currency than the charge.
        ({"fee": 1_210, "currency": "eur"}, None),
        ({"fee": -5, "currency": "usd"}, None),
        ({"fee": True, "currency": "usd"}, None),
        ({"fee": "1335", "currency": "usd"}, None),
        ("txn_not_expanded", None),
        (None, None),
    ],
)
def test_a_fee_counts_in_the_currency_of_its_payment(movement, fee):
    charge = {
        "id": "ch_1",
        "created": 1_772_442_000,
        "amount": 45_000,
        "amount_refunded": 0,
        "currency": "usd",
        "status": "succeeded",
        "balance_transaction": movement,
    }
    assert shapes.book_entry(BookKind.CHARGE, charge).fee_cents == fee


def test_a_difference_is_explained_with_a_reason_and_counts_no_more():
    a_transfer_by_hand()
    looked()
    row, admin = BooksDifference.objects.get(), ada()
    with pytest.raises(Invalid):
        explain_difference(difference=row, reason=" ", by=admin, at=clock.now())
    with pytest.raises(Forbidden):
        explain_difference(difference=row, reason="a test", by=a_member(), at=clock.now())
    explain_difference(difference=row, reason="A test transfer.", by=admin, at=clock.now())
    assert books_state(at=later()).unexplained == 0
    assert AuditEntry.objects.get(action="books.explain").reason == "A test transfer."
    looked(at=later(30))
    assert books_state(at=later()).unexplained == 0
    assert BooksDifference.objects.standing().count() == 1


def test_what_is_gone_is_not_explained():
    a_refund_nobody_told_us_of()
    looked()
    settle()
    looked(at=later(30))
    row = BooksDifference.objects.first()
    with pytest.raises(WrongMoment):
        explain_difference(difference=row, reason="gone", by=ada(), at=clock.now())


def test_books_of_the_last_days_stand_beside_each_other():
    refunded()
    sent()
    looked()
    beside = {row.what: row for row in books_beside(at=later())}
    assert {name: (row.theirs, row.theirs_cents) for name, row in beside.items()} == {
        "Payments": (2, 90_000),
        "Refunds": (1, 10_000),
        "Transfers to members": (1, 10_500),
        "Card disputes": (0, 0),
        "Payouts to our bank": (0, 0),
    }
    for row in beside.values():
        assert row.ours in (row.theirs, None)
        assert row.ours_cents in (row.theirs_cents, None)


def test_a_state_too_old_is_not_well():
    assert not books_state(at=clock.now()).is_well
    looked()
    assert books_state(at=later()).is_well
    assert not books_state(at=later(80)).is_well


@pytest.mark.django_db(transaction=True)
def test_two_that_look_at_once_keep_everything_once():
    refunded()
    at = later()
    at_once([lambda: look_at_books(at=at)] * 4)
    while look_at_books(at=at):
        pass
    assert BooksLook.objects.count() == 1
    assert BooksLook.objects.get().entries == ProviderEntry.objects.count() == 2
    assert found() == []
    assert CardDispute.objects.count() == Payout.objects.count() == 0


def test_admins_see_the_books_with_the_cure_and_explain():
    a_transfer_by_hand()
    looked()
    admin = browse(ada())
    page = admin.get("/admin/").content.decode()
    assert "What went wrong" in page
    assert "Differences to the payment provider&#x27;s books" in page
    books = admin.get(BOOKS).content.decode()
    assert "Reverse it at the provider" in books
    assert "Transfers to members</th><td>2, $112.00</td><td>1, $105.00" in books
    row = BooksDifference.objects.get()
    asked = {"action": "explain", "_selected_action": [str(row.pk)]}
    assert "Reason" in admin.post(BOOKS, asked).content.decode()
    admin.post(BOOKS, {**asked, "apply": "1", "reason": "A test."})
    row.refresh_from_db()
    assert row.explanation == "A test."
    assert "Reverse it at the provider" not in admin.get(BOOKS).content.decode()
    assert "A test." in admin.get(f"{BOOKS}?state=standing").content.decode()


def test_the_overview_says_what_waits():
    admin = browse(ada())
    assert "Payouts to process" not in admin.get("/admin/").content.decode()
    ask(earned().teacher)
    assert "Payouts to process" in admin.get("/admin/").content.decode()
