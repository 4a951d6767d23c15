"""A member's own ledger: its lines, its sums and its statements are one and the same."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from billing.actions.adjusting import adjust_balance
from billing.documents import statement_pdf
from billing.invariants import LEDGER
from billing.models import PaymentSplit
from billing.queries import earnings_of
from billing.queries.member_ledger import (
    LedgerLines,
    ledger_year,
    ledger_years,
)
from billing.tests.money_stage import (
    ada,
    approve,
    decide,
    dispute,
    earned,
    hold,
    left,
    paid_enrollment,
    paid_out,
    payment_of,
    send,
)
from billing.tests.own_ledger import balance_of_raw_rows, entries_of
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.formats import money_text
from peerloop.kit.invariants import differences_of
from scheduling.models import Session
from tests.cast import a_course, a_member, a_teacher, api, browse

pytestmark = pytest.mark.django_db
PAGE = "/earnings/ledger"


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def table(response):
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def lived():
    """Two sessions held and sent, a third one held, charged back in part, then all went back."""
    enrollment = earned(parts=2)
    paid_out(enrollment.teacher)
    hold(enrollment)
    session = Session.objects.filter(enrollment=enrollment).order_by("ended_at").last()
    adjust_balance(
        session=session, amount_cents=-500, reason="=came late", by=ada(), at=clock.now()
    )
    return enrollment


def everything_back(enrollment):
    decide(dispute(enrollment), "lost")


def lines_of(user):
    sums = ledger_year(user, clock.now().year)
    return LedgerLines(user, sums)[0 : sums.lines][::-1]


def test_every_line_says_what_it_is_by_which_rule_and_what_is_left():
    teacher = lived().teacher
    found = [(one.kind, one.rule, one.amount_cents, one.balance_cents) for one in lines_of(teacher)]
    assert found == [
        ("teaching", "SPLIT-6", 10_500, 10_500),
        ("teaching", "SPLIT-6", 10_500, 21_000),
        ("payout", "OUT-6", -21_000, 0),
        ("teaching", "SPLIT-6", 10_500, 10_500),
        ("chargeback", "REF-10", -500, 10_000),
    ]


@pytest.mark.parametrize("is_back", [False, True])
def test_a_second_reading_of_the_raw_rows_agrees_line_by_line(is_back):
    enrollment = lived()
    if is_back:
        everything_back(enrollment)
    for member in (enrollment.teacher, enrollment.course.creator):
        ours = [(one.at, one.amount_cents, one.source_id) for one in lines_of(member)]
        assert ours == entries_of(member)
        assert earnings_of(member).pending_balance_cents == balance_of_raw_rows(member)


def test_what_went_back_before_it_was_sent_is_taken_out_again():
    enrollment = earned(parts=1)
    everything_back(enrollment)
    assert [(one.kind, one.amount_cents) for one in lines_of(enrollment.teacher)] == [
        ("teaching", 10_500),
        ("returned", -10_500),
    ]


def test_what_went_back_before_its_session_was_noted_counts_for_nothing():
    enrollment = paid_enrollment()
    approve(left(enrollment))
    assert send(payment_of(enrollment).refund_requests.get())
    settle()
    late = clock.now() + timedelta(days=1)
    PaymentSplit.objects.filter(part_no=1).update(delivered_at=late)
    assert [one.amount_cents for one in lines_of(enrollment.course.creator)] == [2_250, -2_250]


def test_the_pages_of_a_year_go_on_where_the_last_one_ended():
    teacher = lived().teacher
    sums = ledger_year(teacher, clock.now().year)
    lines = LedgerLines(teacher, sums)
    one_by_one = [lines[place : place + 1][0] for place in range(len(lines))]
    assert one_by_one == lines[0 : len(lines)]
    assert one_by_one[::-1] == lines_of(teacher)
    assert one_by_one[0].balance_cents == sums.closing_cents
    assert lines[5:10] == []


def test_a_year_begins_with_the_balance_of_the_last_one_in_utc():
    enrollment = paid_enrollment()
    midnight = datetime(2027, 1, 1, tzinfo=UTC)
    hold(enrollment, at=midnight - timedelta(microseconds=1))
    hold(enrollment, at=midnight)
    member = enrollment.teacher
    before, after = ledger_year(member, 2026), ledger_year(member, 2027)
    assert (before.opening_cents, before.earned_cents, before.lines) == (0, 10_500, 1)
    assert (after.opening_cents, after.earned_cents, after.lines) == (10_500, 10_500, 1)
    assert after.closing_cents == 21_000
    assert [month.month for month in before.months] == [12]
    assert ledger_years(member, today=midnight.date()) == [2027, 2026]
    assert ledger_year(member, 2030).closing_cents == 21_000


def test_the_page_adds_up_for_everybody_to_see():
    enrollment = lived()
    shown = text(browse(enrollment.teacher).get(PAGE))
    assert "Balance today $100.00" in shown
    assert "Earned $315.00" in shown
    assert f"Corrections {money_text(-500)}" in shown
    assert f"Sent to you {money_text(-21_000)}" in shown
    assert "available, $105.00 held" in shown
    assert "Your share for teaching , 70%" in shown
    assert "=came late" in shown
    assert PAGE in browse(enrollment.teacher).get("/earnings").content.decode()


def test_statement_csv_and_ledger_say_the_same_to_the_cent():
    enrollment = lived()
    client, year = browse(enrollment.teacher), clock.now().year
    whole = table(client.get("/earnings/ledger.csv"))
    statement = table(client.get(f"/earnings/statements/{year}.csv"))
    assert whole == statement
    assert sum(int(row["amount_cents"]) for row in whole) == int(whole[-1]["balance_cents"])
    assert int(whole[-1]["balance_cents"]) == ledger_year(enrollment.teacher, year).closing_cents
    assert [row["note"] for row in whole if row["note"]] == ["'=came late"]
    assert (whole[0]["kind"], whole[-1]["kind"]) == ("opening", "closing")


def test_the_statement_of_a_year_is_a_pdf(monkeypatch):
    teacher = lived().teacher
    told = {}
    monkeypatch.setattr(
        "billing.documents.statement.compiled", lambda name, values, at: told.update(values) or b""
    )
    year = clock.now().year
    statement_pdf(teacher, ledger_year(teacher, year), at=clock.now())
    assert told["total"].split("|")[1:] == [
        *("$315.00", "$0.00", money_text(-500), money_text(-21_000), "$100.00")
    ]
    assert "before the year was over" in told["made"]
    monkeypatch.undo()
    answer = browse(teacher).get(f"/earnings/statements/{year}.pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == f'attachment; filename="peerloop-statement-{year}.pdf"'


@pytest.mark.parametrize("year", ["1999", "2100", "0", "-1", "20x6", "99999999999", "\u0662\u0660"])
def test_no_statement_of_a_year_that_can_not_be(year):
    client = browse(earned().teacher)
    assert client.get(f"/earnings/statements/{year}.pdf").status_code == 404
    assert client.get(f"/earnings/statements/{year}.csv").status_code == 404
    assert client.get(f"{PAGE}?year={year}").status_code == 200


def test_nobody_reads_the_ledger_of_another():
    teacher = lived().teacher
    other = a_teacher(a_course()).user
    assert "Nothing was earned or sent" in text(browse(other).get(PAGE))
    assert len(table(browse(other).get("/earnings/ledger.csv"))) == 2
    for path in (PAGE, "/earnings/ledger.csv", "/earnings/statements/2026.pdf"):
        assert browse().get(path).status_code == 302
        assert browse(a_member()).get(path).status_code == 403
        assert browse(teacher).get(path).status_code == 200


def test_the_api_gives_the_same_lines_with_the_sums_of_the_year():
    teacher = lived().teacher
    answer = api(teacher).get("/api/v1/earnings/ledger?limit=2").json()
    assert (answer["total"], answer["page"], answer["closing_cents"]) == (5, 1, 10_000)
    assert [line["kind"] for line in answer["lines"]] == ["chargeback", "teaching"]
    assert [line["balance_cents"] for line in answer["lines"]] == [10_000, 10_500]
    assert api(teacher).get("/api/v1/earnings/ledger?year=2031").json()["lines"] == []
    assert api(teacher).get("/api/v1/earnings/ledger?year=99").status_code == 400


def test_a_ledger_of_many_lines_takes_as_many_statements(django_assert_max_num_queries):
    teacher = lived().teacher
    client = browse(teacher)
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        client.get(PAGE)


def test_the_checks_find_what_the_ledger_would_not_tell():
    enrollment = earned(parts=1)
    everything_back(enrollment)
    assert differences_of(LEDGER) == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM split_events WHERE to_status = 'refunded'")
    rules = {one.rule for one in differences_of(LEDGER)}
    assert rules == {"a share that went back says once when it did"}


def test_the_checks_find_a_share_taken_back_without_a_debt():
    enrollment = earned(parts=1)
    paid_out(enrollment.teacher)
    everything_back(enrollment)
    assert differences_of(LEDGER) == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE balance_adjustments SET amount_cents = amount_cents + 1")
    rules = {one.rule for one in differences_of(LEDGER)}
    assert "a share that was taken back is a debt of its recipient" in rules
