"""The certificate as a PDF, compiled on request from a Typst template.

Names and titles are passed as values (``sys_inputs``), never as markup. Only the fonts in this
folder are used, so that a certificate looks the same on every machine.
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
    """The absolute URL of the public verification page."""
    return settings.BASE_URL + reverse("certificate-verify", args=[certificate.code])


def certificate_pdf(certificate: Certificate) -> bytes:
    """The PDF of an issued certificate: one A4 page in landscape, with a QR code of ``verify_url``.

    The same row gives the same bytes. Raises ValueError for a certificate that is not issued.
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


def printable(text: str) -> str:
    """Remove pictographs, which the fonts lack; return ``text`` itself if nothing else is left."""
    kept = "".join(letter for letter in text if unicodedata.category(letter) not in PICTOGRAPHS)
    return " ".join(kept.split()) or text


def spaced(code: str) -> str:
    """The code in groups of four characters, which are easier to read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[FOLDER / "fonts"],
    )
