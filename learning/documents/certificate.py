"""The certificate as a PDF, compiled on request from a Typst template.

Names and titles are passed as values (``sys_inputs``), never as markup. What no face can draw is
written in another way, or left out (``documents.letters``).
"""

from pathlib import Path

import segno
import typst
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from learning.documents.faces import fonts, other_faces
from learning.documents.letters import printable
from learning.models import Certificate
from peerloop.kit.formats import MONTHS

FOLDER = Path(__file__).resolve().parent


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
        "holder": _name_of(certificate.user),
        "course": printable(certificate.course.title) or "A course on PeerLoop",
        "creator": _name_of(certificate.course.creator),
        "issued": f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        "code": spaced(certificate.code),
        "url": url,
        "faces": "|".join(other_faces()),
        "qr": segno.make(url, error="m").svg_inline(border=0, scale=4),
    }
    return typst.compile(
        FOLDER / "certificate.typ",
        root=FOLDER,
        font_paths=fonts(),
        sys_inputs=values,
        timestamp=day.replace(microsecond=0),
    )


def _name_of(member: User) -> str:
    """The name as it can be drawn; the handle of whose name is a picture alone."""
    return printable(member.name) or f"@{member.handle}"


def spaced(code: str) -> str:
    """The code in groups of four characters, which are easier to read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
