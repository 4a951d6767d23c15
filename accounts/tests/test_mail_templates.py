"""Every mail template there is: both parts, whole links, a size that no mail program cuts."""

import re
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.test import Client

from accounts.notifications.kinds import mail_of
from accounts.notifications.mail.preview import VARIANTS, preview, templates
from tests.html_document import faults_of

LARGEST = 100_000
MISSING = "!!%s!!"
ABSOLUTE = re.compile(r"https?://[^/\s]+(/|$)")


class Page(HTMLParser):
    """What a mail's HTML links to, and what has no place in one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.strays: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        if tag == "script" or any(name.startswith("on") for name, _ in attrs):
            self.strays.append(tag)


@pytest.fixture(autouse=True)
def _missing_values_show(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", MISSING)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("template", templates())
def test_every_template_is_a_whole_mail(template, variant):
    mail = preview(template, variant)

    assert 0 < len(mail.subject) <= 150
    assert "\n" not in mail.subject
    assert len(mail.text.strip()) > 40
    assert len(mail.html.encode()) + len(mail.text.encode()) < LARGEST
    for part in (mail.subject, mail.text, mail.html):
        assert "!!" not in part
        assert "None" not in part
        assert not re.search(r"\{[{%#]", part)
    assert not re.search(r"<[a-z/]+>", mail.text)
    assert "&amp;" not in mail.text + mail.subject


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("template", templates())
def test_every_link_leads_somewhere_from_anywhere(template, variant):
    mail = preview(template, variant)
    page = Page(mail.html)

    assert page.links
    assert page.strays == []
    assert not faults_of(mail.html)
    for link in page.links:
        assert ABSOLUTE.match(link), link
    for path in re.findall(r"(?<![\w:/.])/(?:[a-z]+/)+\S*", mail.text):
        pytest.fail(f"a bare path in the text: {path}")


@pytest.mark.parametrize("template", templates())
def test_what_may_be_declined_says_how(template):
    mail = preview(template)
    may_end = mail_of(template).group is not None

    assert ("List-Unsubscribe" in mail.headers) == may_end
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert ("/unsubscribe/" in mail.text) == may_end
    assert ("/unsubscribe/" in mail.html) == may_end


@pytest.mark.django_db
def test_development_shows_them_all(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    client = Client()

    text = client.get("/dev/mail/templates").content.decode()

    for name in templates():
        assert f'href="/dev/mail/templates/{name}"' in text
    one = client.get("/dev/mail/templates/session-booked?variant=bare").content.decode()
    assert "List-Unsubscribe-Post" in one
    page = client.get("/dev/mail/templates/session-booked/html")
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert client.get("/dev/mail/templates/no-such").status_code == 404
    assert client.get("/dev/mail/templates/welcome?variant=no").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "/welcome", "/welcome/html"])
def test_in_production_there_is_nothing(settings, path):
    settings.DEBUG = False

    assert Client().get(f"/dev/mail/templates{path}").status_code == 404
