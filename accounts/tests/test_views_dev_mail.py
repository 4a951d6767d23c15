"""/dev/mail: kept mails, in development only."""

import pytest
from django.test import Client

from accounts.tests.mails import last_mail
from tests.cast import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail():
    a_member(email="sam@example.com")
    Client().post("/password/reset", {"email": "sam@example.com"})
    return last_mail("sam@example.com")


def test_mails_are_listed_and_shown_with_links_that_work(settings, mail):
    settings.DEBUG = True
    client = Client()

    assert mail.subject in client.get("/dev/mail").content.decode()
    text = client.get(f"/dev/mail/{mail.pk}").content.decode()
    assert 'href="http://localhost:8000/password/reset/' in text
    page = client.get(f"/dev/mail/{mail.pk}/html")
    assert b"Set a new password" in page.content
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_they_can_be_narrowed_to_an_address(settings, mail):
    settings.DEBUG = True

    assert mail.subject not in Client().get("/dev/mail?to=tom@example.com").content.decode()
    assert mail.subject in Client().get("/dev/mail?to=SAM@example.com").content.decode()


@pytest.mark.parametrize("path", ["/dev/mail", "/dev/mail/{}", "/dev/mail/{}/html"])
def test_in_production_there_is_nothing(settings, mail, path):
    settings.DEBUG = False

    assert Client().get(path.format(mail.pk)).status_code == 404


def test_an_unknown_mail_is_not_there(settings):
    settings.DEBUG = True

    path = "/dev/mail/019a0000-0000-7000-8000-000000000001"
    assert Client().get(path).status_code == 404
