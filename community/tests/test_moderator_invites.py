"""Invitations of platform moderators by mail (rules MOD-8, MOD-9)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.identity.access import Unverified
from accounts.models import AuditEntry, Email, LocalMail, Notification
from accounts.tests.mails import last_mail, mails_to, secret_in
from community.models import ModeratorInvite
from community.moderators.access import InviteClosed, invite_of_token, own_invite
from community.moderators.actions import (
    accept_invite,
    cancel_invite,
    decline_invite,
    invite_moderator,
    resend_invite,
    take_role,
)
from community.moderators.actions.answering import WrongAccount
from community.moderators.actions.inviting import InvitePending, ModeratorAlready, expire_invites
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden, Invalid, Missing, WrongMoment
from tests.cast import a_member

pytestmark = pytest.mark.django_db
ADDRESS = "mia@example.com"


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


@pytest.fixture
def mia():
    return a_member("Mia Member", email=ADDRESS)


def invited(ada, email=ADDRESS, at=None, **fields):
    return invite_moderator(email=email, by=ada, at=at or clock.now(), **fields)


def token_of(address=ADDRESS):
    return secret_in(last_mail(address))


def kinds(user):
    rows = Notification.objects.filter(user=user).order_by("pk")
    return [row.dedupe_key.split(":")[0] for row in rows if row.dedupe_key]


def test_an_admin_invites_an_address_and_a_mail_brings_the_link(ada):
    invite = invited(ada, "Mia@Example.com ")

    mail = last_mail(ADDRESS)
    assert mail.subject.replace("\u2068", "").replace("\u2069", "").startswith("Ada Admin invites")
    assert invite_of_token(secret_in(mail), at=clock.now()) == invite
    assert (invite.email, invite.days, invite.status) == (ADDRESS, 7, "pending")
    entry = AuditEntry.objects.get(action="moderator_invite.send")
    assert entry.actor == ada


def test_no_row_alone_opens_an_invitation(ada):
    invited(ada)
    token = token_of()
    invite = ModeratorInvite.objects.get()
    assert token not in invite.token_hash
    assert token not in str(Email.objects.get(to=ADDRESS).context)


def test_who_has_an_account_is_notified_there_too(ada, mia):
    invited(ada)
    assert kinds(mia) == ["moderator-invited"]


@pytest.mark.parametrize("who", ["member", "moderator", "suspended admin"])
def test_only_admins_invite(ada, who):
    by = {
        "member": a_member("Olga"),
        "moderator": a_member("Mona", is_moderator=True),
        "suspended admin": a_member("Alf", is_admin=True, suspended_at=clock.now()),
    }[who]
    with pytest.raises(Forbidden):
        invited(by)


@pytest.mark.parametrize("days", [0, 31, -1])
def test_the_span_is_one_to_thirty_days(ada, days):
    with pytest.raises(Invalid) as refusal:
        invited(ada, days=days)
    assert "days" in refusal.value.fields
    assert invited(ada, days=30).days == 30


def test_what_is_no_address_is_refused(ada):
    with pytest.raises(Invalid) as refusal:
        invited(ada, "mia at example")
    assert "email" in refusal.value.fields


@pytest.mark.parametrize("role", ["is_moderator", "is_admin"])
def test_who_keeps_order_already_is_not_invited(ada, role):
    a_member("Mona", email=ADDRESS, **{role: True})
    with pytest.raises(ModeratorAlready):
        invited(ada)


def test_one_invitation_of_an_address_is_open(ada):
    first = invited(ada)
    with pytest.raises(InvitePending):
        invited(ada)
    cancel_invite(invite=first, by=ada, at=clock.now())
    assert invited(ada).pk != first.pk


def test_the_database_refuses_a_second_open_one(ada):
    now = clock.now()
    invited(ada, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ModeratorInvite.objects.create(email=ADDRESS, invited_by=ada, expires_at=now)


def test_a_new_invitation_takes_the_place_of_one_that_is_past(ada):
    long_ago = clock.now() - timedelta(days=8)
    first = invited(ada, at=long_ago)
    second = invited(ada)
    first.refresh_from_db()
    assert (first.status, second.status) == ("expired", "pending")


def test_accepting_makes_a_moderator_and_tells_who_invited(ada, mia):
    invite = invited(ada)
    accept_invite(invite=invite, by=mia, at=clock.now())

    mia.refresh_from_db()
    assert mia.is_moderator
    assert kinds(ada) == ["moderator-invite-accepted"]
    entry = AuditEntry.objects.get(action="member.role", object_id=str(mia.pk))
    assert entry.actor == mia
    assert entry.after["invited_by"] == str(ada.pk)


def test_accepting_needs_the_account_with_that_very_address(ada, mia):
    invite = invited(ada, "other@example.com")
    with pytest.raises(WrongAccount) as refusal:
        accept_invite(invite=invite, by=mia, at=clock.now())
    assert "other@example.com" in refusal.value.message
    mia.refresh_from_db()
    assert not mia.is_moderator


def test_accepting_needs_a_verified_address(ada):
    nora = a_member("Nora", email=ADDRESS, verified=False)
    with pytest.raises(Unverified):
        accept_invite(invite=invited(ada), by=nora, at=clock.now())
    nora.refresh_from_db()
    assert not nora.is_moderator


def test_an_invitation_can_be_answered_up_to_its_last_moment_alone(ada, mia):
    invite = invited(ada)
    with pytest.raises(InviteClosed):
        accept_invite(invite=invite, by=mia, at=invite.expires_at)
    with pytest.raises(InviteClosed):
        decline_invite(invite=invite, at=invite.expires_at)
    accept_invite(invite=invite, by=mia, at=invite.expires_at - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("close", "words"),
    [
        ("accept", "accepted already"),
        ("decline", "declined"),
        ("cancel", "taken back"),
        ("expire", "past"),
    ],
)
def test_a_used_or_past_link_says_what_became_of_it(ada, mia, close, words):
    invite = invited(ada)
    token, now = token_of(), clock.now()
    if close == "accept":
        accept_invite(invite=invite, by=mia, at=now)
    elif close == "decline":
        decline_invite(invite=invite, at=now)
    elif close == "cancel":
        cancel_invite(invite=invite, by=ada, at=now)
    else:
        expire_invites(at=invite.expires_at)
    with pytest.raises(InviteClosed) as refusal:
        invite_of_token(token, at=now)
    assert refusal.value.status == 410
    assert words in refusal.value.message
    for act in (
        lambda: accept_invite(invite=invite, by=mia, at=now),
        lambda: decline_invite(invite=invite, at=now),
    ):
        with pytest.raises(InviteClosed):
            act()


def test_an_invitation_is_worth_what_its_sender_may_do_today(ada, mia):
    invite = invited(ada)
    token = token_of()
    type(ada).objects.filter(pk=ada.pk).update(is_admin=False)
    with pytest.raises(InviteClosed):
        invite_of_token(token, at=clock.now())
    with pytest.raises(InviteClosed):
        accept_invite(invite=invite, by=mia, at=clock.now())


def test_sending_again_renews_the_span_and_voids_the_first_link(ada):
    now = clock.now()
    invite = invited(ada, at=now - timedelta(days=6))
    first = token_of()
    resend_invite(invite=invite, by=ada, at=now)
    second = token_of()

    invite.refresh_from_db()
    assert invite.expires_at == now + timedelta(days=7)
    with pytest.raises(Missing):
        invite_of_token(first, at=now)
    assert invite_of_token(second, at=now) == invite
    assert len(mails_to(ADDRESS)) == 2


def test_a_past_invitation_can_be_sent_again_for_other_days(ada):
    invite = invited(ada, at=clock.now() - timedelta(days=9))
    expire_invites(at=clock.now())
    resend_invite(invite=invite, days=3, by=ada, at=clock.now())
    invite.refresh_from_db()
    assert (invite.status, invite.days) == ("pending", 3)


def test_sending_a_past_one_again_does_not_make_two_open_ones(ada):
    first = invited(ada, at=clock.now() - timedelta(days=9))
    invited(ada)
    first.refresh_from_db()
    with pytest.raises(InvitePending):
        resend_invite(invite=first, by=ada, at=clock.now())


def test_what_was_answered_is_neither_sent_again_nor_cancelled(ada):
    invite = invited(ada)
    decline_invite(invite=invite, at=clock.now())
    for act in (resend_invite, cancel_invite):
        with pytest.raises(WrongMoment):
            act(invite=invite, by=ada, at=clock.now())


def test_a_mail_that_waited_until_its_invitation_was_void_is_not_sent(ada):
    invite = invited(ada)
    cancel_invite(invite=invite, by=ada, at=clock.now())
    from accounts.notifications.outbox import delivery

    delivery.deliver_due(at=clock.now())
    assert not LocalMail.objects.filter(to=ADDRESS).exists()
    assert Email.objects.get(template="moderator-invite").status == "skipped"


def test_declining_needs_no_account_and_is_told(ada):
    decline_invite(invite=invited(ada), at=clock.now())
    assert kinds(ada) == ["moderator-invite-declined"]


@pytest.mark.parametrize("token", ["", "x", "é" * 40, "a" * 5_000, "0" * 43, "' OR 1=1 --"])
def test_guessed_links_are_unknown(ada, token):
    invited(ada)
    token_of()
    with pytest.raises(Missing):
        invite_of_token(token, at=clock.now())


def test_the_open_invitation_of_a_verified_address_is_found_without_its_link(ada, mia):
    with pytest.raises(Missing):
        own_invite(mia, at=clock.now())
    invite = invited(ada)
    assert own_invite(mia, at=clock.now()) == invite
    with pytest.raises(Unverified):
        own_invite(a_member("Nora", verified=False), at=clock.now())


def test_the_address_of_who_never_answered_is_forgotten_after_half_a_year(ada):
    invite = invited(ada)
    with time_machine.travel(invite.expires_at + timedelta(days=181)):
        expire_invites(at=clock.now())
        expire_invites(at=clock.now())
    invite.refresh_from_db()
    assert (invite.email, invite.status) == ("", "expired")


def test_an_admin_takes_the_role_away_and_says_why(ada):
    mona = a_member("Mona", is_moderator=True)
    take_role(user=mona, reason="You asked for it.", by=ada, at=clock.now())
    mona.refresh_from_db()
    assert not mona.is_moderator
    told = Notification.objects.get(user=mona)
    assert "You asked for it." in told.body
    assert AuditEntry.objects.get(action="member.role").reason == "You asked for it."
    with pytest.raises(Forbidden):
        take_role(user=ada, reason="x", by=mona, at=clock.now())
    with pytest.raises(Invalid):
        take_role(user=mona, reason=" ", by=ada, at=clock.now())
