"""Pending decisions of a creator: certificates and applications to teach."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from learning.access import decided_application, decided_certificate
from learning.actions import decide_application, decide_certificate
from learning.forms import ApplicationAnswerForm, CertificateAnswerForm, ReasonForm
from learning.models import Certificate, TeachingApplication
from learning.queries import (
    delivered_count,
    waiting_applications,
    waiting_certificates,
)
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Forbidden, Refused
from peerloop.kit.roles import roles_of
from peerloop.kit.text import isolated

MAX_ROWS = 50


@dataclass(frozen=True, slots=True)
class PendingItem:
    """A pending row with its form."""

    row: Any
    form: ReasonForm


@require_safe
@login_required
def approvals(request: MemberRequest) -> HttpResponse:
    """The pending decisions of the member, oldest first."""
    if "create" not in roles_of(request.user):
        raise Forbidden("This page is for creators.")
    return _page(request)


@require_POST
@login_required
def certificate_decision(request: MemberRequest, certificate_id: UUID) -> HttpResponse:
    """Issue or decline a certificate."""
    certificate = decided_certificate(request.user, certificate_id)

    def decide(answer: str, reason: str) -> None:
        decide_certificate(
            certificate=certificate,
            status=answer,
            reason=reason,
            by=request.user,
            at=clock.now(),
        )

    return _decide(request, certificate, CertificateAnswerForm, decide)


@require_POST
@login_required
def application_decision(request: MemberRequest, application_id: UUID) -> HttpResponse:
    """Approve or decline an application to teach."""
    application = decided_application(request.user, application_id)

    def decide(answer: str, reason: str) -> None:
        decide_application(
            application=application,
            approve=answer == TeachingApplication.Status.APPROVED,
            reason=reason,
            by=request.user,
            at=clock.now(),
        )

    return _decide(request, application, ApplicationAnswerForm, decide)


def _decide(
    request: MemberRequest,
    row: Certificate | TeachingApplication,
    form_class: type[ReasonForm],
    decide: Callable[[str, str], None],
) -> HttpResponse:
    form = form_class(request.POST, auto_id=_auto_id(row))
    status = 422
    if form.is_valid():
        try:
            decide(form.cleaned_data["answer"], form.cleaned_data["reason"])
        except Refused as refusal:
            show_refusal(form, refusal)
            status = 422 if refusal.fields else refusal.status
        else:
            return _decided(request, row)
    if request.htmx:
        held = delivered_count(row.enrollment) if row.enrollment else 0
        context = {"item": PendingItem(row, form), "sessions_held": held}
        return render(request, _template(row), context, status=status)
    return _page(request, failed=PendingItem(row, form), status=status)


def _decided(request: MemberRequest, row: Certificate | TeachingApplication) -> HttpResponse:
    if request.htmx:
        return render(request, "learning/_decided.html", {"row": row})
    messages.success(request, f"{isolated(row.user.name)} was told: {row.status}.")
    return redirect("approvals")


def _page(
    request: MemberRequest, *, failed: PendingItem | None = None, status: int = 200
) -> HttpResponse:
    certificates = waiting_certificates(request.user)
    applications = waiting_applications(request.user)
    context = {
        "certificates": _with_forms(certificates[:MAX_ROWS], CertificateAnswerForm, failed),
        "applications": _with_forms(applications[:MAX_ROWS], ApplicationAnswerForm, failed),
        "most_rows": MAX_ROWS,
        "failed": failed,
    }
    return render(request, "learning/approvals.html", context, status=status)


def _with_forms(
    rows: Any, form_class: type[ReasonForm], failed: PendingItem | None
) -> list[PendingItem]:
    return [
        PendingItem(row, failed.form)
        if failed and failed.row.pk == row.pk
        else PendingItem(row, form_class(auto_id=_auto_id(row)))
        for row in rows
    ]


def _auto_id(row: Certificate | TeachingApplication) -> str:
    return f"{row.pk}-%s"


def _template(row: Certificate | TeachingApplication) -> str:
    kind = "certificate_request" if isinstance(row, Certificate) else "application"
    return f"learning/_{kind}.html"
