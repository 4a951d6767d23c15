"""The earnings page: three figures, the rows behind them, and asking for a payout."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from billing import access
from billing.actions.payouts import cancel_payout, request_payout
from billing.actions.weekly_payouts import weekly_payout_of
from billing.exports import csv_of
from billing.forms import PayoutForm
from billing.models import PaymentSplit, Payout
from billing.queries import (
    adjustments_of,
    earned_rows,
    earnings_by_course,
    earnings_of,
    milestones_of,
    payout_least_cents,
    payouts_of,
)
from peerloop.kit import clock
from peerloop.kit.formats import money_text
from peerloop.kit.htmx import go, render_page
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.refusals import Refused
from peerloop.kit.text import isolated

ROWS_A_PAGE = 20
SHOWN_PAYOUTS = 10
SHOWN_ADJUSTMENTS = 10


@login_required
@require_safe
def earnings(request: HttpRequest) -> HttpResponse:
    """What is available, held and paid; every row with the session behind it."""
    return _page(request, PayoutForm())


def _page(request: HttpRequest, form: PayoutForm, status: int = 200) -> HttpResponse:
    user = access.earning(request.user)
    rows = CappedPaginator(earned_rows(user), ROWS_A_PAGE).get_page(request.GET.get("page"))
    payouts = list(payouts_of(user)[:SHOWN_PAYOUTS])
    open_ones = (Payout.Status.PENDING, Payout.Status.PROCESSING)
    context = {
        "earnings": earnings_of(user),
        "rows": rows,
        "payouts": payouts,
        "adjustments": list(adjustments_of(user)[:SHOWN_ADJUSTMENTS]),
        "open_payout": next((row for row in payouts if row.status in open_ones), None),
        "is_suspended": user.is_suspended,
        "account_ready": user.stripe_payouts_enabled,
        "least_cents": payout_least_cents(user),
        "weekly": weekly_payout_of(user),
        "form": form,
    }
    return render_page(request, "billing/earnings.html", context, status=status)


@login_required
@require_safe
def by_course(request: HttpRequest) -> HttpResponse:
    """What each course brought so far, the largest first: a page of its own, since it sums up all
    that was ever earned."""
    user = access.earning(request.user)
    page = Paginator(earnings_by_course(user), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render_page(request, "billing/earnings_by_course.html", {"page": page})


@login_required
@require_POST
def ask_payout(request: HttpRequest) -> HttpResponse:
    """Ask for all that is available, or for an amount in dollars."""
    user = access.earning(request.user)
    form = PayoutForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        payout = request_payout(recipient=user, amount_cents=form.cents(), at=clock.now())
    except Refused as refusal:
        form.add_error("amount", refusal.message)
        return _page(request, form, status=422)
    messages.success(request, f"You asked for {money_text(payout.amount_cents, payout.currency)}.")
    return go(request, "earnings")


@login_required
@require_POST
def take_back(request: HttpRequest, payout_id: str) -> HttpResponse:
    """Take back a payout that was not sent yet."""
    user = access.member(request.user)
    payout = access.own_payout(user, payout_id)
    cancel_payout(payout_id=payout.pk, by=user, at=clock.now())
    messages.success(request, "The payout was taken back. The money is available again.")
    return go(request, "earnings")


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All earned rows as CSV: cents, UTC."""
    user = access.earning(request.user)
    response = HttpResponse(csv_of(earned_rows(user)), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="earnings.csv"'
    return response


def _names(row: PaymentSplit) -> dict[str, str]:
    """Who is who in the bar of a share, from its owner's side."""
    mine = {row.share}
    if row.recipient_id == row.transaction.course.creator_id and row.session is not None:
        mine |= {"royalty"}
        mine |= {"teaching"} if row.session.teacher_id == row.recipient_id else set()
    return {
        "teacher_name": "You, for teaching" if "teaching" in mine else "The teacher",
        "creator_name": "You, as creator" if "royalty" in mine else "The creator",
    }


@login_required
@require_safe
def share(request: HttpRequest, split_id: str) -> HttpResponse:
    """One earned row: the payment, the part, the session and the rule behind it."""
    user = access.earning(request.user)
    row = access.own_share(user, split_id)
    amounts = PaymentSplit.objects.filter(transaction=row.transaction_id)
    context = {
        "row": row,
        "parts": amounts.filter(share=row.share).count(),
        "part": dict(amounts.filter(part_no=row.part_no).values_list("share", F("amount_cents"))),
        **_names(row),
        "lead": f"Session {row.part_no}, with {isolated(row.transaction.student.name)}",
        "steps": milestones_of(row),
        "can_open_session": row.session is not None and row.session.teacher_id == user.pk,
    }
    return render_page(request, "billing/share.html", context)
