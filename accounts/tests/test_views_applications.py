"""/create/apply."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.members.actions.applications import decide_creator_application
from accounts.models import CreatorApplication, User
from accounts.tests.mails import last_mail, mails_to
from tests.cast import PASSWORD, a_member, browse

pytestmark = pytest.mark.django_db
PAGE = "/create/apply"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = {"motivation": "I like to explain.", "ideas": "Charts for nurses"}


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def decide(application, *, approve: bool, reason: str = "Too early") -> None:
    ada = a_member("Ada Admin", is_admin=True)
    decide_creator_application(
        application=application, approve=approve, reason=reason, by=ada, at=START
    )


def text_of(user: User) -> str:
    return browse(user).get(PAGE).content.decode()


def test_a_member_applies_and_hears_of_it(sam):
    assert browse(sam).post(PAGE, {**WORDS, "portfolio_url": "sam.example"})["Location"] == PAGE

    application = CreatorApplication.objects.get(user=sam)
    assert (application.status, application.ideas) == ("pending", "Charts for nurses")
    assert application.portfolio_url == "https://sam.example"
    assert mails_to(sam.email) == ["We have your application to create courses"]
    assert "Your application is with us" in text_of(sam)


def test_while_it_waits_the_text_can_be_changed(sam):
    client = browse(sam)
    client.post(PAGE, WORDS)
    client.post(PAGE, {**WORDS, "ideas": "Maps"})

    assert CreatorApplication.objects.get(user=sam).ideas == "Maps"
    assert mails_to(sam.email) == ["We have your application to create courses"]


def test_who_signed_up_as_a_creator_completes_a_pending_application():
    client = Client()
    given = {"name": "Cleo", "email": "cleo@example.com", "password": PASSWORD, "role": "creator"}
    client.post("/signup", given)
    cleo = User.objects.get(email="cleo@example.com")
    assert "Confirm your address first" in client.get(PAGE).content.decode()
    assert client.post(PAGE, WORDS).status_code == 403

    User.objects.filter(pk=cleo.pk).update(email_verified_at=START)
    assert "Tell us more" in client.get(PAGE).content.decode()
    assert client.post(PAGE, WORDS).status_code == 302

    application = CreatorApplication.objects.get(user=cleo)
    assert (application.motivation, application.status) == ("I like to explain.", "pending")


def test_an_unproven_address_is_refused_with_the_cure():
    newcomer = a_member(verified=False)

    assert "Send the link again" in text_of(newcomer)
    response = browse(newcomer).post(PAGE, WORDS)
    assert response.status_code == 403
    assert "Confirm your e-mail address first" in response.content.decode()
    assert not CreatorApplication.objects.exists()


def test_an_approval_opens_the_studio(sam):
    browse(sam).post(PAGE, WORDS)
    decide(CreatorApplication.objects.get(), approve=True, reason="")

    assert "You are a creator" in text_of(sam)
    assert browse(sam).get("/create").status_code == 200
    assert "You can create courses now" in mails_to(sam.email)
    assert browse(sam).post(PAGE, WORDS).status_code == 409


def test_a_no_says_why_and_when_to_ask_again(sam):
    with time_machine.travel(START, tick=False) as now:
        browse(sam).post(PAGE, WORDS)
        assert mails_to(sam.email)
        now.shift(timedelta(hours=1))
        decide(CreatorApplication.objects.get(), approve=False, reason="Teach first.")
        text = text_of(sam)
        assert "Teach first." in text
        assert "You can apply again on" in text
        mail = last_mail(sam.email)
        assert "Teach first." in mail.text
        assert "You may apply again from" in mail.text
        assert browse(sam).post(PAGE, WORDS).status_code == 409

        now.move_to(START + timedelta(days=30))
        assert "You can apply again" in text_of(sam)
        assert browse(sam).post(PAGE, WORDS).status_code == 302
    assert CreatorApplication.objects.filter(status="pending").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("motivation", ""),
        ("motivation", "   "),
        ("ideas", ""),
        ("ideas", "x" * 2_001),
        ("experience", "x" * 2_001),
        ("portfolio_url", "javascript:alert(1)"),
        ("portfolio_url", "http://127.0.0.1/"),
    ],
    ids=["none", "blank", "no ideas", "long ideas", "long experience", "script", "internal"],
)
def test_invalid_fields_are_named_and_the_rest_is_shown_again(sam, field, value):
    response = browse(sam).post(PAGE, {**WORDS, "experience": "Ten years", field: value})

    text = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in text
    assert not CreatorApplication.objects.exists()


def test_others_do_not_see_it_and_visitors_are_redirected_to_sign_in(sam):
    browse(sam).post(PAGE, WORDS)

    assert "Charts for nurses" not in text_of(a_member("Olga"))
    assert Client().get(PAGE)["Location"] == f"/login?next={PAGE}"
    assert Client().post(PAGE, WORDS)["Location"].startswith("/login")


def test_the_ways_there(sam):
    client = browse(sam)

    assert client.get("/create").status_code == 403
    for path in ("/create", "/for-creators", "/dashboard"):
        assert PAGE in client.get(path).content.decode()
    creator = browse(a_member("Clara", is_creator=True)).get("/dashboard").content.decode()
    assert PAGE not in creator
