"""Totals of lists whose cost does not grow with the list."""

from typing import Any

from django.db.models import QuerySet

# Totals are exact up to here; a longer list says this number.
MAX_COUNTED = 1_000
# Matches that a search puts in the order of how well they match; its total says no more than that.
MAX_RANKED = 300
# Rows that pages lead to: the database reads all that a page skips.
MAX_REACHED = 5_000


def count_up_to(rows: "QuerySet[Any, Any]", most: int = MAX_COUNTED) -> int:
    """How many rows there are, at most ``most``: the database reads no more of them."""
    return rows.order_by().values("pk")[:most].count()
