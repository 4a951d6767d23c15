"""Changing the e-mail address (security ID-5, ID-6, ID-7, ID-11, ID-15)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.identity.actions.address_change import confirm_address
from accounts.identity.actions.closure import ask_for_erasure
from accounts.identity.actions.passwords import change_password
from accounts.identity.queries.email_addresses import holder_of
from accounts.models import AddressChange, AuditEntry, Email, LocalMail, User
from accounts.notifications.outbox import delivery
from accounts.privacy.actions.cleanup import clear_expired
from accounts.tests.factors import a_passkey
from accounts.tests.mails import last_mail, link_in, mails_to, secret_in
from peerloop.kit import clock
from peerloop.kit.refusals import Gone
from tests.cast import PASSWORD, a_member, api, browse

pytestmark = pytest.mark.django_db
PAGE = "/settings/security/address"
OLD, NEW = "sam@example.com", "sam@new.example"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def sam():
    return a_member(email=OLD)


def ask(client: Client, email: str = NEW):
    return client.post(PAGE, {"email": email})


def change(client: Client) -> str:
    """Ask and confirm; the path of the way back."""
    ask(client)
    client.post(link_in(last_mail(NEW)))
    return link_in(last_mail(OLD))


def address_of(user: User) -> str:
    return User.objects.get(pk=user.pk).email


def test_a_request_changes_nothing_and_notifies_both_addresses(sam):
    client = browse(sam)

    assert ask(client, " Sam@NEW.example ")["Location"] == PAGE

    assert address_of(sam) == OLD
    assert mails_to(NEW) == ["Confirm your new e-mail address"]
    assert mails_to(OLD) == ["A change of your e-mail address was asked for"]
    assert f"We wrote to {NEW}" in client.get(PAGE).content.decode()


def test_opening_the_link_shows_a_button_and_changes_nothing(sam):
    ask(browse(sam))
    link = link_in(last_mail(NEW))

    response = Client().get(link)

    assert response["Referrer-Policy"] == "no-referrer"
    assert "Use this address" in response.content.decode()
    assert address_of(sam) == OLD


def test_the_button_changes_it_ends_the_other_sign_ins_and_mends_the_status(sam):
    User.objects.filter(pk=sam.pk).update(email_status="bounced")
    here, there, program = browse(sam), browse(sam), api(sam)
    ask(here)

    response = here.post(link_in(last_mail(NEW)))

    assert response["Location"] == "/settings/security"
    sam.refresh_from_db()
    assert (sam.email, sam.email_status, sam.is_verified) == (NEW, "ok", True)
    assert here.get(PAGE).status_code == 200
    assert there.get("/settings/security").status_code == 302
    assert program.post("/api/v1/auth/logout").status_code == 401
    assert Client().post("/login", {"email": OLD, "password": PASSWORD}).status_code == 422
    assert Client().post("/login", {"email": NEW, "password": PASSWORD}).status_code == 302


def test_the_old_address_is_notified_and_the_log_masks_both(sam):
    change(browse(sam))

    assert mails_to(OLD)[-1] == "Your e-mail address was changed"
    entry = AuditEntry.objects.get(action="member.change_address")
    assert (entry.actor_id, entry.before) == (sam.pk, {"email": "s***@example.com"})
    assert NEW not in LocalMail.objects.filter(to=OLD).latest("created_at").text


def test_a_link_works_once(sam):
    ask(browse(sam))
    link = link_in(last_mail(NEW))

    assert Client().post(link).status_code == 302
    assert Client().post(link).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_uses_one_succeeds(sam):
    ask(browse(sam))
    token = secret_in(last_mail(NEW))

    def use(_: int) -> str:
        try:
            confirm_address(token=token, at=clock.now())
        except Gone:
            return "gone"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == ["done", "gone", "gone", "gone"]
    assert mails_to(OLD).count("Your e-mail address was changed") == 1


def test_a_link_is_good_for_a_day(sam):
    with time_machine.travel(START, tick=False) as now:
        ask(browse(sam))
        link = link_in(last_mail(NEW))
        now.shift(timedelta(hours=24))
        assert Client().post(link).status_code == 410
    assert address_of(sam) == OLD


def test_a_new_request_and_a_new_password_invalidate_the_link(sam):
    client = browse(sam)
    ask(client)
    first = link_in(last_mail(NEW))
    ask(client, "other@new.example")
    second = link_in(last_mail("other@new.example"))
    assert Client().post(first).status_code == 410

    sam.refresh_from_db()
    change_password(user=sam, current=PASSWORD, password="another fine staple", at=clock.now())

    assert Client().post(second).status_code == 410
    assert address_of(sam) == OLD


@pytest.mark.parametrize("path", ["/address/confirm/", "/address/undo/"])
def test_other_links_do_not_count(sam, path):
    way_back = change(browse(sam))
    secret = secret_in(last_mail(NEW))
    other = {"/address/confirm/": way_back.rsplit("/", 1)[1], "/address/undo/": secret}[path]

    assert Client().post(f"{path}nothing-of-ours").status_code == 400
    assert Client().post(f"{path}{other}").status_code == 400


def test_a_taken_address_gets_the_same_answer_and_its_owner_a_mail(sam):
    tom = a_member("Tom", email="tom@example.com")
    free, taken = browse(sam), browse(a_member("Olga", email="olga@example.com"))

    answers = [ask(free, "nobody@example.com"), ask(taken, "tom@example.com")]

    assert [(one.status_code, one["Location"]) for one in answers] == [(302, PAGE)] * 2
    pages = [
        free.get(PAGE).content.decode().replace("nobody@example.com", "X").replace(OLD, "Y"),
        taken.get(PAGE).content.decode().replace("tom@example.com", "X"),
    ]
    assert all("We wrote to X. Open the link" in page for page in pages)
    assert AddressChange.objects.count() == 2
    assert Email.objects.count() == 4
    assert mails_to("tom@example.com") == ["Somebody tried to use your e-mail address"]
    assert mails_to("olga@example.com") == mails_to(OLD)
    tom.refresh_from_db()
    assert tom.email == "tom@example.com"


def test_who_takes_the_address_meanwhile_keeps_it(sam):
    ask(browse(sam))
    link = link_in(last_mail(NEW))
    a_member("Quick", email=NEW)

    assert Client().post(link).status_code == 409
    assert address_of(sam) == OLD
    assert AddressChange.objects.get().done_at is None


@pytest.mark.parametrize("email", [OLD, "SAM@example.com", "no address", "", "a@b\r\nBcc: x@y.zz"])
def test_what_is_no_other_address_is_refused(sam, email):
    response = ask(browse(sam), email)

    assert response.status_code == 422
    assert 'id="id_email_error"' in response.content.decode()
    assert not AddressChange.objects.exists()


def test_the_way_back_restores_the_address_and_ends_every_sign_in(sam):
    thief = browse(sam)
    link = change(thief)
    assert "Take my address back" in Client().get(link).content.decode()
    assert address_of(sam) == NEW

    response = Client().post(link)

    assert response["Location"] == "/password/reset"
    assert address_of(sam) == OLD
    assert thief.get("/settings/security").status_code == 302
    assert mails_to(NEW)[-1] == mails_to(OLD)[-1] == "A change of e-mail address was taken back"
    assert Client().post(link).status_code == 410


def test_a_thief_has_no_way_to_sign_in_after_the_change_is_undone(sam):
    before = a_passkey(sam, "Mine")
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=2))
    app = Authenticator.objects.create(user=sam, type="totp", data={})
    a_passkey(sam, "The thief's, added first")
    SocialAccount.objects.create(user=sam, provider="google", uid="7")
    link = change(browse(sam))
    a_passkey(sam, "The thief's")
    SocialAccount.objects.create(user=sam, provider="github", uid="7")

    Client().post(link)

    left = Authenticator.objects.filter(user=sam).order_by("pk").values_list("pk", flat=True)
    assert list(left) == [before, app.pk]
    assert not SocialAccount.objects.filter(user=sam).exists()
    assert Client().post("/login", {"email": OLD, "password": PASSWORD}).status_code == 422
    Client().post("/password/reset", {"email": OLD})
    reset = link_in(last_mail(OLD))
    assert Client().post(reset, {"password": "another fine staple"}).status_code == 302
    sam.refresh_from_db()
    assert sam.check_password("another fine staple")


def test_an_account_that_was_closed_meanwhile_opens_again(sam):
    link = change(browse(sam))
    sam.refresh_from_db()
    ask_for_erasure(user=sam, by=sam, at=clock.now())
    assert User.objects.get(pk=sam.pk).deleted_at

    assert Client().post(link).status_code == 302

    sam.refresh_from_db()
    assert (sam.email, sam.deleted_at) == (OLD, None)


def test_the_first_owner_can_undo_later_changes(sam):
    client = browse(sam)
    first = change(client)
    ask(client, "third@new.example")
    client.post(link_in(last_mail("third@new.example")))
    second = link_in(last_mail(NEW))

    assert Client().post(first).status_code == 302

    assert address_of(sam) == OLD
    assert Client().post(second).status_code == 410


def test_the_old_address_stays_reserved_for_a_week(sam):
    with time_machine.travel(START) as now:
        link = change(browse(sam))
        assert holder_of(OLD, at=clock.now()) == sam
        taken = {"name": "Thief", "email": OLD, "password": PASSWORD, "role": "student"}
        assert Client().post("/signup", taken).status_code == 422
        now.shift(timedelta(days=7))
        assert Client().post(link).status_code == 410
        assert holder_of(OLD, at=clock.now()) is None


def test_a_stranger_whose_address_was_mistyped_gets_no_way_in():
    sam = a_member(email="typo@example.com", verified=False)
    client = browse(sam)
    ask(client)
    client.post(link_in(last_mail(NEW)))
    delivery.deliver_due(at=clock.now())

    told = LocalMail.objects.filter(to="typo@example.com", subject__contains="was changed").get()
    assert "/address/" not in told.text + told.html
    assert AddressChange.objects.get().undo_hash is None
    assert "Welcome" in " ".join(mails_to(NEW))


def test_changes_are_forgotten_once_no_link_of_them_counts(sam):
    with time_machine.travel(START) as now:
        change(browse(sam))
        now.shift(timedelta(days=9))
        clear_expired(at=clock.now())
        assert AddressChange.objects.exists()
        now.shift(timedelta(days=6))
        clear_expired(at=clock.now())
    assert not AddressChange.objects.exists()


def test_asking_needs_a_fresh_sign_in(sam):
    with time_machine.travel(START, tick=False) as now:
        client = browse(sam)
        now.shift(timedelta(minutes=16))
        assert client.get(PAGE)["Location"].startswith("/confirm?next=")
        assert ask(client)["Location"].startswith("/confirm?next=")
    assert not AddressChange.objects.exists()


def test_five_tries_an_hour_then_it_says_when(sam, settings):
    settings.SIGN_IN_LIMITS = True
    client = browse(sam)
    for number in range(5):
        assert ask(client, f"a{number}@new.example").status_code == 302

    response = ask(client, "a5@new.example")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3_600


def test_visitors_are_redirected_to_sign_in():
    assert Client().get(PAGE)["Location"] == f"/login?next={PAGE}"


NOW = clock.now()
WRONG = {
    "same address": {"new_email": OLD},
    "capitals": {"new_email": "Sam@new.example"},
    "way back without an end": {"undo_hash": "x", "done_at": NOW},
    "way back before the change": {"undo_hash": "x", "undo_until": NOW},
}


@pytest.mark.parametrize("name", WRONG)
def test_the_database_refuses_changes_that_make_no_sense(sam, name):
    given = {"old_email": OLD, "new_email": NEW, "confirm_until": NOW, **WRONG[name]}
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressChange.objects.create(user=sam, **given)


def test_the_database_refuses_two_pending_changes(sam):
    given = {"user": sam, "old_email": OLD, "confirm_until": NOW}
    AddressChange.objects.create(**given, new_email=NEW)
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressChange.objects.create(**given, new_email="other@new.example")
