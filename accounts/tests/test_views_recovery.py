"""/password/reset and /verify-email: the way back in, and the proof of an address."""

import pytest
from django.test import Client

from accounts.tests.mails import last_mail, link_in, mails_to
from tests.cast import PASSWORD, a_member, browse

pytestmark = pytest.mark.django_db
NEW = "another fine staple"


@pytest.fixture
def sam():
    return a_member(email="sam@example.com", verified=False)


def reset_link():
    Client().post("/password/reset", {"email": "sam@example.com"})
    return link_in(last_mail("sam@example.com"))


def verification_link():
    Client().post("/verify-email", {"email": "sam@example.com"})
    return link_in(last_mail("sam@example.com"))


@pytest.mark.parametrize("door", ["/password/reset", "/verify-email"])
def test_every_address_gets_the_same_answer(sam, door):
    answers = []
    for email in ["sam@example.com", "nobody@example.com"]:
        response = Client().post(door, {"email": email}, follow=True)
        answers.append((response.redirect_chain, b"on its way" in response.content))

    assert answers[0] == answers[1]
    assert answers[0][1]


def test_the_forms_of_a_dead_links_page_are_not_taken_for_foreign_ones():
    page = Client().get("/password/reset/no-such-link")

    assert page["Referrer-Policy"] == "no-referrer"
    assert '<meta name="referrer" content="same-origin">' in page.content.decode()


@pytest.mark.parametrize("door", ["/password/reset", "/verify-email"])
def test_what_is_no_address_is_named(door):
    response = Client().post(door, {"email": "sam"})

    assert response.status_code == 422
    assert "Enter an e-mail address" in response.content.decode()


def test_a_new_password_is_set_with_a_link(sam):
    here = browse(sam)
    link = reset_link()
    client = Client()

    page = client.get(link)
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert client.post(link, {"password": NEW})["Location"] == "/login"

    assert here.get("/settings/security").status_code == 302
    assert client.post("/login", {"email": sam.email, "password": PASSWORD}).status_code == 422
    assert client.post("/login", {"email": sam.email, "password": NEW}).status_code == 302
    assert "Your password was changed" in mails_to("sam@example.com")


def test_a_refused_password_leaves_the_link_valid(sam):
    link = reset_link()

    response = Client().post(link, {"password": "short"})

    assert response.status_code == 422
    assert "too short" in response.content.decode()
    assert Client().post(link, {"password": NEW}).status_code == 302


@pytest.mark.parametrize("path", ["/password/reset/unknown", "/verify-email/unknown"])
def test_an_unknown_link_offers_a_new_one(path):
    response = Client().post(path, {"password": NEW})

    assert response.status_code == 400
    assert "Get a new link" in response.content.decode()
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_used_link_offers_a_new_one(sam):
    link = reset_link()
    Client().post(link, {"password": NEW})

    for response in [Client().get(link), Client().post(link, {"password": NEW})]:
        assert response.status_code == 410
        assert "Get a new link" in response.content.decode()


def test_opening_a_verification_link_only_shows_a_button(sam):
    link = verification_link()

    page = Client().get(link)

    sam.refresh_from_db()
    assert (page.status_code, sam.is_verified) == (200, False)
    assert page["Referrer-Policy"] == "no-referrer"
    assert 'method="post"' in page.content.decode()


def test_pressing_the_button_proves_the_address(sam):
    link = verification_link()

    assert Client().post(link)["Location"] == "/login"
    sam.refresh_from_db()
    assert sam.is_verified
    assert browse(sam).post(link).status_code == 410


def test_a_member_who_is_in_goes_on_to_the_dashboard(sam):
    assert browse(sam).post(verification_link())["Location"] == "/dashboard"
