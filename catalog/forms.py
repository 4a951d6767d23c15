"""The form that parses the query of the catalog page."""

from decimal import Decimal
from typing import Any

from django import forms

from catalog.models import Course
from catalog.queries import CourseFilter, Shelf
from peerloop.kit.text import one_line

SORT_LABELS = {
    "rating": "Best rated",
    "students": "Most students",
    "price": "Lowest price",
    "newest": "Newest",
}
MAX_PRICE = Decimal(Course.MAX_PRICE_CENTS) / 100


def _price() -> forms.DecimalField:
    return forms.DecimalField(required=False, min_value=0, max_value=MAX_PRICE, decimal_places=2)


class CatalogForm(forms.Form):
    """Search, filters and sort order. Invalid values are ignored."""

    q = forms.CharField(required=False, max_length=200)
    level = forms.ChoiceField(required=False, choices=Course.Level.choices)
    category = forms.SlugField(required=False)
    creator = forms.RegexField(r"^[A-Za-z][A-Za-z0-9_]{2,19}$", required=False)
    min_price = _price()
    max_price = _price()
    sort = forms.ChoiceField(required=False, choices=list(SORT_LABELS.items()))

    def clean_q(self) -> str:
        """The search as one line of text."""
        return one_line(self.cleaned_data["q"])

    def clean(self) -> dict[str, Any]:
        """Swap the price limits if the lower one is above the higher one."""
        least, most = self.cleaned_data.get("min_price"), self.cleaned_data.get("max_price")
        if least is not None and most is not None and least > most:
            self.cleaned_data |= {"min_price": most, "max_price": least}
        return self.cleaned_data

    def wanted(self, shelf: Shelf | None, creator_id: Any) -> CourseFilter:
        """The filter for the list of courses."""
        asked = self.cleaned_data
        return CourseFilter(
            search=asked.get("q", ""),
            level=asked.get("level", ""),
            category_id=shelf.id if shelf else None,
            creator_id=creator_id,
            least_cents=_cents(asked.get("min_price")),
            most_cents=_cents(asked.get("max_price")),
            sort=asked.get("sort", ""),
        )


def _cents(price: Decimal | None) -> int | None:
    return None if price is None else int(price * 100)
