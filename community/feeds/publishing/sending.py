"""Send what waits to the provider: posts and follows, one call each, safe to repeat.

A row is claimed for a minute, what is true is read, the provider is told outside any transaction,
and the result is noted if nothing changed meanwhile. Killed in between, the row is claimed again
later: the provider takes the same post or follow twice without doubling it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from community.feeds.activities import activity_of, feeds_of, foreign_id_of, home_of
from community.feeds.providers import feed_provider
from community.feeds.providers.base import MAIN_FEED, FeedProvider, timeline_of
from community.feeds.publishing.follows import settle_marked
from community.feeds.publishing.outlet import answered, is_resting, outlet_in_use, rest
from community.models import (
    FeedDelivery,
    FeedFollow,
    FeedOutlet,
    OutgoingStatus,
    Post,
    PromotedPost,
)
from peerloop.kit import clock
from peerloop.kit.providers import Rejected, Unavailable

logger = logging.getLogger(__name__)

# Longer than the calls of one row take; a worker that died gives its row back after it.
LEASE = timedelta(seconds=60)
PAUSES = [timedelta(seconds=s) for s in (15, 60, 300, 900, 3_600)]
# Seconds: less than a claim lasts, since all rows of a run are claimed at its beginning's time.
LONGEST_RUN = 20.0
# After so many silences in a row the provider is left alone for a while.
MOST_SILENCES = 3
MOST_IN_RUN = 500
LONGEST_ERROR = 300


def send_due(*, at: datetime, most: int = MOST_IN_RUN) -> int:
    """Send what is due, at most so many rows of each kind; how many were sent.

    Safe in many workers. Ends after twenty seconds, when the provider asks to wait, or when it is
    silent several times in a row.
    """
    outlet = outlet_in_use()
    if outlet is None:
        return 0
    settle_marked(at=at)
    if is_resting(outlet, at):
        return 0
    run = _Run(outlet, feed_provider(), at, ends=time.monotonic() + LONGEST_RUN)
    for model, send in ((FeedDelivery, send_post), (FeedFollow, send_follow)):
        for _ in range(most):
            row = None if run.is_over else _claim(model, at)
            if row is None:
                break
            run.note(_try(row, send, run.provider, at))
    if run.silence is not None:
        rest(outlet, run.silence, at)
    return run.sent


@dataclass(slots=True)
class _Run:
    """How one run fares. ``silence`` is why the last row was not sent, None if it was."""

    outlet: FeedOutlet
    provider: FeedProvider
    at: datetime
    ends: float
    sent: int = 0
    silences: int = 0
    silence: Unavailable | None = None

    @property
    def is_over(self) -> bool:
        """Whether no more is to be sent now."""
        asked_to_wait = self.silence is not None and self.silence.retry_after > 0
        return asked_to_wait or self.silences >= MOST_SILENCES or time.monotonic() > self.ends

    def note(self, error: Unavailable | None) -> None:
        """Count one row."""
        self.silence = error
        if error is not None:
            self.silences += 1
            return
        self.sent, self.silences = self.sent + 1, 0
        answered(self.outlet)


def send_post(row: FeedDelivery, provider: FeedProvider) -> dict[str, Any]:
    """Let the provider hold the post, or hold it no more; what to note then."""
    post = Post.objects.select_related("author").get(pk=row.post_id)
    if is_wanted(post):
        # Before the call: killed after it, the next one knows that it may be there.
        FeedDelivery.objects.filter(pk=row.pk).update(is_held=True)
        is_promoted = _is_promoted(post, provider)
        kept = provider.add_activity(*home_of(post), activity_of(post))
        if is_promoted:
            provider.add_activity(*MAIN_FEED, activity_of(post))
        return {"activity_id": kept[:100]}
    if row.is_held:
        for feed in feeds_of(post):
            provider.remove_activity(*feed, foreign_id_of(post))
        _is_promoted(post, provider)
    return {"is_held": False, "activity_id": ""}


def _is_promoted(post: Post, provider: FeedProvider) -> bool:
    """Whether the main feed is to hold it too (rule FEED-11); once that is over, out of it first.

    A provider may take a removed activity out of its own feed as well: it is put there afterwards.
    """
    promotions = PromotedPost.objects.filter(post=post)
    if promotions.shown(clock.now()).exists():
        return True
    if promotions.exists():
        provider.remove_activity(*MAIN_FEED, foreign_id_of(post))
    return False


def is_wanted(post: Post) -> bool:
    """Whether the provider should hold the post: people see it, and its author is a member."""
    return post.depth == 0 and post.is_visible and post.author.deleted_at is None


def send_follow(row: FeedFollow, provider: FeedProvider) -> dict[str, Any]:
    """Let the member's timeline follow the feed, or follow it no more."""
    call = provider.follow if row.is_wanted else provider.unfollow
    call(*timeline_of(row.user_id), row.group, row.key)
    return {}


def _try(
    row: Any,
    send: Callable[[Any, FeedProvider], dict[str, Any]],
    provider: FeedProvider,
    at: datetime,
) -> Unavailable | None:
    """Send one row and note what came of it; the error of a provider that is not there."""
    try:
        values = send(row, provider)
    except Unavailable as error:
        pause = max(PAUSES[min(row.tries, len(PAUSES)) - 1], timedelta(seconds=error.retry_after))
        _note(row, at, next_try_at=at + pause, error=str(error)[:LONGEST_ERROR])
        return error
    except Rejected as error:
        logger.warning("%s was refused by the feed provider: %s", row, error)
        _note(row, at, status=OutgoingStatus.FAILED, error=str(error)[:LONGEST_ERROR])
        return None
    _note(row, at, status=OutgoingStatus.SENT, error="", tries=0, **values)
    if isinstance(row, FeedFollow) and not row.is_wanted:
        done = FeedFollow.objects.filter(pk=row.pk, version=row.version)
        done.filter(status=OutgoingStatus.SENT).delete()
    return None


def _claim(model: Any, at: datetime) -> Any:
    with transaction.atomic():
        rows = model.objects.due(at).select_for_update(skip_locked=True, no_key=True)
        row = rows.order_by("next_try_at").first()
        if row is None:
            return None
        row.tries, row.claimed_until = row.tries + 1, at + LEASE
        model.objects.filter(pk=row.pk).update(tries=row.tries, claimed_until=row.claimed_until)
    return row


def _note(row: Any, at: datetime, **values: Any) -> None:
    """Note it unless the row changed while it was sent: then it only leaves our hands."""
    rows = type(row).objects.filter(pk=row.pk, claimed_until=row.claimed_until)
    if not rows.filter(version=row.version).update(claimed_until=None, updated_at=at, **values):
        rows.update(claimed_until=None, next_try_at=at)
