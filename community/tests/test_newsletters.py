"""Newsletters: who gets them, when, and how often (rules NEWS-1 to NEWS-3)."""

import re
from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.identity.access import Unverified
from accounts.members.actions.relations import block_member
from accounts.models import Email, LocalMail, Notification, NotificationPreference, User
from accounts.models.preferences import Group
from accounts.notifications.outbox.delivery import deliver_due
from accounts.notifications.preferences import switch_mail_off
from accounts.sanctions.access import PostingBanned
from accounts.sanctions.actions.posting_ban import ban_from_posting
from community.models import Newsletter
from community.newsletters.actions import (
    change_newsletter,
    delete_newsletter,
    schedule_newsletter,
    send_newsletter,
    send_test,
    subscribe,
    unschedule_newsletter,
    unsubscribe,
)
from community.newsletters.actions.subscribing import OwnNewsletter
from community.newsletters.rules import (
    MarketingOff,
    NoReaders,
    NotADraft,
    SentBefore,
    TooManyTests,
    TooSoon,
)
from community.newsletters.tasks import send_newsletters
from community.tests.newsletters import (
    LATER,
    NOW,
    a_creator,
    a_newsletter,
    begin,
    readers,
    sent,
    subscription,
)
from peerloop.kit.invariants import differences
from peerloop.kit.refusals import Invalid, WrongMoment
from tests.cast import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def clara():
    return a_creator()


def addresses(subject="Three exercises"):
    return sorted(LocalMail.objects.filter(subject=subject).values_list("to", flat=True))


def test_every_subscriber_gets_it_once_with_text_and_links_of_their_own(clara):
    people = readers(clara)
    newsletter = sent(a_newsletter(clara))

    assert addresses() == sorted(person.email for person in people)
    assert newsletter.status == "sent"
    assert (newsletter.recipients, newsletter.sent_count, newsletter.waiting_count) == (3, 3, 0)
    mails = LocalMail.objects.filter(subject="Three exercises")
    assert all("Try the first one." in mail.text for mail in mails)
    assert all("<strong>first</strong>" in mail.html for mail in mails)
    links = {re.search(r"/newsletters/end/[^\s?]+", mail.text)[0] for mail in mails}
    assert len(links) == 3
    told = Notification.objects.get(user=clara)
    assert "Three exercises" in told.title
    assert differences() == []


@pytest.mark.parametrize(
    "why",
    [
        *("ended it", "never asked", "bounced", "complained", "left", "suspended", "unverified"),
        *("opted out of marketing", "switched newsletters off", "blocked her", "was blocked"),
    ],
)
def test_left_out_is_who(clara, why):
    [sam, olga] = readers(clara, 2)
    if why == "ended it":
        unsubscribe(creator=clara, by=sam, at=NOW)
    elif why == "never asked":
        subscription(clara, sam).delete()
    elif why in ("bounced", "complained"):
        User.objects.filter(pk=sam.pk).update(email_status=why)
    elif why == "left":
        User.objects.filter(pk=sam.pk).update(deleted_at=NOW)
    elif why == "suspended":
        User.objects.filter(pk=sam.pk).update(suspended_at=NOW)
    elif why == "unverified":
        User.objects.filter(pk=sam.pk).update(email_verified_at=None)
    elif why == "opted out of marketing":
        User.objects.filter(pk=sam.pk).update(marketing_opt_out=True)
    elif why == "switched newsletters off":
        NotificationPreference.objects.create(
            user=sam, group=Group.MARKETING, in_app=True, email=False
        )
    elif why == "blocked her":
        block_member(member=clara, by=sam, at=NOW)
    else:
        block_member(member=sam, by=clara, at=NOW)

    sent(a_newsletter(clara))

    assert addresses() == [olga.email]


@pytest.mark.parametrize("why", ["ended it", "marketing", "suspended"])
def test_who_says_no_while_it_waits_gets_nothing_either(clara, why):
    [sam, olga] = readers(clara, 2)
    newsletter = begin(a_newsletter(clara))
    if why == "ended it":
        unsubscribe(creator=clara, by=sam, at=NOW)
    elif why == "marketing":
        switch_mail_off(user=sam, group=Group.MARKETING, at=NOW)
    else:
        User.objects.filter(pk=sam.pk).update(suspended_at=NOW)

    deliver_due(at=NOW)

    newsletter.refresh_from_db()
    assert addresses() == [olga.email]
    assert (newsletter.status, newsletter.sent_count, newsletter.skipped_count) == ("sent", 1, 1)


def test_a_second_one_waits_24_hours(clara):
    readers(clara)
    sent(a_newsletter(clara))
    second = a_newsletter(clara, "Again")

    with pytest.raises(TooSoon):
        send_newsletter(newsletter=second, by=clara, at=NOW + timedelta(hours=23, minutes=59))
    send_newsletter(newsletter=second, by=clara, at=NOW + timedelta(hours=24))


def test_the_database_refuses_a_second_one_within_24_hours(clara):
    readers(clara)
    first, second = a_newsletter(clara), a_newsletter(clara, "Again")
    begin(first)

    with pytest.raises(IntegrityError, match="newsletter_one_a_day"):
        Newsletter.objects.filter(pk=second.pk).update(
            status="scheduled", send_at=LATER, quiet_until=LATER + timedelta(hours=24)
        )


def test_a_newsletter_is_not_sent_twice(clara):
    readers(clara)
    newsletter = sent(a_newsletter(clara))

    with pytest.raises(WrongMoment):
        send_newsletter(newsletter=newsletter, by=clara, at=NOW + timedelta(days=2))


def test_nobody_to_read_it_is_a_refusal(clara):
    with pytest.raises(NoReaders):
        send_newsletter(newsletter=a_newsletter(clara), by=clara, at=NOW)


def test_who_is_unverified_or_banned_sends_nothing(clara):
    readers(clara)
    newsletter = a_newsletter(clara)
    User.objects.filter(pk=clara.pk).update(email_verified_at=None)
    clara.refresh_from_db()
    with pytest.raises(Unverified):
        send_newsletter(newsletter=newsletter, by=clara, at=NOW)

    ada = a_member("Ada Admin", is_admin=True)
    User.objects.filter(pk=clara.pk).update(email_verified_at=NOW)
    ban_from_posting(user=clara, reason="Spam", by=ada, until=NOW + timedelta(days=1), at=NOW)
    clara.refresh_from_db()
    with pytest.raises(PostingBanned):
        send_newsletter(newsletter=newsletter, by=clara, at=NOW)


def test_what_was_sent_can_not_be_changed_or_deleted(clara):
    readers(clara)
    newsletter = begin(a_newsletter(clara))

    with pytest.raises(NotADraft):
        change_newsletter(newsletter=newsletter, subject="Other", body="Words", at=NOW)
    with pytest.raises(NotADraft):
        delete_newsletter(newsletter=newsletter)
    with pytest.raises(IntegrityError, match="newsletter_stays_as_sent"), transaction.atomic():
        Newsletter.objects.filter(pk=newsletter.pk).update(body="Other")


def test_a_scheduled_one_leaves_at_its_time_to_who_is_subscribed_then(clara, time_machine):
    [sam] = readers(clara, 1)
    newsletter = a_newsletter(clara)
    when = NOW + timedelta(days=3)
    schedule_newsletter(newsletter=newsletter, send_at=when, by=clara, at=NOW)
    olga = a_member("Olga")
    subscribe(creator=clara, by=olga, source="profile", at=NOW)

    time_machine.move_to(when - timedelta(seconds=1))
    send_newsletters()
    assert Newsletter.objects.get().status == "scheduled"
    time_machine.move_to(when)
    send_newsletters()
    deliver_due(at=when + timedelta(minutes=1))

    newsletter.refresh_from_db()
    assert newsletter.status == "sent"
    assert addresses() == sorted([sam.email, olga.email])


def test_a_scheduled_one_that_is_cancelled_is_a_draft_and_does_not_leave(clara, time_machine):
    readers(clara)
    newsletter = a_newsletter(clara)
    schedule_newsletter(newsletter=newsletter, send_at=LATER, by=clara, at=NOW)
    unschedule_newsletter(newsletter=newsletter)

    time_machine.move_to(LATER)
    send_newsletters()

    newsletter.refresh_from_db()
    assert (newsletter.status, newsletter.send_at) == ("draft", None)


def test_a_scheduled_one_whose_creator_was_banned_is_a_draft_again_and_they_are_told(
    clara, time_machine
):
    readers(clara)
    newsletter = a_newsletter(clara)
    schedule_newsletter(newsletter=newsletter, send_at=LATER, by=clara, at=NOW)
    ada = a_member("Ada Admin", is_admin=True)
    ban_from_posting(user=clara, reason="Spam", by=ada, until=NOW + timedelta(days=1), at=NOW)

    time_machine.move_to(LATER)
    send_newsletters()

    newsletter.refresh_from_db()
    assert newsletter.status == "draft"
    assert Notification.objects.filter(user=clara, title__contains="was not sent").exists()


@pytest.mark.parametrize("moment", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=366)])
def test_a_time_that_is_past_or_far_away_is_refused(clara, moment):
    with pytest.raises(Invalid) as refusal:
        schedule_newsletter(newsletter=a_newsletter(clara), send_at=moment, by=clara, at=NOW)
    assert "send_at" in refusal.value.fields


def test_two_are_not_scheduled_within_24_hours(clara):
    readers(clara)
    first, second = a_newsletter(clara), a_newsletter(clara, "Again")
    schedule_newsletter(newsletter=first, send_at=LATER, by=clara, at=NOW)

    with pytest.raises(TooSoon):
        schedule_newsletter(
            newsletter=second, send_at=LATER + timedelta(hours=23), by=clara, at=NOW
        )
    with pytest.raises(TooSoon):
        send_newsletter(newsletter=second, by=clara, at=NOW)


def test_nobody_subscribes_to_themselves_and_who_wants_no_newsletters_is_told(clara):
    sam = a_member()
    with pytest.raises(OwnNewsletter):
        subscribe(creator=clara, by=clara, source="profile", at=NOW)
    switch_mail_off(user=sam, group=Group.MARKETING, at=NOW)
    sam.refresh_from_db()
    with pytest.raises(MarketingOff):
        subscribe(creator=clara, by=sam, source="profile", at=NOW)


def test_who_ended_it_may_come_back(clara):
    [sam] = readers(clara, 1)
    unsubscribe(creator=clara, by=sam, at=NOW)
    assert subscription(clara, sam).unsubscribed_at == NOW

    subscribe(creator=clara, by=sam, source="enrollment", at=LATER)

    row = subscription(clara, sam)
    assert (row.status, row.source, row.subscribed_at) == ("active", "enrollment", LATER)


def test_a_test_mail_goes_to_the_creator_alone_five_times_in_ten_minutes(clara):
    readers(clara)
    newsletter = a_newsletter(clara)
    for _ in range(5):
        send_test(newsletter=newsletter, by=clara, at=NOW)
    with pytest.raises(TooManyTests):
        send_test(newsletter=newsletter, by=clara, at=NOW)
    deliver_due(at=NOW)

    assert addresses("Test: Three exercises") == [clara.email] * 5
    assert Email.objects.filter(template="newsletter-test").count() == 5
    assert addresses() == []


def test_it_comes_in_the_creators_name_from_our_address(clara):
    readers(clara, 1)
    clara.name = 'Clara "C" <x@y.example>'
    clara.save(update_fields=["name"])
    sent(a_newsletter(clara))

    mail = LocalMail.objects.get(subject="Three exercises")
    name, address = parseaddr(mail.sender)
    assert name == "Clara C x at y.example via PeerLoop"
    assert address == parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    assert clara.email not in f"{mail.text}{mail.html}"


def test_a_test_mail_names_the_sender_as_the_newsletter_will(clara):
    send_test(newsletter=a_newsletter(clara), by=clara, at=NOW)
    deliver_due(at=NOW)
    assert LocalMail.objects.get(to=clara.email).sender.startswith('"Clara Creator via PeerLoop" <')


def test_the_same_text_is_not_sent_again_within_a_week(clara):
    readers(clara, 1)
    text = "Try these three exercises before Monday."
    sent(a_newsletter(clara, body=text))
    again = a_newsletter(clara, "Another subject", f"**{text.upper()}**")
    days = [NOW + timedelta(days=number) for number in (2, 8)]

    with pytest.raises(SentBefore):
        send_newsletter(newsletter=again, by=clara, at=days[0])
    with pytest.raises(SentBefore):
        schedule_newsletter(newsletter=again, send_at=days[0], by=clara, at=NOW)

    send_newsletter(newsletter=again, by=clara, at=days[1])


def test_links_of_a_new_creator_are_few_and_marks_are_not_stacked(clara):
    links = " ".join(f"https://shop{number}.example/a" for number in range(4))
    for body in (links, "a" + "\u0301" * 10):
        with pytest.raises(Invalid) as refusal:
            a_newsletter(clara, body=body)
        assert list(refusal.value.fields) == ["body"]
    User.objects.filter(pk=clara.pk).update(created_at=NOW - timedelta(days=30))
    clara.refresh_from_db()
    row = a_newsletter(clara, body=links)
    many = " ".join(f"https://shop{number}.example/a" for number in range(21))
    with pytest.raises(Invalid):
        change_newsletter(newsletter=row, subject="News", body=many, at=NOW)
