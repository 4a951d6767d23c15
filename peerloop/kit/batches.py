"""Changes many rows in batches, so that no lock is held for long."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

BATCH = 1_000


def in_batches(rows: QuerySet[Any], act: Callable[..., object]) -> int:
    """Act on all rows in batches, each in its own transaction; returns the number of rows.

    ``act`` gets a query of the batch and has to take its rows out of ``rows``.
    """
    done = 0
    while True:
        with transaction.atomic():
            keys = list(rows.order_by().values_list("pk", flat=True)[:BATCH])
            if keys:
                act(rows.model._default_manager.filter(pk__in=keys))
        done += len(keys)
        if len(keys) < BATCH:
            return done
