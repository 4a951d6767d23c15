"""What people send instead of a picture: refused or cleaned with a reason, never an error page."""

import io

import pytest
from PIL import Image

from accounts.files.checking import checked
from accounts.files.names import clean_name
from accounts.files.storage import opened
from accounts.models import File, User
from accounts.models.files import Purpose
from accounts.tests import uploads
from accounts.tests.uploads import (
    MACRO_TYPES,
    SCRIPT,
    SHEET_BY_ENDING,
    SVG,
    archive,
    jar,
    linked_office,
    office,
    pdf,
    picture,
    upload,
)
from peerloop.kit.refusals import Invalid
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
WIDTHS = [64, 128, 256, 512]


@pytest.fixture
def sam():
    return a_member()


def send(sam, name, content):
    return browse(sam).post("/settings/profile/picture", {"file": upload(name, content)})


@pytest.mark.parametrize("label", uploads.REFUSED_PICTURES)
def test_it_is_refused_with_a_reason_and_nothing_is_stored(sam, label):
    name, make, said = uploads.REFUSED_PICTURES[label]

    answer = send(sam, name, make())

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_picture_file_error"' in page
    error = page.partition('id="id_picture_file_error"')[2].partition("</p>")[0]
    assert said in error.replace("&#x27;", "'")
    assert not File.objects.exists()
    assert User.objects.get(pk=sam.pk).avatar_url == ""


@pytest.mark.parametrize("label", uploads.CLEANED_PICTURES)
def test_it_is_accepted_and_only_pixels_are_stored(sam, label):
    name, make = uploads.CLEANED_PICTURES[label]

    assert send(sam, name, make()).status_code == 302

    file = File.objects.get()
    assert (file.widths, file.content_type, file.scan) == (WIDTHS, "image/webp", "clean")
    for width in WIDTHS:
        content = opened(file.key, width).read()
        kept = Image.open(io.BytesIO(content))
        assert (kept.format, kept.size, kept.n_frames) == ("WEBP", (width, width), 1)
        assert not kept.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(kept.info)
        for leak in (b"EXIF", b"Spycam", b"private words", b"script", b"EICAR", b"PK\x03\x04"):
            assert leak not in content
    with pytest.raises(FileNotFoundError):
        opened(file.key)


@pytest.mark.parametrize("number", range(len(uploads.NAMES)))
def test_names_are_text_that_leads_nowhere(number):
    sent, kept = list(uploads.NAMES.items())[number]
    assert clean_name(sent) == kept
    assert clean_name(kept) == kept


DOCUMENTS = {
    "pdf": ("a.pdf", pdf, "application/pdf"),
    "text": ("a.txt", "Grüße\r\n\tund mehr".encode, "text/plain"),
    "markdown about pages": ("a.md", lambda: b"# Use\n\n```\n" + SCRIPT, "text/plain"),
    "text that begins as a page": (
        "README.md",
        lambda: b'<h1 align="center">PeerLoop</h1>\n',
        "text/plain",
    ),
    "page named as text": ("a.txt", lambda: b"\n<!doctype html><p>", "text/plain"),
    "xml named as text": ("a.txt", lambda: b"<?xml version='1.0'?><a/>", "text/plain"),
    "text with a picture's word": ("a.csv", lambda: b"GIF89a,size\n1,2\n", "text/plain"),
    "text with a tune's word": ("a.md", lambda: b"ID3 decision trees\n" * 90, "text/plain"),
    "text with a program's word": ("a.txt", lambda: b"MZ is where it begins", "text/plain"),
    "text with an archive's word": ("a.md", lambda: b"BZhang wrote this", "text/plain"),
    "text with a film's word": ("a.txt", lambda: b"the ftyp box", "text/plain"),
    "text about pdf": ("a.md", lambda: b"%PDF-1.4 is the first line of a PDF", "text/plain"),
    "text with a long sign at its cut": ("a.txt", lambda: b"x" * 4_095 + "é".encode(), None),
    "pdf behind a mark": ("a.pdf", lambda: b"\xef\xbb\xbf" + pdf(), "application/pdf"),
    "pdf behind a part's head": (
        "a.pdf",
        lambda: b"------Web\r\nContent-Type: application/pdf\r\n\r\n" + pdf(b"\0\xff"),
        "application/pdf",
    ),
    "table": ("a.csv", lambda: b"a,b\n1,2\n", "text/plain"),
    "word": ("a.docx", office, None),
    "slides": ("a.pptx", lambda: office("ppt/presentation.xml"), None),
    "sheet": ("a.xlsx", lambda: office("xl/workbook.xml"), None),
    "word with another main part": ("a.docx", linked_office, None),
    "word with names in capitals": ("a.docx", lambda: linked_office(in_capitals=True), None),
    "sheet by its ending": (
        "a.xlsx",
        lambda: linked_office("Spread.bin", types=SHEET_BY_ENDING),
        None,
    ),
    "word with an icon": ("a.docx", lambda: office(**{"word/media/image2__svg": SVG}), None),
    "mp3 with a label": ("a.mp3", lambda: b"ID3\x04" + bytes(900), "audio/mpeg"),
    "mp3": ("a.mp3", lambda: b"\xff\xfb\x90\x64" + bytes(900), "audio/mpeg"),
    "wav": ("a.wav", lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(90), "audio/wav"),
    "ogg": ("a.opus", lambda: b"OggS" + bytes(90), "audio/ogg"),
    "m4a": ("a.m4a", lambda: b"\0\0\0\x18ftypM4A " + bytes(90), "audio/mp4"),
    "mp4": ("a.mp4", lambda: b"\0\0\0\x18ftypisom" + bytes(90), "video/mp4"),
    "webm": ("a.webm", lambda: b"\x1a\x45\xdf\xa3\x9fB\x86webm" + bytes(90), "video/webm"),
    "picture": ("a.png", picture, "image/png"),
}


@pytest.mark.parametrize("label", DOCUMENTS)
def test_homework_takes_what_people_work_with(label):
    name, make, kind = DOCUMENTS[label]
    found = checked(upload(name, make()), purpose=Purpose.HOMEWORK)
    assert found.name == name
    assert kind is None or found.kind.content_type == kind
    assert found.content.read() == make()


NOTED_OFFICE = office()[:-2] + b"\x05\x00alert"
HUGE_TABLE = office()[:-10] + b"\xff\xff\xff\x3f" + office()[-6:]
LARGE_FORM = office()[:-22] + b"PK\x06\x07" + bytes(16) + office()[-22:]
NO_DOCUMENTS = {
    "page": ("a.pdf", lambda: b"\n<!doctype html><p>", "web page"),
    "xml": ("a.docx", lambda: b"<?xml version='1.0'?><a/>", "web page"),
    "text named as a tune": ("a.mp3", lambda: b"ID3 decision trees", "plain text"),
    "pdf too far behind": ("a.pdf", lambda: b" " * 1_024 + pdf(), "plain text"),
    "word with macros by its types": (
        "a.docx",
        lambda: linked_office(types=MACRO_TYPES),
        "macros",
    ),
    "word whose relationships expand": (
        "a.docx",
        lambda: linked_office(before='<!DOCTYPE x [<!ENTITY a "b">]>'),
        "Archives",
    ),
    "pdf that is an archive": ("a.pdf", lambda: pdf() + jar(), "archive as well"),
    "pdf with an archive inside": ("a.pdf", lambda: pdf(archive(a__txt=b"x")), "archive as well"),
    "pdf behind something": ("a.pdf", lambda: b"GIF89a " + pdf(), "GIF"),
    "truncated pdf": ("a.pdf", lambda: pdf()[:-20], "end is missing"),
    "archive": ("a.docx", lambda: archive(a__txt=b"x"), "Archives"),
    "word with macros": ("a.docx", lambda: office(vbaProject__bin=b"x"), "macros"),
    "word with a program": ("a.docx", lambda: office(run__exe=b"MZ"), "macros"),
    "archive behind something": ("a.docx", lambda: b"PK\x03\x04junk" + office(), "damaged"),
    "word with a note": ("a.docx", lambda: NOTED_OFFICE, "damaged"),
    "word with a table of a gigabyte": ("a.docx", lambda: HUGE_TABLE, "damaged"),
    "word of the large form": ("a.docx", lambda: LARGE_FORM, "damaged"),
    "truncated word": ("a.docx", lambda: office()[:-30], "damaged"),
    "word named as text": ("a.txt", office, "Name it .docx"),
    "old word": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "old Office"),
    "text in another alphabet's bytes": ("a.txt", lambda: b"caf\xe9 \xff", "UTF-8"),
    "half a sign": ("a.txt", lambda: "Grö".encode()[:-1], "UTF-8"),
    "text with an escape": ("a.txt", lambda: b"\x1b[2Jgone", "signs that no text has"),
    "mp3 that is an archive": ("a.mp3", lambda: b"ID3\x04" + jar(), "archive as well"),
    "matroska": ("a.mkv", lambda: b"\x1a\x45\xdf\xa3\x9fB\x86matroska" + bytes(90), "can't tell"),
    "java": ("a.class", lambda: b"\xca\xfe\xba\xbe\0", "Programs"),
}


@pytest.mark.parametrize("label", NO_DOCUMENTS)
def test_homework_refuses_what_could_be_something_else(label):
    name, make, said = NO_DOCUMENTS[label]
    with pytest.raises(Invalid) as refusal:
        checked(upload(name, make()), purpose=Purpose.HOMEWORK)
    assert said in refusal.value.message
    assert list(refusal.value.fields) == ["file"]


def test_size_is_counted_while_reading_whatever_the_upload_says():
    class Endless(io.BytesIO):
        name, size, reads = "a.txt", 5, 0

        def read(self, count=-1):
            Endless.reads += 1
            return b"x" * (count if count > 0 else 1)

    with pytest.raises(Invalid) as refusal:
        checked(Endless(), purpose=Purpose.RESOURCE)
    assert "50 MB" in refusal.value.message
    assert Endless.reads < 900
