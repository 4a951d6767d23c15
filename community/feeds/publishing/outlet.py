"""The provider outside that is in use, and how it fares."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from community.feeds.providers import feed_provider
from community.models import FeedOutlet
from peerloop.kit.providers import Unavailable
from peerloop.kit.tasks import enqueue

FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=10)


def publish_soon() -> None:
    """Let a worker send what waits, after commit. Without it the sweep does, a moment later."""
    if settings.FEED_PROVIDER != "local":
        enqueue("community.publish_feeds")


def outlet_in_use() -> FeedOutlet | None:
    """The row of the provider that FEED_PROVIDER names, None for our own tables.

    Turns others off, so that nothing is noted for a provider that is not used. What was missed
    meanwhile is found by the comparison once it is used again. Safe to repeat.
    """
    name = settings.FEED_PROVIDER if feed_provider().is_outside else ""
    FeedOutlet.objects.filter(~Q(name=name), is_on=True).update(is_on=False)
    if not name:
        return None
    outlet, _ = FeedOutlet.objects.get_or_create(name=name)
    if not outlet.is_on:
        FeedOutlet.objects.filter(name=name).update(
            is_on=True, compares_members=False, seen_to=None, seen_all_at=None
        )
        outlet.refresh_from_db()
    return outlet


def is_away() -> bool:
    """Whether the provider outside did not answer when it was last asked.

    Without a provider outside, False without a statement.
    """
    if settings.FEED_PROVIDER == "local":
        return False
    rows = FeedOutlet.objects.filter(name=settings.FEED_PROVIDER, is_on=True)
    return rows.filter(away_since__isnull=False).exists()


def is_resting(outlet: FeedOutlet, at: datetime) -> bool:
    """Whether it is not to be asked yet."""
    return outlet.away_until is not None and outlet.away_until > at


def rest(outlet: FeedOutlet, error: Unavailable, at: datetime) -> None:
    """Ask it no more for a while: as long as it said, else longer after each time."""
    pause = min(FIRST_REST * 2 ** min(outlet.rests, 8), LONGEST_REST)
    outlet.away_until = at + max(timedelta(seconds=error.retry_after), pause)
    # A limit of calls is no sign that it is away.
    if not error.retry_after:
        outlet.away_since = outlet.away_since or at
    outlet.rests += 1
    outlet.save(update_fields=["away_until", "away_since", "rests"])


def answered(outlet: FeedOutlet) -> None:
    """Note that it is there again. Safe to repeat."""
    if outlet.rests or outlet.away_since is not None:
        outlet.away_until = outlet.away_since = None
        outlet.rests = 0
        outlet.save(update_fields=["away_until", "away_since", "rests"])
