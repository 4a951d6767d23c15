"""Passkeys: what one proves, to whom, and how often (security ID-8)."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from accounts.identity import reauthentication
from accounts.identity.queries.factors import factors_of
from accounts.models import User
from accounts.models.tokens import end_all_sign_ins
from accounts.tests.mails import mails_to
from accounts.tests.soft_passkey import PRESENT, Device, at_localhost, options_on
from peerloop.kit import clock
from tests.cast import PASSWORD, a_member, browse, stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


@pytest.fixture
def device(sam):
    device = Device()
    response = device.add(at_localhost(browse(sam)))
    assert b"Keep these recovery codes" in response.content
    return device


@pytest.fixture
def visitor():
    return at_localhost(browse())


def is_in(browser):
    return browser.get("/settings/security").status_code == 200


def test_a_passkey_is_stored_with_its_name_and_the_owner_is_notified(sam, device):
    assert [one.name for one in factors_of(sam).passkeys] == ["Soft"]
    assert mails_to(sam.email) == ["A passkey was added to your account"]


def test_it_signs_in_alone_without_password_or_second_step(device, visitor):
    response = device.sign_in(visitor, next="/calendar")

    assert response["Location"] == "/calendar"
    assert is_in(visitor)
    assert reauthentication.PROVED in visitor.session


def test_it_notes_when_it_was_used(sam, device, visitor):
    device.sign_in(visitor)

    assert factors_of(sam).passkeys[0].used_at is not None


@pytest.mark.parametrize("trick", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(device, visitor, trick):
    assert device.sign_in(visitor, next=trick)["Location"] == "/dashboard"


def test_it_is_the_second_step_after_the_password(device, visitor):
    visitor.post("/login", {"email": "sam@example.com", "password": PASSWORD})
    page = visitor.get("/login/second-step").content.decode()

    visitor.post("/login/second-step", {"credential": device.proven_on(page)})

    assert is_in(visitor)


def test_it_replaces_the_password_before_sensitive_actions(sam, device):
    browser = stale(at_localhost(browse(sam)))
    page = browser.get("/confirm").content.decode()

    response = browser.post("/confirm", {"credential": device.proven_on(page), "next": "/calendar"})

    assert response["Location"] == "/calendar"


def test_an_answer_counts_once(device, visitor):
    options = json.loads(visitor.get("/login/passkey").content)["publicKey"]
    answer = {"credential": device.proven(options)}
    visitor.post("/login/passkey", answer)
    visitor.post("/logout")

    assert visitor.post("/login/passkey", answer)["Location"] == "/login"
    other = at_localhost(browse())
    other.get("/login/passkey")
    assert other.post("/login/passkey", answer)["Location"] == "/login"
    assert not is_in(visitor)
    assert not is_in(other)


def test_an_answer_for_another_site_is_refused(device, visitor):
    device.origin = "https://evil.example"

    assert device.sign_in(visitor)["Location"] == "/login"
    assert not is_in(visitor)


def test_without_pin_or_finger_it_proves_too_little(device, visitor):
    device.flags = PRESENT

    assert device.sign_in(visitor)["Location"] == "/login"
    assert not is_in(visitor)


def test_another_key_under_the_same_name_is_refused(device, visitor):
    device.key = Device().key

    assert device.sign_in(visitor)["Location"] == "/login"
    assert not is_in(visitor)


def test_it_opens_its_owners_account_only(sam, device, visitor):
    olga = a_member("Olga Stranger")
    other = Device()
    other.add(at_localhost(browse(olga)))
    device.owner = other.owner

    assert device.sign_in(visitor)["Location"] == "/login"
    visitor.post("/login", {"email": "sam@example.com", "password": PASSWORD})
    page = visitor.get("/login/second-step").content.decode()
    response = visitor.post("/login/second-step", {"credential": other.proven_on(page)})
    assert response.status_code == 422
    assert not is_in(visitor)


def test_a_removed_passkey_no_longer_signs_in(device, visitor):
    Authenticator.objects.all().delete()

    assert device.sign_in(visitor)["Location"] == "/login"


def test_a_closed_account_stays_closed(sam, device, visitor):
    User.objects.filter(pk=sam.pk).update(
        suspended_at=clock.now(), suspended_reason="Broke the rules."
    )

    assert device.sign_in(visitor)["Location"] == "/login"
    assert not is_in(visitor)


def test_a_suspension_that_is_over_does_not_prevent_sign_in(sam, device, visitor):
    at = clock.now()
    User.objects.filter(pk=sam.pk).update(
        suspended_at=at - timedelta(days=2), suspended_until=at, suspended_reason="Broke the rules."
    )

    device.sign_in(visitor)
    assert is_in(visitor)


def test_ending_all_sign_ins_leaves_the_passkey(sam, device, visitor):
    end_all_sign_ins(user=sam)

    device.sign_in(visitor)
    assert is_in(visitor)


@pytest.mark.parametrize("lie", ["origin", "flags"])
def test_a_passkey_is_added_for_us_and_with_its_owner_there_or_not_at_all(sam, lie):
    device = Device(**{lie: "https://evil.example" if lie == "origin" else PRESENT})

    assert device.add(at_localhost(browse(sam))).status_code == 422
    assert not factors_of(sam).passkeys


def test_an_answer_to_another_members_request_adds_nothing(sam):
    olga, browser = at_localhost(browse(a_member("Olga Stranger"))), at_localhost(browse(sam))
    browser.get("/settings/security/passkeys/new")
    page = olga.get("/settings/security/passkeys/new").content.decode()

    answer = Device().made(options_on(page))
    response = browser.post("/settings/security/passkeys/new", {"credential": answer})
    assert response.status_code == 422
    assert not factors_of(sam).passkeys


def test_beginning_a_ceremony_is_limited(visitor, settings):
    settings.SIGN_IN_LIMITS = True

    answers = [visitor.get("/login/passkey").status_code for _ in range(31)]

    assert answers == [200] * 30 + [429]
