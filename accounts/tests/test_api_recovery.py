"""Verification and reset links over the API."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from accounts.models import Email, EmailVerificationToken, PasswordResetToken, User
from accounts.tests.mails import last_mail, mails_to, secret_in
from tests.cast import PASSWORD, a_member, api

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEW = "another fine staple"


def post(path, **body):
    return api().post(f"/api/v1/auth/{path}", body, format="json")


@pytest.fixture
def sam():
    return a_member(email="sam@example.com", verified=False)


def verification_secret():
    post("resend-verification", email="sam@example.com")
    return secret_in(last_mail("sam@example.com"))


def reset_secret():
    post("reset-password", email="sam@example.com")
    return secret_in(last_mail("sam@example.com"))


@pytest.mark.django_db
def test_a_link_proves_the_address_once(sam):
    secret = verification_secret()

    assert post("verify-email", token=secret).status_code == 200
    sam.refresh_from_db()
    assert sam.is_verified
    assert mails_to("sam@example.com")[-1] == "Welcome to PeerLoop"
    again = post("verify-email", token=secret)
    assert (again.status_code, again.json()["code"]) == (410, "gone")


@pytest.mark.django_db
def test_a_verification_link_ends_after_a_day(sam):
    with time_machine.travel(START, tick=False) as now:
        early, late = verification_secret(), None
        now.shift(timedelta(hours=24))
        assert post("verify-email", token=early).status_code == 410
        late = verification_secret()
        now.shift(timedelta(hours=23, minutes=59))
        assert post("verify-email", token=late).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["verify-email", "reset-password/confirm"])
@pytest.mark.parametrize("token", ["", "x", "x" * 201, None, 1, ["a"], "ünïcode", "../../etc"])
def test_a_link_that_is_not_ours_is_refused(sam, door, token):
    response = post(door, token=token, password=NEW)

    assert response.status_code == 400
    assert "token" in response.json()["fields"]


@pytest.mark.django_db
def test_a_link_serves_its_own_purpose_only(sam):
    verification, reset = verification_secret(), reset_secret()

    assert post("verify-email", token=reset).status_code == 400
    assert post("reset-password/confirm", token=verification, password=NEW).status_code == 400
    assert not User.objects.get().is_verified


@pytest.mark.django_db
def test_a_link_dies_with_the_address_it_was_for(sam):
    secret = verification_secret()
    User.objects.filter(pk=sam.pk).update(email="other@example.com")

    assert post("verify-email", token=secret).status_code == 400
    assert not User.objects.get().is_verified


@pytest.mark.django_db
def test_the_database_holds_no_link_in_plain(sam):
    secret = reset_secret()

    assert PasswordResetToken.objects.get().token_hash != secret
    assert secret not in str(list(Email.objects.values("context", "dedupe_key", "error")))


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["reset-password", "forgot-password", "resend-verification"])
def test_known_and_unknown_addresses_get_the_same_answer_at_the_same_cost(
    sam, door, django_assert_num_queries
):
    from django.test.utils import CaptureQueriesContext

    seen = []
    for email in ["sam@example.com", "nobody@example.com"]:
        with CaptureQueriesContext(connection) as queries:
            response = post(door, email=email)
        words = [query["sql"].split()[0] for query in queries]
        seen.append((response.status_code, response.content, words))

    assert seen[0] == seen[1]
    assert seen[0][0] == 200


@pytest.mark.django_db
def test_nobody_gets_a_mail_for_an_unknown_address(sam):
    post("reset-password", email="nobody@example.com")
    post("resend-verification", email="nobody@example.com")

    assert mails_to("nobody@example.com") == []
    assert set(Email.objects.values_list("status", flat=True)) == {"skipped"}


@pytest.mark.django_db
def test_a_suspended_member_gets_no_reset_link(sam):
    User.objects.filter(pk=sam.pk).update(suspended_at=START)
    post("reset-password", email="sam@example.com")

    assert mails_to("sam@example.com") == []


@pytest.mark.django_db
def test_a_proven_address_gets_no_second_link():
    a_member(email="sam@example.com")
    post("resend-verification", email="sam@example.com")

    assert mails_to("sam@example.com") == []


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["reset-password", "forgot-password", "resend-verification"])
@pytest.mark.parametrize("body", [{}, {"email": ""}, {"email": "sam"}, {"email": ["a@b.c"]}])
def test_what_is_no_address_is_named(door, body):
    response = post(door, **body)

    assert response.status_code == 400
    assert "email" in response.json()["fields"]


@pytest.mark.django_db
def test_a_reset_sets_the_password_and_ends_every_sign_in(sam):
    here = api(sam)
    refresh = post("login", email="sam@example.com", password=PASSWORD).json()["refreshToken"]

    assert post("reset-password/confirm", token=reset_secret(), password=NEW).status_code == 200

    assert here.post("/api/v1/auth/logout").status_code == 401
    assert post("refresh", refreshToken=refresh).status_code == 401
    assert post("login", email="sam@example.com", password=PASSWORD).status_code == 401
    assert post("login", email="sam@example.com", password=NEW).status_code == 200
    assert "Your password was changed" in mails_to("sam@example.com")


@pytest.mark.django_db
def test_a_reset_ends_the_other_open_links(sam):
    older, newer = reset_secret(), reset_secret()

    assert post("reset-password/confirm", token=newer, password=NEW).status_code == 200
    assert post("reset-password/confirm", token=older, password=NEW + "!").status_code == 410


@pytest.mark.django_db
def test_a_reset_link_ends_after_an_hour(sam):
    with time_machine.travel(START, tick=False) as now:
        secret = reset_secret()
        now.shift(timedelta(hours=1))

        assert post("reset-password/confirm", token=secret, password=NEW).status_code == 410


@pytest.mark.django_db
def test_a_refused_password_leaves_the_link_valid(sam):
    secret = reset_secret()

    refused = post("reset-password/confirm", token=secret, password="short")

    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["password"])
    assert post("reset-password/confirm", token=secret, password=NEW).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_six_uses_of_a_reset_link_at_once_one_counts():
    a_member(email="sam@example.com")
    secret = reset_secret()

    def use(number: int) -> int:
        try:
            return post(
                "reset-password/confirm", token=secret, password=f"{NEW} {number}"
            ).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(use, range(6)))

    assert answers == [200] + [410] * 5
    assert mails_to("sam@example.com").count("Your password was changed") == 1


@pytest.mark.django_db(transaction=True)
def test_of_six_uses_of_a_verification_link_at_once_one_counts():
    a_member(email="sam@example.com", verified=False)
    secret = verification_secret()

    def use(_: int) -> int:
        try:
            return post("verify-email", token=secret).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(use, range(6)))

    assert answers == [200] + [410] * 5
    assert mails_to("sam@example.com").count("Welcome to PeerLoop") == 1
    assert EmailVerificationToken.objects.filter(used_at=None).count() == 0
