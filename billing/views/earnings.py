"""The earnings page: three figures, the rows behind them, and asking for a payout."""

import csv
from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET, require_POST

from billing import access
from billing.actions.payouts import cancel_payout, request_payout
from billing.forms import PayoutForm
from billing.models import PaymentSplit
from billing.queries import earned_rows, earnings_of, payouts_of
from peerloop.kit import clock
from peerloop.kit.htmx import go, render_page
from peerloop.kit.refusals import Refused

ROWS_A_PAGE = 20
SHOWN_PAYOUTS = 10
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_GET
def earnings(request: HttpRequest) -> HttpResponse:
    """What is available, held and paid; every row with the session behind it."""
    return _page(request, PayoutForm())


def _page(request: HttpRequest, form: PayoutForm, status: int = 200) -> HttpResponse:
    user = access.earning(request.user)  # type: ignore[arg-type]
    rows = Paginator(earned_rows(user), ROWS_A_PAGE).get_page(request.GET.get("page"))
    payouts = list(payouts_of(user)[:SHOWN_PAYOUTS])
    context = {
        "earnings": earnings_of(user),
        "rows": rows,
        "payouts": payouts,
        "open_payout": next(
            (row for row in payouts if row.status in ("pending", "processing")), None
        ),
        "account_ready": user.stripe_payouts_enabled,
        "form": form,
    }
    return render_page(request, "billing/earnings.html", context, status=status)


@login_required
@require_POST
def ask_payout(request: HttpRequest) -> HttpResponse:
    """Ask for all that is available, or for an amount in dollars."""
    user = access.earning(request.user)  # type: ignore[arg-type]
    form = PayoutForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        request_payout(recipient=user, amount_cents=form.cents(), at=clock.now())
    except Refused as refusal:
        form.add_error("amount", refusal.message)
        return _page(request, form, status=422)
    return go(request, "/earnings")


@login_required
@require_POST
def take_back(request: HttpRequest, payout_id: str) -> HttpResponse:
    """Take back a payout that was not sent yet."""
    user = access.earning(request.user)  # type: ignore[arg-type]
    payout = access.own_payout(user, payout_id)
    cancel_payout(payout_id=payout.pk, by=user, at=clock.now())
    return go(request, "/earnings")


@login_required
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """All earned rows as CSV: cents, UTC; cells that a sheet would run are quoted (OUT-2)."""
    user = access.earning(request.user)  # type: ignore[arg-type]
    response = StreamingHttpResponse(_lines(earned_rows(user)), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="earnings.csv"'
    return response


@login_required
@require_GET
def share(request: HttpRequest, split_id: str) -> HttpResponse:
    """One earned row: the payment, the part, the session and the rule behind it."""
    user = access.earning(request.user)  # type: ignore[arg-type]
    row = access.own_share(user, split_id)
    amounts = PaymentSplit.objects.filter(transaction=row.transaction_id)
    context = {
        "row": row,
        "parts": amounts.filter(share=row.share).count(),
        "part": dict(amounts.filter(part_no=row.part_no).values_list("share", "amount_cents")),
        "events": row.events.order_by("at"),
    }
    return render_page(request, "billing/share.html", context)


class _Echo:
    def write(self, value: str) -> str:
        return value


def _lines(rows: "Iterator[PaymentSplit] | object") -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(
        ["delivered_at", "course", "student", "part", "share", "amount_cents", "status", "paid_at"]
    )
    for row in rows.iterator(chunk_size=500):  # type: ignore[attr-defined]
        payment = row.transaction
        yield writer.writerow(
            [
                row.delivered_at.isoformat(),
                plain_cell(payment.course.title),
                plain_cell(payment.student.name),
                row.part_no,
                row.share,
                row.amount_cents,
                row.status,
                row.paid_at.isoformat() if row.paid_at else "",
            ]
        )


def plain_cell(text: str) -> str:
    """Text that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
