"""Newsletters that stop, fail and are sent again, and what is repaired (rules NEWS-1, NEWS-3)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Email, LocalMail, Notification
from accounts.notifications.outbox.delivery import deliver_due
from accounts.sanctions.actions.suspension import suspend_member
from community.models import DeliveryStatus, Newsletter, NewsletterDelivery
from community.newsletters.actions import (
    retry_failed,
    send_newsletter,
    stop_newsletter,
    unsubscribe,
)
from community.newsletters.actions.filling import fill_newsletter
from community.newsletters.actions.settling import settle_newsletter
from community.newsletters.tasks import send_newsletters
from community.tests.newsletters import (
    LATER,
    NOW,
    a_creator,
    a_newsletter,
    begin,
    readers,
    sent,
)
from peerloop.kit.ids import uuid7
from peerloop.kit.invariants import differences
from peerloop.kit.refusals import WrongMoment
from tests.cast import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def clara():
    return a_creator()


def addresses(subject="Three exercises"):
    return sorted(LocalMail.objects.filter(subject=subject).values_list("to", flat=True))


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


@pytest.mark.parametrize(("hours", "keeps_batch"), [(1, True), (24, False)])
def test_a_batch_is_sent_again_under_its_key_while_the_provider_knows_that(
    clara, hours, keeps_batch
):
    readers(clara)
    newsletter = sent(a_newsletter(clara))
    mails = Email.objects.filter(template="newsletter")
    mails.update(status="failed", batch=uuid7())
    NewsletterDelivery.objects.update(status=DeliveryStatus.FAILED)

    retry_failed(newsletter=newsletter, by=clara, at=NOW + timedelta(hours=hours))

    assert mails.exclude(batch=None).exists() is keeps_batch
