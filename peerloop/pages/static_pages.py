"""Explanatory pages: how it works, pricing, for creators, about, terms. Figures are computed."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from billing.money import Shares, shares, spread
from catalog.prior import PRIOR_RATING, PRIOR_REVIEWS
from catalog.queries import ladder_example
from peerloop.kit.htmx import render_page

EXAMPLE_CENTS = 45_000
EXAMPLE_SESSIONS = 5
# The day since which the words of terms and privacy hold: changed with them.
IN_FORCE_SINCE = "December 1, 2026"
EXAMPLES = ((24_000, 3), (45_000, 5), (78_000, 4))


class CalculatorForm(forms.Form):
    """A price and a number of sessions, for an example of the split."""

    price = forms.DecimalField(
        label="Price of the course in US dollars",
        min_value=Decimal("0.50"),
        max_value=100_000,
        decimal_places=2,
        initial=Decimal(EXAMPLE_CENTS) / 100,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "min": "0.5"}),
    )
    sessions = forms.IntegerField(
        label="Number of sessions", min_value=1, max_value=100, initial=EXAMPLE_SESSIONS
    )


@dataclass(frozen=True, slots=True)
class Example:
    """The split of one price in cents, in total and for each session."""

    price_cents: int
    sessions: int

    @property
    def split(self) -> Shares:
        """The three shares."""
        return shares(self.price_cents)

    @property
    def per_session(self) -> Shares:
        """The shares of the first session; later ones differ by a cent at most."""
        split = self.split
        return Shares(
            platform=spread(split.platform, self.sessions)[0],
            royalty=spread(split.royalty, self.sessions)[0],
            teaching=spread(split.teaching, self.sessions)[0],
        )

    @property
    def teacher_gets_equal_parts(self) -> bool:
        """Whether each session brings the teacher the same, to the cent."""
        return self.split.teaching % self.sessions == 0

    @property
    def creator_gets_equal_parts(self) -> bool:
        """The same for a creator who teaches."""
        return self.teacher_gets_equal_parts and self.split.royalty % self.sessions == 0

    @property
    def after_one_cents(self) -> int:
        """The refund in cents of a student who cancels after one session (rule REF-3)."""
        return self.price_cents - self.per_session.total


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    """Prices, the calculator, levels of one creator as a ladder, and the refund rule."""
    asked = "price" in request.GET or "sessions" in request.GET
    form = CalculatorForm(request.GET) if asked else CalculatorForm()
    example = Example(EXAMPLE_CENTS, EXAMPLE_SESSIONS)
    if asked and form.is_valid():
        price = form.cleaned_data["price"]
        example = Example(int(price * 100), form.cleaned_data["sessions"])
    context = {
        "form": form,
        "example": example,
        # The calculation alone doesn't read it.
        "ladder": SimpleLazyObject(ladder_example),
        "refund": Example(EXAMPLE_CENTS, EXAMPLE_SESSIONS),
        "examples": [Example(*one) for one in EXAMPLES],
    }
    return render_page(request, "pages/pricing.html", context, part="pages/_calculation.html")


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """The loop step by step, for learners and teachers."""
    return render_page(
        request, "pages/how_it_works.html", {"example": Example(EXAMPLE_CENTS, EXAMPLE_SESSIONS)}
    )


@require_safe
def for_creators(request: HttpRequest) -> HttpResponse:
    """What a creator does, and earns."""
    return render_page(
        request, "pages/for_creators.html", {"example": Example(EXAMPLE_CENTS, EXAMPLE_SESSIONS)}
    )


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Why PeerLoop is there, how it earns money, and how its lists are ordered."""
    prior = {"prior_reviews": PRIOR_REVIEWS, "prior_rating": PRIOR_RATING}
    return render_page(request, "pages/about.html", prior)


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of use: the rules of the product in plain words."""
    return render_page(request, "pages/terms.html", {"since": IN_FORCE_SINCE})


@require_safe
def privacy_policy(request: HttpRequest) -> HttpResponse:
    """What is stored, who sees it, and for how long."""
    return render_page(request, "pages/privacy_policy.html", {"since": IN_FORCE_SINCE})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, at the path that browsers request by default."""
    return redirect(static("img/favicon.svg"))
