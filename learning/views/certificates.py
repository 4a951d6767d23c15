"""A member's certificates, their PDF files, and the public verification page."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from learning.access import own_certificate
from learning.documents import certificate_pdf, verify_url
from learning.models import Certificate
from learning.queries import certificate_by_code, certificates_of, students_taught
from peerloop.kit.refusals import Missing
from peerloop.kit.text import in_latin_letters

MAX_CARDS = 200


@require_safe
@login_required
def certificates(request: MemberRequest) -> HttpResponse:
    """The member's certificates in all statuses."""
    rows = certificates_of(request.user)[:MAX_CARDS]
    cards = [{"certificate": row, "share_url": _share_url(row)} for row in rows]
    return render(request, "learning/certificates.html", {"cards": cards})


@require_safe
@login_required
def pdf(request: MemberRequest, certificate_id: UUID) -> HttpResponse:
    """Create the PDF of an issued certificate, only for its holder (rule CERT-7)."""
    certificate = own_certificate(request.user, certificate_id)
    if certificate.status != Certificate.Status.ISSUED:
        raise Missing
    name = slugify(in_latin_letters(f"{certificate.course.title} {certificate.type}"))
    return HttpResponse(
        certificate_pdf(certificate),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="peerloop-{name}.pdf"'},
    )


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The public page of an issued or revoked certificate (rule CERT-7)."""
    certificate = certificate_by_code(code)
    if certificate is None:
        raise Missing
    context: dict[str, Any] = {
        "certificate": certificate,
        "taught": students_taught(certificate),
        "share_url": verify_url(certificate),
    }
    return render(request, "learning/verify.html", context)


def _share_url(certificate: Certificate) -> str:
    issued = certificate.status == Certificate.Status.ISSUED
    return verify_url(certificate) if issued else ""
