"""What a member paid: payments with their receipts, and what stands on those."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from billing import access
from billing.actions.papers import keep_billing_details
from billing.actions.payers import forget_payers, known_payer
from billing.documents import paper_pdf
from billing.forms import BillingDetailsForm
from billing.models import BillingDetails
from billing.queries.payments import payments_of
from peerloop.kit import clock
from peerloop.kit.htmx import go, render_page
from peerloop.kit.paging import CappedPaginator

ROWS_A_PAGE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def payments(request: HttpRequest) -> HttpResponse:
    """Own payments, newest first; with POST, keep what shall stand on papers from now on."""
    member = access.member(request.user)
    if request.method != "POST":
        return _page(request, member, BillingDetailsForm(initial=_known(member)))
    form = BillingDetailsForm(request.POST)
    if not form.is_valid():
        return _page(request, member, form, 422)
    keep_billing_details(by=member, **form.cleaned_data, at=clock.now())
    messages.success(request, "Saved. It stands on your next receipts.")
    return go(request, "payments")


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Let the payment provider delete the cards that it keeps for this member."""
    forget_payers(user=access.member(request.user), at=clock.now())
    messages.success(request, "Forgotten. The next payment asks for a card again.")
    return go(request, "payments")


@login_required
@require_safe
def paper(request: HttpRequest, paper_id: str) -> HttpResponse:
    """A receipt or credit note as a PDF."""
    found = access.own_paper(access.member(request.user), paper_id)
    name = f"peerloop-{found.full_number.lower()}.pdf"
    return HttpResponse(
        paper_pdf(found),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _known(member: User) -> dict[str, str]:
    row = BillingDetails.objects.filter(user=member).first()
    return {"name": row.name, "address": row.address, "tax_id": row.tax_id} if row else {}


def _page(
    request: HttpRequest, member: User, form: BillingDetailsForm, status: int = 200
) -> HttpResponse:
    rows = CappedPaginator(payments_of(member), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"rows": rows, "form": form, "is_known": bool(known_payer(member))}
    return render_page(request, "billing/payments.html", context, status=status)
