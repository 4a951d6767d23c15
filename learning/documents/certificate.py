"""The certificate as a PDF, made on the click from a Typst template.

Names and titles go in as values (``sys_inputs``), never as markup. Only the fonts beside this file
are used, so that a certificate looks the same on every machine and needs nothing installed.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.urls import reverse

from learning.models import Certificate
from peerloop.kit.formats import MONTHS

FOLDER = Path(__file__).resolve().parent
PICTOGRAPHS = {"So", "Sk", "Co", "Cn"}


def verify_url(certificate: Certificate) -> str:
    """The public page that proves the certificate."""
    return settings.BASE_URL + reverse("certificate-verify", args=[certificate.code])


def certificate_pdf(certificate: Certificate) -> bytes:
    """The PDF of an issued certificate: one page, A4 across, with a code that leads to its proof.

    The same row gives the same bytes. Works without any service.
    """
    if certificate.issued_at is None or not certificate.code:
        raise ValueError("only an issued certificate has a document")
    url = verify_url(certificate)
    day = certificate.issued_at
    values = {
        "heading": certificate.heading,
        "sentence": certificate.sentence,
        "holder": printable(certificate.user.name),
        "course": printable(certificate.course.title),
        "creator": printable(certificate.course.creator.name),
        "issued": f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        "code": spaced(certificate.code),
        "url": url,
        "qr": segno.make(url, error="m").svg_inline(border=0, scale=4),
    }
    return typst.compile(
        FOLDER / "certificate.typ",
        root=FOLDER,
        font_paths=_fonts(),
        sys_inputs=values,
        timestamp=day.replace(microsecond=0),
    )


def printable(words: str) -> str:
    """Words without pictographs, which no typeface here draws; as they are if nothing is left."""
    kept = "".join(letter for letter in words if unicodedata.category(letter) not in PICTOGRAPHS)
    return " ".join(kept.split()) or words


def spaced(code: str) -> str:
    """The code in groups of four, as people read it aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[FOLDER / "fonts"],
    )
