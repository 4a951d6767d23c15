"""The certificate as a PDF, for names of all kinds."""

import unicodedata
from datetime import timedelta

import pytest

from accounts.models import User
from catalog.models import Course
from learning.documents import certificate_pdf
from learning.documents.certificate import spaced
from learning.documents.letters import drawable, printable
from learning.models import Certificate
from tests.cast import LONG_AGO


def a_row(name="Sam Student", *, type="completion", title="Prompting", **fields):
    fields = {"status": "issued", "code": "ABCDEFGH2345", "issued_at": LONG_AGO, **fields}
    course = Course(title=title, creator=User(name="Clara Creator"))
    return Certificate(user=User(name=name), course=course, type=type, **fields)


@pytest.mark.parametrize("type", Certificate.Type.values)
def test_each_type_is_one_page(type):
    made = certificate_pdf(a_row(type=type))
    assert made.startswith(b"%PDF-")
    assert b"/Type/Pages/Count 1/" in made
    assert len(made) < 200_000


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Łukasiewicz-Đorđević",
        "Ελένη Сергей Ўзбек",
        "محمد بن عبد الله",
        "תמר כהן",
        "नरेन्द्र தமிழ் তানিয়া",
        "王小明 さくら 김민준",
        "ณัฐพงษ์ Զարուհի საქართველო አበበ",
        '#let x = [a] *b* $y$ \\ "quoted" // #image("/etc/passwd")',
        "🦊",
        "W" * 100,
        "\N{COMBINING ACUTE ACCENT}" * 20,
    ],
)
def test_names_of_all_kinds(name):
    assert certificate_pdf(a_row(name, title=name)).startswith(b"%PDF-")


def test_the_instant_of_issue_may_be_exact():
    assert certificate_pdf(a_row(issued_at=LONG_AGO + timedelta(microseconds=7)))


def test_the_same_row_gives_the_same_bytes():
    assert certificate_pdf(a_row()) == certificate_pdf(a_row())


def test_only_issued_ones_have_a_document():
    with pytest.raises(ValueError, match="only an issued certificate"):
        certificate_pdf(a_row(status="pending", code=None, issued_at=None))


def test_pictographs_are_left_out():
    assert printable("Sam 🦊 Fox") == "Sam Fox"
    assert printable("🦊") == ""


def test_letters_of_mathematics_and_in_circles_become_plain_ones():
    assert printable("𝓢𝓪𝓶 𝔽𝕠𝕩 𝟙") == "Sam Fox 1"
    assert printable("Ⓢⓐⓜ") == "Sam"


# A name of each script beside those of the first test; the last are of the planes 1 and 2.
SCRIPTS = (
    "བཀྲ་ཤིས་ བདེ་ལེགས་",
    "ܝܘܚܢܢ ܒܪ",
    "ᠪᠠᠲᠤ ᠪᠠᠶᠠᠷ",
    "ᏣᎳᎩ ᏌᎶᎵ",
    "ꦗꦮꦱꦸꦩ",
    "ᬩᬮᬶ ᨒᨚᨈᨑ ᮞᮥᮔ᮪ᮓ",
    "ދިވެހި ߒߞߏ ⵜⵉⴼⵉⵏⴰⵖ ꕙꔤ",
    "ᓄᓇᕗᑦ ꆈꌠ ᥖᥭᥰ ᱥᱟᱱᱛᱟᱲᱤ",
    "𞤀𞤁𞤂𞤢𞤥 𐐀𐐨 𑄌𑄋𑄴𑄟𑄳𑄦",
    "𠮷野 家子 㐂",
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_letter_of_a_name_is_drawn(name):
    assert printable(name) == name
    assert {ord(letter) for letter in name if not letter.isspace()} <= drawable()
    assert certificate_pdf(a_row(name)).startswith(b"%PDF-")


def test_what_no_face_draws_is_written_in_latin_letters(monkeypatch):
    monkeypatch.setattr("learning.documents.letters.drawable", lambda: frozenset(map(ord, "Sam")))

    assert printable("Sam Żółw") == "Sam Zolw"
    assert printable("ﬁ") == "fi"


def test_nothing_that_printable_lets_through_is_without_a_picture():
    every = (chr(code) for code in range(0x20, 0x110000) if not 0xD800 <= code < 0xE000)
    kept = {letter for character in every for letter in printable(character)}

    shown = {letter for letter in kept if unicodedata.category(letter) not in ("Cc", "Cf")}
    assert {ord(letter) for letter in shown} <= drawable()


def test_whose_name_is_a_picture_alone_is_called_by_the_handle(monkeypatch):
    given = {}
    monkeypatch.setattr(
        "learning.documents.certificate.typst.compile",
        lambda *args, **more: given.update(more["sys_inputs"]) or b"",
    )

    row = a_row("🦊", title="🎓")
    row.user.handle = "Fox"
    certificate_pdf(row)

    assert (given["holder"], given["course"]) == ("@Fox", "A course on PeerLoop")


def test_codes_are_read_in_groups():
    assert spaced("ABCDEFGH2345") == "ABCD-EFGH-2345"
