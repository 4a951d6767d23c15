"""How courses with few ratings are ordered fairly, for Python and for SQL."""

from django.db.models import DecimalField, F, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from catalog.prior import PRIOR_RATING, PRIOR_REVIEWS

# How many days after it was first published a course without reviews is called new.
NEW_DAYS = 60
EXACT = DecimalField(max_digits=6, decimal_places=4)


def fair_rating() -> CombinedExpression:
    """The mean with the reviews of the prior; only for ordering, the shown figure is the mean."""
    mean = Coalesce(F("rating"), Value(PRIOR_RATING), output_field=EXACT)
    return (mean * F("rating_count") + Value(PRIOR_RATING * PRIOR_REVIEWS)) / (
        F("rating_count") + Value(PRIOR_REVIEWS)
    )
