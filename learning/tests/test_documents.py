"""The certificate as a PDF, for names of all kinds."""

from datetime import timedelta

import pytest

from accounts.models import User
from catalog.models import Course
from learning.documents import certificate_pdf
from learning.documents.certificate import printable, spaced
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


def test_pictographs_are_left_out_unless_nothing_else_is_there():
    assert printable("Sam 🦊 Fox") == "Sam Fox"
    assert printable("🦊") == "🦊"


def test_codes_are_read_in_groups():
    assert spaced("ABCDEFGH2345") == "ABCD-EFGH-2345"
