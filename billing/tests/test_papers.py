"""Receipts and credit notes: one for each payment and refund, numbered without gaps."""

from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.db import IntegrityError, transaction

from billing.actions import papers
from billing.actions.papers import issue_papers, keep_billing_details
from billing.documents import paper_pdf
from billing.models import Paper, Transaction
from billing.tests.money_stage import approve, left, paid_enrollment, payment_of, send
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid
from tests.cast import a_course, a_member, a_teacher, browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db
PAGE = "/settings/payments"
SPRING = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)


def numbers(kind="receipt"):
    rows = Paper.objects.filter(kind=kind).order_by("year", "number")
    return [row.full_number for row in rows]


def some_payments(count=3):
    course = a_course()
    teacher = a_teacher(course)
    for _ in range(count):
        paid_enrollment(course=course, teacher=teacher, student=a_member())


def refunded():
    enrollment = paid_enrollment()
    approve(left(enrollment))
    assert send(payment_of(enrollment).refund_requests.get())
    settle()
    return payment_of(enrollment)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_a_payment_gets_a_receipt_by_itself(django_capture_on_commit_callbacks, monkeypatch):
    task = current_app.tasks["billing.issue_papers"]
    monkeypatch.setattr(task, "apply_async", lambda **_: task())
    with django_capture_on_commit_callbacks(execute=True):
        payment = payment_of(paid_enrollment())
    paper = Paper.objects.get()
    assert (paper.transaction, paper.amount_cents) == (payment, payment.amount_cents)
    assert payment.course.title in paper.subject
    assert payment.payer.name in paper.buyer


def test_each_payment_has_one_receipt_in_the_order_of_paying():
    some_payments()
    assert issue_papers(at=SPRING) == 3
    assert issue_papers(at=SPRING) == 0
    assert numbers() == ["R-2027-000001", "R-2027-000002", "R-2027-000003"]
    paid = list(Transaction.objects.order_by("paid_at", "pk"))
    assert [row.transaction for row in Paper.objects.order_by("number")] == paid


def test_numbers_begin_anew_with_the_year_in_utc():
    some_payments(1)
    issue_papers(at=datetime(2027, 12, 31, 23, 59, tzinfo=UTC))
    some_payments(1)
    issue_papers(at=datetime(2028, 1, 1, tzinfo=UTC))
    assert numbers() == ["R-2027-000001", "R-2028-000001"]


def test_a_refund_gets_a_credit_note_beside_the_receipt():
    payment = refunded()
    issue_papers(at=SPRING)
    assert numbers() == ["R-2027-000001"]
    assert numbers("credit_note") == ["C-2027-000001"]
    note = Paper.objects.get(kind="credit_note")
    assert (note.transaction, note.amount_cents) == (payment, payment.refunded_cents)


def test_a_number_that_was_rolled_back_is_given_again():
    some_payments(1)
    with transaction.atomic():
        issue_papers(at=SPRING)
        transaction.set_rollback(True)
    issue_papers(at=SPRING)
    assert numbers() == ["R-2027-000001"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_leave_no_gap_and_nothing_twice():
    some_payments(8)
    at_once([lambda: issue_papers(at=SPRING)] * 4)
    assert numbers() == [f"R-2027-{number:06d}" for number in range(1, 9)]
    assert Paper.objects.values("transaction").distinct().count() == 8


def test_an_issued_paper_does_not_change():
    some_payments(1)
    issue_papers(at=SPRING)
    for act in (
        lambda: Paper.objects.update(amount_cents=1),
        lambda: Paper.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_payment_that_was_overlooked_for_long_is_found_after_a_batch(monkeypatch):
    """A worker that stops after some of many old payments leaves the later ones to the next."""
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 1)
    some_payments(2)
    later = clock.now() + timedelta(days=900)
    assert papers._issue_some(at=later) == 1
    assert issue_papers(at=later) == 1


def test_an_old_payment_is_found_while_there_is_no_paper_yet():
    some_payments(1)
    assert issue_papers(at=clock.now() + timedelta(days=900)) == 1


def test_own_details_stand_on_the_next_paper_only():
    enrollment = paid_enrollment()
    sam = enrollment.student
    issue_papers(at=SPRING)
    keep_billing_details(by=sam, name="Sam GmbH", address="Weg 1\nWien", tax_id="AT1", at=SPRING)
    paid_enrollment(student=sam)
    issue_papers(at=SPRING)
    first, second = Paper.objects.order_by("number")
    assert first.buyer == f"{sam.name}\n{sam.email}"
    assert second.buyer == "Sam GmbH\nWeg 1\nWien\nTax number AT1"


def test_details_that_are_too_long_are_refused():
    sam = a_member()
    with pytest.raises(Invalid) as refused:
        keep_billing_details(by=sam, name="x", address="x" * 401, tax_id="", at=SPRING)
    assert "address" in refused.value.fields
    shown = browse(sam).post(PAGE, {"name": "x" * 101})
    assert shown.status_code == 422


@pytest.mark.parametrize("title", ["Prompting", '#let x = [a] *b* "q"', "王小明 🦊", "W" * 140])
def test_a_paper_is_one_page(title):
    course = a_course(title=title)
    paid_enrollment(course=course)
    refund = refunded()
    issue_papers(at=SPRING)
    for paper in Paper.objects.all():
        made = paper_pdf(paper)
        assert made.startswith(b"%PDF-")
        assert b"/Type/Pages/Count 1/" in made
        assert made == paper_pdf(paper)
    assert refund.papers.count() == 2


def test_the_page_shows_own_payments_with_their_papers():
    payment = refunded()
    issue_papers(at=SPRING)
    client = browse(payment.payer)
    shown = text_of(client.get(PAGE))
    for words in (payment.course.title, "R-2027-000001", "C-2027-000001", "went back"):
        assert words in shown
    paper = Paper.objects.get(kind="receipt")
    pdf = client.get(f"{PAGE}/papers/{paper.pk}")
    assert pdf["Content-Type"] == "application/pdf"
    assert "peerloop-r-2027-000001.pdf" in pdf["Content-Disposition"]


def test_a_paper_of_somebody_else_is_not_there():
    payment = refunded()
    issue_papers(at=SPRING)
    paper = Paper.objects.first()
    for member in (a_member("Olga"), payment.course.creator):
        assert browse(member).get(f"{PAGE}/papers/{paper.pk}").status_code == 404
        assert paper.full_number not in text_of(browse(member).get(PAGE))


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_takes_few_statements(count, django_assert_max_num_queries):
    sam = a_member()
    for _ in range(count):
        paid_enrollment(student=sam, course=a_course())
    issue_papers(at=SPRING)
    client = browse(sam)
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        client.get(PAGE)


def test_saved_details_are_shown_again():
    client = browse(a_member())
    done = client.post(PAGE, {"name": "Sam GmbH", "address": "Weg 1", "tax_id": ""}, follow=True)
    assert "Saved" in text_of(done)
    assert 'value="Sam GmbH"' in text_of(client.get(PAGE))
