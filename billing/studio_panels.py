"""What each side gets of a course's price, on its page in the studio."""

from dataclasses import dataclass

from billing.money import Shares, shares
from catalog.studio.panels import Asked, Panel, Place


@dataclass(frozen=True, slots=True)
class PriceSplit:
    """The shares of one price in cents."""

    price_cents: int
    currency: str
    split: Shares


def split_of(asked: Asked) -> PriceSplit:
    """The shares of the price as it is saved."""
    course = asked.course
    return PriceSplit(course.price_cents, course.currency, shares(course.price_cents))


PANELS = [
    Panel("split", Place.PRICE, 10, "billing/_studio_split.html", split_of, is_live=True),
]
