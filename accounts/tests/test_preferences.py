"""What members want to be told, and what they are told anyway (rules NOTE-2, NOTE-3, NOTE-5)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client

from accounts.models import Email, Notification, NotificationPreference
from accounts.models.preferences import Group
from accounts.notifications import kinds
from accounts.notifications.kinds import mail_of
from accounts.notifications.mail.unsubscribe import token_of
from accounts.notifications.outbox import delivery
from accounts.notifications.outbox.delivery import deliver_due
from accounts.notifications.outbox.queue import queue_email
from accounts.notifications.preferences import (
    Choice,
    change_choices,
    choices_of,
    switch_mail_off,
)
from accounts.tests.kinds import NEWSLETTER, notify_of_news
from accounts.tests.test_outbox import Carrier
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARKETING_OFF = Choice(Group.MARKETING, in_app=True, email=False)


def tell(*people, **changes):
    notify_of_news(people, **{"group": Group.SESSION_BOOKED, "at": AT, **changes})


def choose(user, group, *, in_app=True, email=True):
    change_choices(user=user, wanted=[Choice(group, in_app=in_app, email=email)], at=AT)


def queue(user, template="session-booked", key="k"):
    return queue_email(
        mail_of(template), to=user.email, context={}, dedupe_key=key, user=user, at=AT
    )


@pytest.fixture(autouse=True)
def _newsletters_are_sent(monkeypatch):
    monkeypatch.setitem(kinds._mails, NEWSLETTER.template, NEWSLETTER)


@pytest.fixture
def carrier(monkeypatch):
    carrier = Carrier()
    monkeypatch.setattr(delivery, "email_provider", lambda: carrier)
    return carrier


def test_every_mail_has_its_class():
    folder = Path(django_settings.BASE_DIR) / "templates" / "mail"
    written = {path.name.removesuffix(".subject.txt") for path in folder.glob("*.subject.txt")}

    assert written == {mail.template for mail in kinds.declared_mails()} - {NEWSLETTER.template}
    for mail in kinds.declared_mails():
        assert (mail.group is None) == (mail.mail_class == "S")
    assert Group.PAYMENT not in {kind.group for kind in kinds.declared_kinds()}


def test_everybody_starts_with_the_same():
    off = {choice.group for choice in choices_of(a_member()) if not choice.email}

    assert off == {Group.SOCIAL, Group.GOODWILL, Group.MARKETING}
    assert all(choice.in_app for choice in choices_of(a_member()))


def test_each_channel_is_switched_by_itself():
    sam, tom = a_member(), a_member("Tom Teacher")
    choose(sam, Group.SESSION_BOOKED, in_app=False)
    choose(tom, Group.SESSION_BOOKED, email=False)

    tell(sam, tom, mail="session-booked", key="x")

    assert [row.user for row in Notification.objects.all()] == [tom]
    assert [row.user for row in Email.objects.all()] == [sam]


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        ("payment", "payment-receipt"),
        ("refund", "refund-processed"),
        ("payout", "payout-complete"),
        ("session_cancelled", "session-cancelled"),
        ("session_rescheduled", "session-rescheduled"),
        ("certificate", "certificate-revoked"),
        ("system", "password-changed"),
        ("moderation", "moderation-warning"),
    ],
)
def test_what_is_a_duty_comes_whatever_is_switched_off(kind, template):
    sam = a_member()
    everything = [Choice(group, in_app=False, email=False) for group in Group]
    change_choices(user=sam, wanted=everything, at=AT)

    tell(sam, word=kind, mail=template, group=None)

    assert Notification.objects.filter(user=sam).count() == 1
    assert Email.objects.filter(user=sam).count() == 1


def test_no_row_says_otherwise_about_payments():
    sam = a_member()
    choose(sam, Group.PAYMENT, in_app=False, email=False)

    assert not NotificationPreference.objects.exists()


def test_a_waiting_mail_follows_a_later_preference(carrier):
    sam = a_member()
    assert queue(sam) is not None
    switch_mail_off(user=sam, group=Group.SESSION_BOOKED, at=AT)

    deliver_due(at=AT)

    assert carrier.sent == []
    assert Email.objects.get().status == "skipped"
    assert queue(sam, key="later") is None


def test_a_subscription_is_a_yes_until_a_no():
    sam = a_member()
    assert queue(sam, "offer", "1") is not None
    # A save of the page as it stood.
    change_choices(user=sam, wanted=choices_of(sam), at=AT)
    assert queue(sam, "offer", "2") is not None

    switch_mail_off(user=sam, group=Group.MARKETING, at=AT)

    sam.refresh_from_db()
    assert sam.marketing_opt_out
    assert queue(sam, "offer", "3") is None


def test_a_complaint_shows_as_off_and_a_new_yes_takes_it_back():
    sam = a_member(marketing_opt_out=True)
    assert MARKETING_OFF in choices_of(sam)
    assert queue(sam, "offer", "1") is None

    choose(sam, Group.MARKETING)

    sam.refresh_from_db()
    assert not sam.marketing_opt_out
    assert queue(sam, "offer", "2") is not None


def test_marketing_never_goes_to_who_cannot_end_it(carrier):
    queue_email(NEWSLETTER, to="x@x.test", context={}, dedupe_key="k", at=AT)
    deliver_due(at=AT)

    assert carrier.sent == []


def test_notifying_many_costs_two_queries_for_their_preferences(django_assert_max_num_queries):
    people = [a_member(f"Sam {number}x") for number in range(20)]

    with django_assert_max_num_queries(5):
        tell(*people)


def test_the_page_saves_all_at_once():
    sam = a_member()
    page = browse(sam)
    text = page.get("/settings/notifications").content.decode()
    assert "Session reminders: by mail" in text

    answer = page.post("/settings/notifications", {"app-social": "on", "mail-social": "on"})

    assert (answer.status_code, answer["Location"]) == (302, "/settings/notifications")
    chosen = {choice.group: choice for choice in choices_of(sam)}
    assert chosen[Group.SOCIAL].email
    assert not chosen[Group.SESSION_REMINDER].email
    assert not chosen[Group.SESSION_REMINDER].in_app
    assert chosen[Group.PAYMENT].is_fixed


def test_the_page_is_for_members():
    assert Client().get("/settings/notifications").status_code == 302


def test_a_mail_by_preference_can_be_ended_from_within(carrier):
    sam = a_member()
    queue(sam, "welcome")
    deliver_due(at=AT)

    [mail] = carrier.sent
    url = mail.headers["List-Unsubscribe"].strip("<>")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in mail.text
    assert f'href="{url}"' in mail.html
    path = url.removeprefix("http://localhost:8000")
    strict = Client(enforce_csrf_checks=True)

    assert strict.get(path).status_code == 200
    assert not NotificationPreference.objects.exists()
    for _ in range(2):
        answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert queue(sam, "new-student", "later") is None


def test_a_mail_that_is_always_sent_has_no_such_link(carrier):
    queue(a_member(), "password-changed")
    deliver_due(at=AT)

    [mail] = carrier.sent
    assert not any(name.startswith("List-") for name in mail.headers)
    assert "/unsubscribe/" not in mail.text + mail.html


def test_a_link_that_is_not_ours_ends_nothing():
    sam, tom = a_member(), a_member("Tom Teacher")
    token = token_of(sam, Group.SOCIAL)
    others = token.replace(sam.pk.hex, tom.pk.hex)

    for wrong in (others, token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "%00"):
        assert Client().post(f"/unsubscribe/{wrong}").status_code in (400, 404)
    assert not NotificationPreference.objects.exists()
