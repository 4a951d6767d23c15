"""Once a day the ledger is checked and sealed; a changed past is found, also with every seal."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import Email
from billing.actions.money_days import broken_days, keep_money_day, seal_of
from billing.invariants import INVARIANTS
from billing.models import MoneyDay
from billing.tests.money_stage import ada, paid_enrollment
from peerloop.kit.invariants import differences, differences_of
from tests.threads import at_once

pytestmark = pytest.mark.django_db
MONDAY = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)


def keep(days=3):
    return [keep_money_day(at=MONDAY + timedelta(days=day)) for day in range(days)]


def changed(sql):
    """Somebody with the keys of the database rewrites a day."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def checked(*known):
    said = StringIO()
    arguments = [word for one in known for word in ("--known", one)]
    try:
        call_command("money_days", *arguments, stdout=said)
    except SystemExit as end:
        said.write(f"exit {end.code}")
    return said.getvalue()


def test_a_day_is_kept_once_with_its_figures_and_what_the_checks_found():
    paid_enrollment()
    kept = keep_money_day(at=MONDAY)
    assert keep_money_day(at=MONDAY + timedelta(minutes=20)) is None
    assert (kept.day, kept.found) == (date(2027, 3, 1), len(differences()))
    assert kept.figures["payments"] == [1, 45_000]
    assert kept.figures["shares"][1] == 45_000


def test_what_the_checks_find_is_kept():
    paid_enrollment()
    changed("UPDATE transactions SET refunded_cents = 1")
    kept = keep_money_day(at=MONDAY)
    assert kept.found == len(kept.findings) > 0
    assert "I1" in {finding[0] for finding in kept.findings}


def test_each_day_is_sealed_together_with_the_one_before():
    first, second, third = keep()
    assert first.seal_before == ""
    assert (second.seal_before, third.seal_before) == (first.seal, second.seal)
    assert "3 days, all sealed." in checked()
    assert differences_of(INVARIANTS) == []


def test_a_day_that_is_missed_does_not_break_the_seals():
    keep(1)
    keep_money_day(at=MONDAY + timedelta(days=9))
    assert list(broken_days()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE money_days SET found = 0, findings = '[]', figures = '{}' WHERE day = '2027-03-02'",
        "UPDATE money_days SET checked_at = now() WHERE day = '2027-03-02'",
        "UPDATE money_days SET seal = repeat('0', 64) WHERE day = '2027-03-02'",
        "DELETE FROM money_days WHERE day = '2027-03-02'",
        "DELETE FROM money_days WHERE day = '2027-03-01'",
    ],
)
def test_a_changed_or_missing_day_is_found(sql):
    keep()
    changed(sql)
    assert list(broken_days())
    assert "exit 1" in checked()
    rules = {one.rule for one in differences_of(INVARIANTS)}
    assert rules == {"the days of the ledger are sealed"}


def test_a_past_that_was_sealed_anew_does_not_fit_the_mails():
    _, second, third = keep()
    changed("DELETE FROM money_days WHERE day = '2027-03-03'")
    assert list(broken_days()) == []
    assert "no such day is kept" in checked(f"2027-03-03:{third.seal}")
    second.figures = {}
    changed(
        f"UPDATE money_days SET figures = '{{}}', seal = '{seal_of(second)}' "
        "WHERE day = '2027-03-02'"
    )
    assert list(broken_days()) == []
    assert "the mail of that day has another seal" in checked(f"2027-03-02:{second.seal}")


def test_who_seals_a_day_anew_has_to_seal_every_later_one():
    _, second, third = keep()
    second.figures = {}
    seal = seal_of(second)
    changed(
        f"UPDATE money_days SET figures = '{{}}', seal = '{seal}' WHERE day = '2027-03-02';"
        f"UPDATE money_days SET seal_before = '{seal}' WHERE day = '2027-03-03'"
    )
    assert list(broken_days()) == [(third.day, "what it says was changed")]


@pytest.mark.parametrize("known", ["2027-03-02", "2027-02-30:" + "0" * 64, "x:" + "0" * 64])
def test_a_seal_that_is_none_is_refused(known):
    with pytest.raises(CommandError):
        call_command("money_days", "--known", known)


@pytest.mark.parametrize(
    "sql", ["UPDATE money_days SET found = 7", "DELETE FROM money_days", "TRUNCATE money_days"]
)
def test_the_database_refuses_to_change_a_day(sql):
    keep(1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_admins_get_the_seal_by_mail_each_day():
    admin = ada()
    kept = keep_money_day(at=MONDAY)
    mail = Email.objects.get(template="money-day")
    assert mail.to == admin.email
    assert mail.context["seal"] == kept.seal


def test_the_mail_goes_where_the_setting_says(settings):
    ada()
    settings.MONEY_MAIL_TO = "books@peerloop.test, ops@peerloop.test"
    keep_money_day(at=MONDAY)
    told = Email.objects.filter(template="money-day").values_list("to", flat=True)
    assert sorted(told) == ["books@peerloop.test", "ops@peerloop.test"]
    settings.MONEY_MAIL_TO = ""
    keep_money_day(at=MONDAY + timedelta(days=1))
    assert Email.objects.filter(template="money-day").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_that_keep_a_day_at_once_keep_one():
    kept = at_once([lambda: keep_money_day(at=MONDAY)] * 4)
    assert len([one for one in kept if one is not None]) == 1
    assert MoneyDay.objects.count() == 1
