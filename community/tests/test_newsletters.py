"""Newsletters: who gets them, how often, and what becomes of each (rules NEWS-1 to NEWS-3)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.identity.access import Unverified
from accounts.members.actions.relations import block_member
from accounts.models import Email, LocalMail, Notification, NotificationPreference, User
from accounts.models.preferences import Group
from accounts.notifications.outbox.delivery import deliver_due
from accounts.notifications.preferences import switch_mail_off
from accounts.sanctions.access import PostingBanned
from accounts.sanctions.actions.posting_ban import ban_from_posting
from accounts.sanctions.actions.suspension import suspend_member
from community.models import DeliveryStatus, Newsletter, NewsletterDelivery
from community.newsletters.actions import (
    change_newsletter,
    delete_newsletter,
    retry_failed,
    schedule_newsletter,
    send_newsletter,
    send_test,
    stop_newsletter,
    subscribe,
    unschedule_newsletter,
    unsubscribe,
)
from community.newsletters.actions.filling import fill_newsletter
from community.newsletters.actions.settling import settle_newsletter
from community.newsletters.actions.subscribing import OwnNewsletter
from community.newsletters.rules import MarketingOff, NoReaders, NotADraft, TooManyTests, TooSoon
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
        change_newsletter(newsletter=newsletter, subject="Other", body="Words")
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


def test_staff_stop_what_has_not_left_and_the_creator_reads_why(clara):
    readers(clara)
    newsletter = begin(a_newsletter(clara))
    ada = a_member("Ada Admin", is_admin=True)

    stop_newsletter(newsletter=newsletter, reason="It is an advertisement.", by=ada, at=NOW)
    deliver_due(at=NOW)

    newsletter.refresh_from_db()
    assert addresses() == []
    assert (newsletter.status, newsletter.skipped_count) == ("stopped", 3)
    assert Notification.objects.get(user=clara).body == "It is an advertisement."
    with pytest.raises(WrongMoment):
        stop_newsletter(newsletter=newsletter, reason="Again", by=ada, at=NOW)


def test_a_suspended_creators_newsletter_stops(clara):
    readers(clara)
    newsletter = begin(a_newsletter(clara))
    ada = a_member("Ada Admin", is_admin=True)

    suspend_member(user=clara, reason="Fraud", by=ada, at=NOW)
    deliver_due(at=NOW)

    newsletter.refresh_from_db()
    assert (newsletter.status, addresses()) == ("stopped", [])


def test_what_failed_is_sent_again_and_nothing_else(clara):
    [sam, *_] = readers(clara)
    newsletter = sent(a_newsletter(clara))
    failed = Email.objects.get(to=sam.email)
    LocalMail.objects.filter(to=sam.email).delete()
    Email.objects.filter(pk=failed.pk).update(status="failed")
    NewsletterDelivery.objects.filter(email=failed).update(status=DeliveryStatus.FAILED)

    retry_failed(newsletter=newsletter, by=clara, at=LATER)
    assert Newsletter.objects.get().status == "sending"
    deliver_due(at=LATER)

    newsletter.refresh_from_db()
    assert (newsletter.status, newsletter.sent_count, newsletter.failed_count) == ("sent", 3, 0)
    assert len(addresses()) == 3
    assert differences() == []


def test_who_ended_it_meanwhile_is_not_among_those_that_are_sent_again(clara):
    [sam, *_] = readers(clara)
    newsletter = sent(a_newsletter(clara))
    failed = Email.objects.get(to=sam.email)
    Email.objects.filter(pk=failed.pk).update(status="failed")
    NewsletterDelivery.objects.filter(email=failed).update(status=DeliveryStatus.FAILED)
    unsubscribe(creator=clara, by=sam, at=NOW)

    with pytest.raises(Exception, match="Nothing of this newsletter failed"):
        retry_failed(newsletter=newsletter, by=clara, at=LATER)


def test_a_lost_task_is_made_up_for_by_the_sweep(clara, time_machine):
    people = readers(clara)
    newsletter = a_newsletter(clara)
    send_newsletter(newsletter=newsletter, by=clara, at=NOW)

    time_machine.move_to(LATER)
    send_newsletters()
    deliver_due(at=LATER + timedelta(minutes=1))

    assert addresses() == sorted(person.email for person in people)


def test_filling_twice_queues_nobody_twice(clara):
    readers(clara)
    newsletter = begin(a_newsletter(clara))
    Newsletter.objects.update(filled_at=None)

    fill_newsletter(newsletter_id=newsletter.pk, at=NOW)

    assert Email.objects.filter(template="newsletter").count() == 3


def test_a_delivery_that_missed_the_fate_of_its_mail_is_repaired(clara):
    readers(clara)
    newsletter = begin(a_newsletter(clara))
    Email.objects.filter(template="newsletter").update(status="sent", sent_at=NOW)
    assert len(differences()) == 3

    settle_newsletter(newsletter_id=newsletter.pk, at=LATER)

    newsletter.refresh_from_db()
    assert (newsletter.status, newsletter.sent_count) == ("sent", 3)
    assert differences() == []


def test_a_mail_erased_with_its_account_does_not_hold_up_the_newsletter(clara):
    [sam, *_] = readers(clara)
    newsletter = begin(a_newsletter(clara))
    Email.objects.filter(to=sam.email).delete()
    deliver_due(at=NOW)

    settle_newsletter(newsletter_id=newsletter.pk, at=LATER)

    newsletter.refresh_from_db()
    assert (newsletter.status, newsletter.sent_count, newsletter.skipped_count) == ("sent", 2, 1)


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


def test_filling_needs_as_many_statements_for_thirty_readers_as_for_three(clara):
    readers(clara, 3)
    newsletter = a_newsletter(clara)
    send_newsletter(newsletter=newsletter, by=clara, at=NOW)
    few = _statements(newsletter)
    cora = a_creator("Cora Creator")
    readers(cora, 30)
    other = a_newsletter(cora)
    send_newsletter(newsletter=other, by=cora, at=NOW)

    assert _statements(other) == few


def _statements(newsletter):
    with CaptureQueriesContext(connection) as counted:
        fill_newsletter(newsletter_id=newsletter.pk, at=NOW)
    return len(counted)
