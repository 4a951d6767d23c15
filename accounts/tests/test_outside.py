"""Signing in with Google and GitHub: who it is decides their account, never the address (ID-12)."""

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount

from accounts.models import Email, User
from accounts.tests.factors import a_passkey, a_phone
from accounts.tests.mails import last_mail, mails_to, secret_in
from accounts.tests.outside_stand_in import Person, stand_in
from peerloop.kit import clock
from tests.cast import PASSWORD, a_member, browse, stale

HOME = "/settings/security"
BOTH = pytest.mark.parametrize("provider", ["google", "github"])
pytestmark = pytest.mark.django_db


@pytest.fixture
def there(httpserver, settings, monkeypatch):
    return stand_in(httpserver, settings, monkeypatch)


def is_in(browser):
    return browser.get(HOME).status_code == 200


def said_on(browser, path="/login"):
    return browser.get(path).content.decode()


def connected(user, provider="google", uid="1001"):
    return SocialAccount.objects.create(user=user, provider=provider, uid=uid)


def test_without_keys_the_provider_is_not_offered():
    browser = browse()
    text = said_on(browser)

    assert "Google" not in text
    assert "GitHub" not in text
    assert browser.post("/login/with/google").status_code == 404
    assert browser.get("/login/google/back?code=x&state=y").status_code == 404


@BOTH
def test_somebody_new_joins_through_our_own_sign_up(there, provider):
    browser = browse()

    response = there.go(browser, provider, next="/calendar", timezone="Europe/Berlin")

    sam = User.objects.get(email="sam@example.com")
    assert response["Location"] == "/calendar"
    assert is_in(browser)
    assert (sam.name, sam.handle, sam.timezone) == ("Sam Outside", "SamOutside", "Europe/Berlin")
    assert (sam.privacy_public, sam.has_usable_password()) == (False, False)
    assert sam.is_verified
    assert "Welcome" in " ".join(mails_to(sam.email))
    assert SocialAccount.objects.get().extra_data == {"email": "sam@example.com"}


def test_an_address_that_the_provider_did_not_prove_is_proven_by_us(there):
    there.person = Person(is_proven=False)

    there.go(browse())

    sam = User.objects.get(email="sam@example.com")
    assert not sam.is_verified
    assert Email.objects.filter(user=sam, template="email-verification").count() == 1


@BOTH
@pytest.mark.parametrize("address", ["sam@example.com", "SAM@Example.COM"])
@pytest.mark.parametrize("is_proven", [True, False])
def test_an_address_alone_opens_no_account(there, provider, address, is_proven):
    a_member(email="sam@example.com")
    there.person = Person(email=address, is_proven=is_proven)
    browser = browse()

    response = there.go(browser, provider)

    assert response["Location"] == "/login"
    assert "Sign in to it with its password" in said_on(browser)
    assert not is_in(browser)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_who_connected_it_signs_in_with_it_whatever_the_address_there_is_now(there):
    sam = a_member(email="sam@example.com")
    connected(sam)
    there.person = Person(email="other@example.com")
    browser = browse()

    assert there.go(browser, next="/calendar")["Location"] == "/calendar"
    assert browser.session["_auth_user_id"] == str(sam.pk)
    assert User.objects.count() == 1


def test_the_same_number_at_another_provider_is_somebody_else(there):
    connected(a_member(email="olga@example.com"), provider="github")
    browser = browse()

    there.go(browser, "google")

    assert User.objects.get(pk=browser.session["_auth_user_id"]).email == "sam@example.com"


def test_the_second_step_is_asked_for_all_the_same(there):
    sam = a_member()
    connected(sam)
    phone = a_phone(sam)
    browser = browse()

    assert there.go(browser, next="/calendar")["Location"] == "/login/second-step"
    assert not is_in(browser)
    response = browser.post("/login/second-step", {"code": phone.code()})
    assert response["Location"] == "/calendar"


def test_a_closed_account_stays_closed(there):
    sam = a_member(is_active=False)
    connected(sam)
    browser = browse()

    assert there.go(browser)["Location"] == "/login"
    assert not is_in(browser)


def test_a_suspension_that_is_over_does_not_prevent_sign_in(there):
    at = clock.now()
    over = {"suspended_at": at - timedelta(days=2), "suspended_until": at}
    connected(a_member(**over, suspended_reason="Broke the rules."))
    browser = browse()

    there.go(browser)
    assert is_in(browser)


def test_who_is_signed_in_is_not_made_somebody_else(there):
    sam, olga = a_member("Sam Student"), a_member("Olga Stranger")
    connected(olga)
    browser = browse()
    to = browser.post("/login/with/google")["Location"]
    browser.post("/login", {"email": sam.email, "password": PASSWORD})

    response = there.visit(browser, "google", to)

    assert response["Location"] in (HOME, "/login")
    assert browser.session["_auth_user_id"] == str(sam.pk)
    assert not SocialAccount.objects.filter(user=sam).exists()


@BOTH
def test_a_member_connects_it_and_is_notified(there, provider):
    sam = a_member(email="sam@example.com")
    there.person = Person(email="elsewhere@example.com")
    browser = browse(sam)

    assert there.connect(browser, provider)["Location"] == HOME
    assert there.connect(browser, provider)["Location"] == HOME

    assert SocialAccount.objects.get().user == sam
    assert "elsewhere@example.com" in said_on(browser, HOME)
    assert len(mails_to(sam.email)) == 1


def test_what_another_member_connected_is_not_taken_over(there):
    olga = a_member("Olga Stranger")
    connected(olga)
    browser = browse(a_member("Sam Student"))

    there.connect(browser)

    assert SocialAccount.objects.get().user == olga
    assert "connected to another member" in said_on(browser, HOME)


def test_an_unproven_member_leaves_no_way_in_behind(there):
    browser = browse(a_member(verified=False))

    there.connect(browser)

    assert not SocialAccount.objects.exists()


def test_a_reset_of_an_unverified_account_removes_the_sign_in_methods_of_others(there):
    there.person = Person(is_proven=False)
    there.go(browse())
    browse().post("/password/reset", {"email": "sam@example.com"})
    secret = secret_in(last_mail("sam@example.com"))

    browse().post(f"/password/reset/{secret}", {"password": "a fine new staple"})

    assert not SocialAccount.objects.exists()


def test_connecting_and_disconnecting_ask_afresh(there):
    sam = a_member()
    connected(sam)
    browser = stale(browse(sam))

    for act in ("connect", "disconnect"):
        response = browser.post(f"{HOME}/outside/google/{act}")
        assert response["Location"].startswith("/confirm?next=")
    assert SocialAccount.objects.count() == 1


def test_it_is_disconnected_and_the_member_is_notified(there):
    sam = a_member()
    connected(sam)

    browse(sam).post(f"{HOME}/outside/google/disconnect")

    assert not SocialAccount.objects.exists()
    assert mails_to(sam.email) == ["Sign-in with Google was removed from your account"]


def test_the_last_way_in_stays(there):
    sam = a_member()
    User.objects.filter(pk=sam.pk).update(password="!none")
    sam.refresh_from_db()
    connected(sam)
    browser = browse(sam)

    browser.post(f"{HOME}/outside/google/disconnect")
    assert SocialAccount.objects.count() == 1
    a_passkey(sam)
    browser.post(f"{HOME}/outside/google/disconnect")
    assert not SocialAccount.objects.exists()


def test_others_connections_are_not_there(there):
    connected(a_member())

    assert browse(a_member()).post(f"{HOME}/outside/google/disconnect").status_code == 404


def test_nobody_joins_without_an_address(there):
    there.person = Person(email="")
    browser = browse()

    assert there.go(browser, "github")["Location"] == "/login"
    assert "no e-mail address" in said_on(browser)
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["", "x", "\u200b\u200b\u200b", "n" * 400], ids=range(4))
def test_an_invalid_name_at_the_provider_does_not_prevent_sign_up(there, name):
    there.person = Person(name=name)

    there.go(browse())

    assert 2 <= len(User.objects.get().name) <= 100


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code": "the-code"},
        {"code": "the-code", "state": "guessed"},
        {"error": "access_denied", "state": "guessed"},
    ],
    ids=range(4),
)
def test_an_answer_without_a_request_signs_nobody_in(there, query):
    connected(a_member())
    browser = browse()

    assert there.lead_back(browser, "google", **query)["Location"] == "/login"
    assert "did not confirm it" in said_on(browser)
    assert not is_in(browser)


def test_an_answer_counts_once_and_in_its_own_browser(there):
    connected(a_member())
    browser, thief = browse(), browse()
    to = browser.post("/login/with/google")["Location"]

    assert there.visit(thief, "google", to)["Location"] == "/login"
    assert not is_in(thief)
    there.visit(browser, "google", to)
    browser.post("/logout")
    assert there.visit(browser, "google", to)["Location"] == "/login"
    assert not is_in(browser)


@BOTH
@pytest.mark.parametrize(
    "broken",
    [(500, "oops"), (200, "not json"), (200, "[]"), (200, '{"error": "invalid_grant"}')],
    ids=range(4),
)
def test_a_broken_answer_is_said_and_opens_nothing(there, provider, broken):
    there.broken = broken
    browser = browse()

    assert there.go(browser, provider)["Location"] == "/login"
    assert "did not confirm it" in said_on(browser)
    assert not User.objects.exists()


@pytest.mark.parametrize("trick", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(there, trick):
    assert there.go(browse(), next=trick)["Location"] in ("/dashboard", "/onboarding")


def test_joining_is_limited_like_any_sign_up(there, settings):
    settings.SIGN_IN_LIMITS = True
    for number in range(6):
        there.person = Person(uid=str(number), email=f"sam{number}@example.com")
        there.go(browse())

    assert User.objects.count() == 5
