"""Rate limits counted in PostgreSQL: exact across processes, and no outage disables them."""

import hashlib
import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts.models import RateHit
from peerloop.kit.refusals import TooMany
from peerloop.kit.security_log import note_event


def count_try(*, scope: str, subjects: list[str], limit: int, seconds: int, at: datetime) -> None:
    """Count one attempt of each subject; raises TooMany once a subject is over the limit (AUTH-1).

    A subject is an address or account in words, kept as a hash. In any span of ``seconds`` at most
    ``limit`` tries pass; a refused one is not counted, so that ``retry_after`` stays true. Call it
    before any hashing and outside a transaction that may be undone. Only in development can
    ``API_THROTTLES`` switch this off.
    """
    if not settings.SIGN_IN_LIMITS:
        return
    with transaction.atomic():
        keys = sorted(_key(subject) for subject in subjects)
        _line_up(scope, keys)
        since = at - timedelta(seconds=seconds)
        oldest = [_oldest(scope, key, since, limit) for key in keys]
        # When all subjects are below the limit again: else ``retry_after`` would be too short.
        if latest := max((moment for moment in oldest if moment), default=None):
            wait = max(math.ceil((latest - since).total_seconds()), 1)
            note_event("limit.refused", scope=scope)
            raise TooMany(retry_after=wait)
        RateHit.objects.bulk_create(RateHit(scope=scope, subject=key, at=at) for key in keys)


def _oldest(scope: str, key: str, since: datetime, limit: int) -> datetime | None:
    """The attempt whose expiry frees a place; None if the subject is below the limit."""
    hits = RateHit.objects.filter(scope=scope, subject=key, at__gt=since)
    latest = list(hits.order_by("-at").values_list("at", flat=True)[:limit])
    return latest[-1] if len(latest) == limit else None


def forget_tries(*, scope: str, subjects: list[str]) -> None:
    """Reset the counts of the subjects, after a success. Safe to repeat."""
    keys = [_key(subject) for subject in subjects]
    RateHit.objects.filter(scope=scope, subject__in=keys).delete()


def _key(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()


def _line_up(scope: str, keys: list[str]) -> None:
    """Serialise the attempts of each subject: concurrent ones would all be below the limit."""
    numbers = sorted(
        int.from_bytes(hashlib.sha256(f"{scope}:{key}".encode()).digest()[:8], signed=True)
        for key in keys
    )
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
