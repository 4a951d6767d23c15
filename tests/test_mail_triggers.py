"""Every mail of rules 25 is sent when it should: tested here or in the file of TESTED_IN."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accounts.identity.actions.address_change import (
    confirm_address,
    request_address_change,
    undo_address,
)
from accounts.identity.actions.passwords import change_password, request_password_reset
from accounts.identity.actions.sign_in import note_sign_in
from accounts.identity.actions.sign_up import sign_up
from accounts.identity.actions.verification import request_verification, verify_email
from accounts.members.actions.applications import (
    apply_to_create,
    decide_creator_application,
)
from accounts.models import Email, User
from accounts.notifications.kinds import declared_mails
from accounts.notifications.mail.preview import templates
from accounts.sanctions.actions.suspension import suspend_member
from accounts.tests.mails import last_mail, secret_in
from scheduling.actions.assessment import ask_to_rate, rate_session
from scheduling.actions.recordings import keep_recording
from scheduling.tests.rooms import held_lesson
from tests.cast import PASSWORD, a_member

PROJECT = Path(__file__).resolve().parent.parent
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# The test file that triggers the mail and looks for it.
TESTED_IN = {
    "payment-receipt": "billing/tests/test_fulfilment.py",
    "enrollment-confirmed": "billing/tests/test_fulfilment.py",
    "time-taken": "billing/tests/test_chosen_time.py",
    "new-student": "billing/tests/test_fulfilment.py",
    "course-no-teachers": "billing/tests/test_checkout.py",
    "session-booked": "scheduling/tests/test_actions_booking.py",
    "session-series-booked": "scheduling/tests/test_series.py",
    "session-rescheduled": "scheduling/tests/test_notifications.py",
    "session-cancelled": "scheduling/tests/test_actions_cancelling.py",
    "session-reminder": "scheduling/tests/test_actions_reminders.py",
    "session-completed": "scheduling/tests/test_actions_completion.py",
    "session-no-show": "scheduling/tests/test_actions_completion.py",
    "homework-submitted": "learning/tests/test_homework.py",
    "homework-reviewed": "learning/tests/test_homework.py",
    "certificate-recommended": "learning/tests/test_mails.py",
    "certificate-issued": "learning/tests/test_mails.py",
    "certificate-declined": "learning/tests/test_mails.py",
    "certificate-revoked": "learning/tests/test_mails.py",
    "teaching-application": "learning/tests/test_mails.py",
    "teaching-decision": "learning/tests/test_mails.py",
    "payout-account-action": "billing/tests/test_accounts.py",
    "withdrawal-received": "billing/tests/test_withdrawing.py",
    "withdrawal-answered": "billing/tests/test_withdrawing.py",
    "payment-failed": "billing/tests/test_events.py",
    "refund-delayed": "billing/tests/test_refunds_failed.py",
    "payout-requested": "billing/tests/test_payouts.py",
    "payout-complete": "billing/tests/test_payout_processing.py",
    "payout-failed": "billing/tests/test_payouts.py",
    "refund-requested": "billing/tests/test_refunds_policy.py",
    "refund-processed": "billing/tests/test_refunds.py",
    "dispute-opened": "billing/tests/test_card_disputes.py",
    "dispute-closed": "billing/tests/test_card_disputes.py",
    "monthly-summary": "billing/tests/test_notifications.py",
    "message-unread": "accounts/tests/test_bundles.py",
    "newsletter": "community/tests/test_newsletters_sent_again.py",
    "newsletter-test": "community/tests/test_newsletters.py",
    "referral-invite": "goodwill/tests/test_referrals.py",
    "money-day": "billing/tests/test_money_days.py",
    "audit-head": "accounts/tests/test_audit_chain.py",
    "moderator-invite": "community/tests/test_moderator_invites.py",
    "moderation-decision": "community/tests/test_pages_appeals.py",
    "moderation-warning": "community/tests/test_deciding.py",
    "report-decision": "community/tests/test_pages_reporting.py",
    "report-received": "community/tests/test_pages_reporting.py",
    "appeal-decision": "community/tests/test_pages_appeals.py",
    "content-hidden": "community/tests/test_api_flags.py",
    "posting-banned": "accounts/tests/test_actions_sanctions.py",
}
BY_PREFERENCE = {
    *("homework-submitted", "homework-reviewed"),
    *("welcome", "new-student", "session-booked", "session-reminder", "session-completed"),
    *("feedback-reminder", "recording-ready", "certificate-recommended", "certificate-issued"),
    *("certificate-declined", "message-unread", "review-reminder"),
    *("session-series-booked", "intro-booked", "intro-reminder"),
}
CLASSES = {**dict.fromkeys(BY_PREFERENCE, "P"), "newsletter": "M", "referral-invite": "M"}


def mailed(template, user=None):
    mails = Email.objects.filter(template=template)
    return mails.filter(user=user).count() if user else mails.count()


@pytest.mark.parametrize("template", TESTED_IN)
def test_the_named_test_file_mentions_the_mail(template):
    assert f'"{template}"' in (PROJECT / TESTED_IN[template]).read_text()


def test_every_mail_template_is_declared_and_every_declaration_has_a_template():
    assert {mail.template for mail in declared_mails()} == set(templates())


@pytest.mark.parametrize("mail", declared_mails(), ids=lambda mail: mail.template)
def test_each_mail_has_the_class_of_the_rules(mail):
    assert mail.mail_class == CLASSES.get(mail.template, "S")


@pytest.mark.django_db
def test_sign_up_verification_and_a_single_welcome():
    sam = sign_up(name="Sam Student", email="sam@example.com", password=PASSWORD, at=AT)
    assert mailed("email-verification", sam) == 1
    request_verification(email=sam.email, at=AT)
    assert mailed("email-verification", sam) == 2
    assert mailed("welcome") == 0

    verify_email(token=secret_in(last_mail(sam.email)), at=AT)
    assert mailed("welcome", sam) == 1
    User.objects.update(email_verified_at=None)
    request_verification(email=sam.email, at=AT)
    verify_email(token=secret_in(last_mail(sam.email)), at=AT)
    assert mailed("welcome", sam) == 1


@pytest.mark.django_db
def test_a_password_reset_and_change():
    sam = a_member()
    request_password_reset(email=sam.email, at=AT)
    assert mailed("password-reset", sam) == 1
    change_password(user=sam, current=PASSWORD, password="another correct horse", at=AT)
    assert mailed("password-changed", sam) == 1


@pytest.mark.django_db
def test_an_address_change_and_its_undo():
    sam = a_member(email="sam@example.com")
    a_member("Tom Teacher", email="tom@example.com")
    request_address_change(user=sam, email="tom@example.com", at=AT)
    request_address_change(user=sam, email="new@example.com", at=AT)
    asked = Email.objects.filter(template="address-change-asked")
    assert set(asked.values_list("to", flat=True)) == {"sam@example.com"}

    confirm_address(token=secret_in(last_mail("new@example.com")), at=AT)
    assert Email.objects.filter(template="address-changed", to="sam@example.com").exists()
    undo_address(token=secret_in(last_mail("sam@example.com")), at=AT)
    assert mailed("address-restored") >= 1


@pytest.mark.django_db
def test_a_new_device():
    sam = a_member(last_login=AT - timedelta(days=1))
    note_sign_in(user=sam, at=AT, is_new_device=False)
    assert mailed("new-sign-in") == 0
    note_sign_in(user=sam, at=AT, agent="Firefox", is_new_device=True)
    assert mailed("new-sign-in", sam) == 1


@pytest.mark.django_db
def test_an_application_and_its_decision():
    ada, sam = a_member("Ada Admin", is_admin=True), a_member()
    application = apply_to_create(by=sam, at=AT, motivation="I know things", ideas="Many")
    assert mailed("creator-application-received", sam) == 1
    decide_creator_application(application=application, approve=True, reason="Fine", by=ada, at=AT)
    assert mailed("creator-application-decision", sam) == 1


@pytest.mark.django_db
def test_a_suspension():
    ada, sam = a_member("Ada Admin", is_admin=True), a_member()
    suspend_member(user=sam, reason="Spam", by=ada, at=AT)
    assert mailed("account-suspended", sam) == 1


@pytest.mark.django_db
def test_both_are_notified_of_a_recording_once():
    lesson = held_lesson()
    for _ in range(2):
        keep_recording(session_id=lesson.pk, record_id="R1", at=lesson.ended_at)

    for person in (lesson.student, lesson.teacher):
        assert mailed("recording-ready", person) == 1


@pytest.mark.django_db
def test_feedback_is_requested_once_after_three_days():
    lesson = held_lesson()
    after = lesson.ended_at + timedelta(days=3)

    assert ask_to_rate(at=after - timedelta(seconds=1)) == 0
    assert ask_to_rate(at=after) == 1
    assert ask_to_rate(at=after + timedelta(hours=1)) == 0
    assert (mailed("feedback-reminder", lesson.student), mailed("feedback-reminder")) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["rated", "too late"])
def test_no_feedback_is_requested(why):
    lesson = held_lesson()
    at = lesson.ended_at + timedelta(days=3)
    if why == "rated":
        rate_session(session=lesson, by=lesson.student, rating=5, at=lesson.ended_at)
    else:
        at = lesson.ended_at + timedelta(days=10)

    assert ask_to_rate(at=at) == 0
