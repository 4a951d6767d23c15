"""The form that promotes a post."""

from typing import Any

from django import forms

from community.models.promotion import PRICES, span_of


class PromotionForm(forms.Form):
    """For how long, as far as the points go."""

    points_to_spend = forms.TypedChoiceField(
        label="How long everybody sees it", coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, balance: int, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["points_to_spend"]
        field.choices = [  # type: ignore[attr-defined]
            (points, words_of(points)) for points in PRICES if points <= balance
        ]
        field.initial = PRICES[0]


def words_of(points: int) -> str:
    """A price and its span."""
    days = span_of(points).days
    return f"{days} day{'s' if days > 1 else ''}: {points} points"
