"""Private files: one member, 15 minutes, no harm in the browser (FIL-3, OUT-2)."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from accounts.files.actions.storing import remove_file, store_file
from accounts.files.links import file_link
from accounts.models import File
from accounts.models.files import Purpose
from accounts.tests.uploads import pdf, picture, upload
from peerloop.kit import clock
from peerloop.kit.headers import disposition
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def paper(sam):
    return kept(sam)


def kept(owner, content=b"", name="notes.pdf"):
    return store_file(
        owner=owner,
        purpose=Purpose.RESOURCE,
        upload=upload(name, content or pdf()),
        at=clock.now(),
    )


def body_of(answer):
    return b"".join(answer.streaming_content)


def test_a_link_opens_the_file_for_its_member(sam, paper):
    reader = a_member("Rita Reader")
    answer = browse(reader).get(file_link(paper, member=reader, at=clock.now()))

    assert (answer.status_code, body_of(answer)) == (200, pdf())
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="notes.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_nobody_else_opens_it(sam, paper):
    link = file_link(paper, member=sam, at=clock.now())
    assert browse(a_member("Olga Stranger")).get(link).status_code == 404
    assert browse(a_member("Ada Admin", is_admin=True)).get(link).status_code == 404
    away = browse().get(link)
    assert away.status_code == 302
    assert parse_qs(urlsplit(away["Location"]).query)["next"] == [link]


def test_programs_open_it_with_their_token(sam, paper):
    link = file_link(paper, member=sam, at=clock.now())
    assert body_of(api(sam).get(link)) == pdf()
    assert api(a_member()).get(link).status_code == 404
    wrong = api(sam)
    wrong.credentials(HTTP_AUTHORIZATION="Bearer nothing")
    assert wrong.get(link).status_code == 401
    mixed = browse(sam)
    assert mixed.get(link, HTTP_AUTHORIZATION="Bearer nothing").status_code == 401


def test_after_15_minutes_it_says_that_it_is_old(sam, paper):
    link = file_link(paper, member=sam, at=clock.now())
    with time_machine.travel(clock.now() + timedelta(minutes=14, seconds=50)):
        assert browse(sam).get(link).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=1)):
        answer = browse(sam).get(link)
    assert answer.status_code == 410
    assert "This link has expired" in answer.content.decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("until=", "until=9"),
        ("until=", "until=٣"),
        ("until=", "until=-"),
        ("until=", "until=" + "9" * 5_000),
        ("sign=", "sign=A"),
        ("sign=", "sign=%C3%BC"),
        ("sign=", "x="),
        ("until=", "x="),
    ],
    ids=["later", "digits", "minus", "endless", "signature", "letters", "unsigned", "timeless"],
)
def test_a_changed_link_opens_nothing(sam, paper, old, new):
    link = file_link(paper, member=sam, at=clock.now())
    assert browse(sam).get(link.replace(old, new, 1)).status_code == 404


def test_a_link_for_one_file_opens_no_other(sam, paper):
    other = kept(sam, name="other.pdf")
    link = file_link(paper, member=sam, at=clock.now())
    assert browse(sam).get(link.replace(str(paper.pk), str(other.pk))).status_code == 404


def test_a_removed_file_is_not_there(sam, paper):
    link = file_link(paper, member=sam, at=clock.now())
    remove_file(file=paper, at=clock.now())
    assert browse(sam).get(link).status_code == 404


def test_what_waits_for_its_scan_opens_for_its_owner_alone(sam, paper):
    reader = a_member("Rita Reader")
    File.objects.filter(pk=paper.pk).update(scan="pending", scanner="")
    assert browse(sam).get(file_link(paper, member=sam, at=clock.now())).status_code == 200
    answer = browse(reader).get(file_link(paper, member=reader, at=clock.now()))
    assert answer.status_code == 409
    assert "still being checked" in answer.content.decode()


def test_pictures_are_shown_pdf_on_request_and_nothing_else(sam, paper):
    def shown(file, **how):
        link = file_link(file, member=sam, at=clock.now(), **how)
        return browse(sam).get(link)["Content-Disposition"].partition(";")[0]

    image, text = kept(sam, picture(), "me.png"), kept(sam, b"Hello", "a.txt")
    assert shown(image) == "inline"
    assert (shown(paper), shown(paper, inline=True)) == ("attachment", "inline")
    assert shown(text, inline=True) == "attachment"


def test_parts_are_served_and_impossible_ones_refused(sam):
    file = kept(sam, b"0123456789", "a.txt")
    link = file_link(file, member=sam, at=clock.now())

    def part(asked):
        answer = browse(sam).get(link, headers={"Range": asked})
        body = body_of(answer) if answer.streaming else answer.content
        return answer.status_code, answer.headers.get("Content-Range"), body

    assert part("bytes=2-4") == (206, "bytes 2-4/10", b"234")
    assert part("bytes=7-") == (206, "bytes 7-9/10", b"789")
    assert part("bytes=-3") == (206, "bytes 7-9/10", b"789")
    assert part("bytes=-99") == (206, "bytes 0-9/10", b"0123456789")
    assert part("bytes=10-")[:2] == (416, "bytes */10")
    assert part("bytes=-0")[:2] == (416, "bytes */10")
    assert part("Bytes=2-4")[0] == 206
    for whole in ("bytes=1-2,4-5", "bytes=-", "lines=1-2", "bytes=x-y", "bytes=5-2"):
        assert part(whole) == (200, None, b"0123456789")
    head = browse(sam).head(link)
    assert (head.status_code, head["Content-Length"]) == (200, "10")


@pytest.mark.parametrize("asked", ["bytes=2-4", "bytes=10-", "bytes=5-2"])
def test_a_question_for_the_head_is_answered_for_the_whole_file(sam, asked):
    link = file_link(kept(sam, b"0123456789", "a.txt"), member=sam, at=clock.now())

    head = browse(sam).head(link, headers={"Range": asked})

    assert (head.status_code, head["Content-Length"]) == (200, "10")
    assert "Content-Range" not in head


def test_a_range_of_another_content_gets_the_whole_file(sam):
    link = file_link(kept(sam, b"0123456789", "a.txt"), member=sam, at=clock.now())
    tag = browse(sam).get(link)["ETag"]

    def status(known):
        headers = {"Range": "bytes=2-4", "If-Range": known}
        return browse(sam).get(link, headers=headers).status_code

    assert status(tag) == 206
    assert [
        status(other) for other in ('"foreign"', f"W/{tag}", "Mon, 05 Jan 2026 09:00:00 GMT")
    ] == [200] * 3


NAMES = {
    "plain": ("a b.pdf", 'attachment; filename="a b.pdf"'),
    "umlaut": ("ü.pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%BC.pdf"),
    "quote": ('a"; x="1.pdf', "filename*=UTF-8''a%22%3B%20x%3D%221.pdf"),
    "line end": ("a\r\nSet-Cookie: x.pdf", 'filename="a Set-Cookie: x.pdf"'),
    "percent": ("a%0d%0a.pdf", "filename*=UTF-8''a%250d%250a.pdf"),
    "turned": ("\u202efdp.exe", 'filename="fdp.exe"'),
    "nothing": ("\r\n", 'filename="file"'),
}


@pytest.mark.parametrize("label", NAMES)
def test_names_of_downloads_hold_one_line_and_no_quote(label):
    name, said = NAMES[label]
    value = disposition(name)
    assert said in value
    assert value.isascii()
    assert not set("\r\n\0") & set(value)
    assert value.count('"') == 2
