"""The admin site's pages of members, mails, events and the audit log."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import AuditEntry, CreatorApplication, Email, User, WebhookEvent
from accounts.tests.mails import mails_to
from tests.cast import PASSWORD, a_member, an_enrollment, browse

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True, email="ada@example.com")


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def act(ada, model, action, *rows, **given):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **given}
    return browse(ada).post(f"/admin/accounts/{model}/", data, follow=True)


@pytest.mark.parametrize(
    "model",
    [
        *("user", "creatorapplication", "email", "notification", "webhookevent"),
        *("auditentry", "audithead", "deadletter"),
    ],
)
def test_an_admin_finds_and_reads_but_edits_nothing(ada, model):
    client = browse(ada)

    assert client.get(f"/admin/accounts/{model}/").status_code == 200
    assert client.get(f"/admin/accounts/{model}/?q=sam").status_code == 200
    assert client.get(f"/admin/accounts/{model}/add/").status_code == 403


def test_a_member_is_found_by_address_and_shown_without_secrets(ada, sam):
    client = browse(ada)

    assert "sam@example.com" in client.get("/admin/accounts/user/?q=sam@ex").content.decode()
    text = client.get(f"/admin/accounts/user/{sam.pk}/change/").content.decode()
    assert "Sam Student" in text
    assert sam.password not in text
    changed = client.post(f"/admin/accounts/user/{sam.pk}/change/", {"is_admin": "on"})
    assert changed.status_code == 403


def test_visitors_see_the_one_sign_in_page_and_members_get_a_404(sam):
    assert Client().get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert Client().get("/admin/login/?next=/admin/")["Location"] == "/login?next=%2Fadmin%2F"
    assert browse(sam).get("/admin/", follow=True).status_code == 404
    assert Client().post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_a_suspended_admin_is_out_at_once(ada):
    client = browse(ada)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=ada.pk).update(suspended_at=AT)

    assert client.get("/admin/").status_code == 302


def test_the_first_admin_is_made_at_the_command_line(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command(
        "createsuperuser", "--noinput", "--email", "Root@Faß.example", "--name", "Rita Root"
    )

    rita = User.objects.get()
    assert (rita.email, rita.is_admin, rita.is_verified) == ("root@xn--fa-hia.example", True, True)
    client = Client()
    client.post("/login", {"email": "root@faß.example", "password": PASSWORD})
    assert client.get("/admin/accounts/user/").status_code == 200


def test_a_suspension_asks_for_a_reason_and_is_logged(ada, sam):
    browser = browse(sam)

    asked = act(ada, "user", "suspend", sam)
    assert "Reason" in asked.content.decode()
    act(ada, "user", "suspend", sam, apply="1", reason="")
    sam.refresh_from_db()
    assert not sam.is_suspended

    act(ada, "user", "suspend", sam, apply="1", reason="Spam", days="3")

    sam.refresh_from_db()
    assert (sam.is_suspended, sam.suspended_reason) == (True, "Spam")
    assert browser.get("/settings/security").status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.reason) == (ada, "member.suspend", "Spam")
    assert mails_to("sam@example.com") == ["Your account is suspended"]

    act(ada, "user", "lift", sam, apply="1", reason="Sorry")
    sam.refresh_from_db()
    assert not sam.is_suspended


def test_roles_are_given_with_a_reason(ada, sam):
    act(ada, "user", "change_role", sam, apply="1", reason="Good", role="is_moderator", held="give")
    sam.refresh_from_db()
    assert sam.is_moderator

    act(
        ada,
        "user",
        "change_role",
        sam,
        apply="1",
        reason="Enough",
        role="is_moderator",
        held="take",
    )
    sam.refresh_from_db()
    assert not sam.is_moderator
    assert AuditEntry.objects.filter(action="member.role", actor=ada).count() == 2


def test_a_refusal_is_shown_and_stops_none_of_the_others(ada, sam):
    response = act(ada, "user", "suspend", ada, sam, apply="1", reason="Both")

    assert "You can&#x27;t decide this about yourself." in response.content.decode()
    sam.refresh_from_db()
    assert sam.is_suspended


def test_an_application_is_approved(ada, sam):
    application = CreatorApplication.objects.create(user=sam)

    act(ada, "creatorapplication", "approve", application, apply="1", reason="")
    application.refresh_from_db()
    assert application.status == "pending"
    act(ada, "creatorapplication", "approve", application, apply="1", reason="Good work")

    sam.refresh_from_db()
    assert sam.is_creator
    assert "You can create courses now" in mails_to("sam@example.com")


def test_a_denial_needs_a_reason(ada, sam):
    application = CreatorApplication.objects.create(user=sam)

    act(ada, "creatorapplication", "deny", application, apply="1", reason="")
    application.refresh_from_db()
    assert application.status == "pending"
    act(ada, "creatorapplication", "deny", application, apply="1", reason="Too early")

    application.refresh_from_db()
    assert (application.status, application.reason) == ("denied", "Too early")


def test_a_failed_event_is_worked_again_and_a_failed_mail_sent_again(ada, sam):
    event = WebhookEvent.objects.create(
        provider="test",
        event_id="1",
        kind="x",
        payload={},
        received_at=AT,
        status="failed",
        tries=8,
    )
    mail = Email.objects.create(
        to=sam.email,
        user=sam,
        template="welcome",
        dedupe_key="k",
        status="failed",
        tries=8,
        error="no such mailbox",
    )

    act(ada, "webhookevent", "work_again", event, apply="1", reason="Mended")
    letters = browse(ada).get("/admin/accounts/deadletter/").content.decode()
    assert sam.email in letters
    assert "no such mailbox" in letters
    act(ada, "deadletter", "again", mail, apply="1", reason="Mended")
    assert sam.email not in browse(ada).get("/admin/accounts/deadletter/").content.decode()

    event.refresh_from_db()
    mail.refresh_from_db()
    assert (event.status, event.tries, mail.status, mail.tries) == ("new", 0, "queued", 1)
    assert AuditEntry.objects.filter(actor=ada).count() == 2


def test_an_admin_bans_and_lifts_with_a_reason_and_reads_the_history(ada, sam):
    act(ada, "user", "ban", sam, apply="1", days="3", reason="Spam")
    sam.refresh_from_db()
    assert sam.posting_banned_until is not None

    act(ada, "user", "lift_ban", sam, apply="1", reason="It was a mistake")
    again = act(ada, "user", "lift_ban", sam, apply="1", reason="Again").content.decode()

    sam.refresh_from_db()
    assert sam.posting_banned_until is None
    assert "No posting ban stands." in again
    page = browse(ada).get(f"/admin/accounts/user/{sam.pk}/change/").content.decode()
    assert "Spam" in page
    assert 'name="sanction' not in page
    assert list(AuditEntry.objects.order_by("created_at").values_list("action", "reason")) == [
        ("member.ban_from_posting", "Spam"),
        ("member.lift_posting_ban", "It was a mistake"),
    ]


def test_an_admin_closes_and_reopens_an_account_or_reads_what_prevents_it(ada, sam):
    act(ada, "user", "erase", sam, apply="1", reason="Asked by letter")
    sam.refresh_from_db()
    assert sam.deleted_at is not None

    act(ada, "user", "keep_account", sam, apply="1", reason="Thought again")

    sam.refresh_from_db()
    assert sam.deleted_at is None
    page = act(ada, "user", "keep_account", sam, apply="1", reason="Again").content.decode()
    assert "isn&#x27;t closed" in page
    enrollment = an_enrollment(sam)
    page = act(ada, "user", "erase", sam, apply="1", reason="Again").content.decode()
    assert "You are enrolled in 1 course" in page
    assert enrollment.student == sam
