"""A list of the admin site as CSV: what its filters show, harmless in a sheet, bounded, audited."""

import csv

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import admin_export
from accounts.models import AuditEntry, User
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
USERS = "/admin/accounts/user/"
WHY = {"reason": "A list for the tax office"}


@pytest.fixture
def ada():
    return browse(a_member("Ada Admin", is_admin=True))


def lines_of(answer):
    return list(csv.reader(b"".join(answer).decode().splitlines()))


def test_the_list_leads_to_its_export_and_that_says_how_much_it_is(ada):
    a_member("Bert")
    page = ada.get(f"{USERS}?q=bert").content.decode()
    assert f'href="{USERS}export/?q=bert"' in page
    asked = ada.get(f"{USERS}export/?q=bert").content.decode()
    assert "You get 1 row, as the list shows them" in asked
    assert f'href="{USERS}?q=bert"' in asked


def test_it_holds_what_the_filters_show_in_the_order_of_the_list(ada):
    bert, berta = a_member("Bert"), a_member("Berta", is_creator=True)
    a_member("Carl")

    head, *rows = lines_of(ada.post(f"{USERS}export/?q=bert", WHY))

    assert head == ["id", "email", "name", "handle", "Role", "suspended", "created at"]
    assert [row[0] for row in rows] == [str(berta.pk), str(bert.pk)]
    assert rows[1][1:4] == [bert.email, "Bert", bert.handle]
    assert rows[1][5] == "no"
    assert rows[1][6] == bert.created_at.isoformat()
    only = lines_of(ada.post(f"{USERS}export/?is_creator__exact=1", WHY))
    assert [row[0] for row in only[1:]] == [str(berta.pk)]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "  =1"])
def test_a_name_that_a_sheet_would_run_is_text(ada, name):
    member = a_member("Mallory")
    User.objects.filter(pk=member.pk).update(name=name)
    [row] = lines_of(ada.post(f"{USERS}export/?q={member.handle}", WHY))[1:]
    assert row[2] == f"'{name}"


def test_words_with_commas_quotes_and_lines_stay_one_cell(ada):
    member = a_member("Mallory")
    User.objects.filter(pk=member.pk).update(name='Anna, "Ann"')
    [row] = lines_of(ada.post(f"{USERS}export/?q={member.handle}", WHY))[1:]
    assert row[2] == 'Anna, "Ann"'


def test_a_long_list_ends_and_says_so_before(ada, monkeypatch):
    for number in range(5):
        a_member(f"Bert {number}")
    monkeypatch.setattr(admin_export, "MOST_ROWS", 3)
    monkeypatch.setattr("accounts.audit.admin_pages.MOST_ROWS", 3)
    assert "the first 3 rows" in ada.get(f"{USERS}export/?q=bert").content.decode()
    assert len(lines_of(ada.post(f"{USERS}export/?q=bert", WHY))) == 1 + 3


def test_the_audit_log_says_what_was_taken_and_why(ada):
    b"".join(ada.post(f"{USERS}export/?q=bert", WHY))
    entry = AuditEntry.objects.get(action="list.exported")
    assert entry.after == {"list": "accounts.user", "filters": "q=bert"}
    assert entry.reason == WHY["reason"]


def test_filters_that_mean_nothing_lead_back_to_the_list(ada):
    for query in ("is_creator__exact=maybe&created_at__gte=x", "password__startswith=a"):
        answer = ada.post(f"{USERS}export/?{query}", WHY)
        assert answer.status_code in (302, 400)
    assert not AuditEntry.objects.filter(action="list.exported").exists()


def test_it_needs_as_many_statements_for_many_rows_as_for_few(ada):
    seen = []
    for _ in range(2):
        for number in range(8):
            a_member(f"Bert {number}")
        with CaptureQueriesContext(connection) as statements:
            b"".join(ada.post(f"{USERS}export/", WHY))
        seen.append(len(statements))
    assert seen[0] == seen[1]


def test_nobody_else_takes_a_list():
    for who in (None, a_member("Max"), a_member("Mona", is_moderator=True)):
        answer = browse(who).post(f"{USERS}export/", WHY)
        assert answer.status_code in (302, 404)
    assert not AuditEntry.objects.exists()
