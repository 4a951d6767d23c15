"""What a member tells: qualifications, expertise, the website, and how complete it is."""

import re

import pytest

from accounts.members.actions.profile import change_profile
from accounts.members.queries.completeness import completeness_of
from accounts.members.websites import is_public_address
from accounts.models import Expertise, Qualification, User
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db
PROFILE = {"name": "Sam Student", "timezone": "Europe/Berlin"}


@pytest.fixture
def sam():
    return a_member()


def told(user):
    return (
        list(user.qualifications.values_list("sentence", flat=True)),
        list(user.expertise.values_list("tag", flat=True)),
    )


def save(sam, **changes):
    return browse(sam).post("/settings/profile", {**PROFILE, **changes})


def test_qualifications_and_expertise_are_typed_as_lists(sam):
    typed = {"qualifications": "Ten  years\r\n\r\nTwo books", "expertise": "Python, art,python, "}
    assert save(sam, **typed).status_code == 302
    assert told(sam) == (["Ten years", "Two books"], ["art", "python"])

    page = browse(sam).get("/settings/profile").content.decode()
    assert "Ten years\nTwo books" in page
    assert 'value="art, python"' in page

    before = set(sam.qualifications.values_list("pk", flat=True))
    save(sam, qualifications="Two books\nTen years\nNew", expertise="art")
    assert told(sam) == (["Two books", "Ten years", "New"], ["art"])
    assert before <= set(sam.qualifications.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("qualifications", "\n".join(f"Line {number}" for number in range(11))),
        ("qualifications", "x" * 301),
        ("expertise", ",".join(f"tag{number}" for number in range(13))),
        ("expertise", "x" * 41),
        ("teaching_philosophy", "x" * 3001),
    ],
)
def test_too_much_is_refused_and_nothing_is_written(sam, field, value):
    Qualification.objects.create(user=sam, sentence="Old", position=1)
    Expertise.objects.create(user=sam, tag="old")

    answer = save(sam, title="New", **{field: value})

    assert answer.status_code == 422
    assert told(sam) == (["Old"], ["old"])
    sam.refresh_from_db()
    assert sam.title == ""


def test_the_api_takes_the_same_lists_and_leaves_what_is_not_named(sam):
    client, path = api(sam), f"/api/v1/users/{sam.pk}"

    body = client.patch(path, {"qualifications": ["One"], "expertise": ["Art"]}, format="json")
    assert body.json()["expertise"] == ["art"]
    client.patch(path, {"title": "Analyst"}, format="json")
    assert told(sam) == (["One"], ["art"])
    for wrong in ({"expertise": "art"}, {"expertise": [1]}, {"qualifications": [["x"]]}):
        assert client.patch(path, wrong, format="json").status_code == 400


@pytest.mark.parametrize("zone", ["CET", "EST5EDT", "Etc/GMT+3", "Europe/Berlin", ""])
def test_a_save_of_the_profile_keeps_the_time_zone(zone):
    sam = a_member(timezone=zone)
    browser = browse(sam)
    shown = browser.get("/settings/profile").content.decode()
    field = re.search(r'<input[^>]* name="timezone"[^>]*>', shown)
    value = re.search(r'value="([^"]*)"', field[0])

    sent = value[1] if value else ""
    browser.post("/settings/profile", {"name": sam.name, "title": "New", "timezone": sent})

    sam.refresh_from_db()
    assert (sam.title, sam.timezone) == ("New", zone)


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "right/UTC", "Mars/Base"])
def test_a_time_zone_has_a_name_of_iana(sam, zone):
    with pytest.raises(Invalid) as refusal:
        change_profile(user=sam, at=clock.now(), timezone=zone)

    assert list(refusal.value.fields) == ["timezone"]


@pytest.mark.parametrize(
    "address",
    [
        "https://sam.example",
        "http://www.sam.example/path?q=1#x",
        "https://sam.example:8443/",
        "https://münchen.example",
        "https://xn--mnchen-3ya.example",
        "https://sam.example.",
    ],
)
def test_public_addresses_are_taken(address):
    assert is_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "javascript://sam.example/%0aalert(1)",
        "JaVaScRiPt:alert(1)//sam.example",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://sam.example",
        "//sam.example",
        "sam.example",
        "http://localhost",
        "http://localhost.localdomain.local",
        "http://a.localhost",
        "http://127.0.0.1",
        "http://127.1",
        "http://0x7f.0.0.1",
        "http://2130706433",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1",
        "http://8.8.8.8",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://db.internal",
        "http://printer.lan",
        "https://bank.example@evil.example",
        "https://sam.example\\@evil.example",
        "https://sam.example/a b",
        "https://sam.example:port",
        "https://-x.example",
        "https://",
        "https://.example",
        "https://a..example",
    ],
)
def test_other_addresses_are_refused(sam, address):
    assert not is_public_address(address)
    answer = api(sam).patch(f"/api/v1/users/{sam.pk}", {"website": address}, format="json")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["website"])
    assert User.objects.get(pk=sam.pk).website == ""


def test_the_meter_says_what_is_missing(sam):
    assert completeness_of(sam).done == 0
    page = browse(sam).get("/settings/profile").content.decode()
    assert "tells 0 of 8 things" in page
    assert f'href="/u/{sam.handle}?as=others"' in page

    full = {
        "title": "Analyst",
        "bio_short": "Short",
        "bio": "Story",
        "qualifications": ["One"],
        "expertise": ["art"],
        "website": "https://sam.example",
        "timezone": "Europe/Berlin",
    }
    sam = change_profile(user=sam, at=clock.now(), **full)
    assert [one.field for one in completeness_of(sam).missing] == ["picture"]
    sam.avatar_url = f"/pictures/{'a' * 40}/256.webp"
    sam.save()
    assert completeness_of(sam).missing == []
    assert "Still to tell" not in browse(sam).get("/settings/profile").content.decode()
