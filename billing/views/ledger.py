"""A member's own ledger: as pages, as CSV, and as a statement of each year."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from billing import access
from billing.documents import statement_pdf
from billing.exports import ledger_csv
from billing.queries import earnings_of
from billing.queries.member_ledger import (
    FIRST_YEAR,
    LAST_YEAR,
    LedgerLines,
    ledger_year,
    ledger_years,
    written_lines,
)
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.parsing import digits_of

ROWS_A_PAGE = 50


@login_required
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Every line of a year, the newest first, with the balance after each and the sums."""
    user = access.earning(request.user)
    today = clock.now().date()
    years = ledger_years(user, today=today)
    asked = digits_of(request.GET.get("year", ""))
    year = asked if asked in years else years[0]
    sums = ledger_year(user, year)
    lines: Any = LedgerLines(user, sums)
    context = {
        "sums": sums,
        "heading": f"{year} so far" if year == today.year else str(year),
        "years": years,
        "is_this_year": year == today.year,
        "earnings": earnings_of(user),
        "page": CappedPaginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render_page(request, "billing/ledger.html", context)


@login_required
@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    """Every line there is as CSV, the oldest first."""
    user = access.earning(request.user)
    return _csv(ledger_csv(written_lines(user, since=FIRST_YEAR, until=LAST_YEAR)), "ledger")


@login_required
@require_safe
def statement(request: HttpRequest, year: str, form: str) -> HttpResponse:
    """The statement of a year: the sums of each month as a PDF, or every line as CSV."""
    user = access.earning(request.user)
    asked = access.statement_year(year)
    name = f"peerloop-statement-{asked}"
    sums = ledger_year(user, asked)
    if form == "csv":
        lines = written_lines(user, since=asked, until=asked + 1)
        return _csv(ledger_csv(lines, opening_cents=sums.opening_cents), name)
    return HttpResponse(
        statement_pdf(_named(user), sums, at=clock.now()),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def _named(user: User) -> User:
    """The member with what they want on papers."""
    return User.objects.select_related("billing_details").get(pk=user.pk)


def _csv(lines: Iterator[str], name: str) -> HttpResponse:
    response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
