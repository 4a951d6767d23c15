"""Tasks of the community app."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from community.feeds.actions.promoting import end_promotions
from community.feeds.actions.writing import announce
from community.feeds.publishing.comparing import compare_feeds, compare_step
from community.feeds.publishing.outlet import publish_soon
from community.feeds.publishing.sending import send_due
from community.feeds.readers import readers_of
from community.feeds.timeline import forget_old, refill, refill_changed, spread
from community.models import Post
from peerloop.kit import clock
from peerloop.kit.ids import first_id
from peerloop.kit.sweeps import Sweep

BATCH = 500
# Longer than notifying the readers of the largest feed takes.
PATIENCE = timedelta(minutes=10)
# A few runs of each sweep, should one fail.
REPAIRED = timedelta(minutes=30)
TENDED = timedelta(days=3)


@shared_task(name="community.announce")
def announce_post(post_id: str) -> None:
    """Notify the readers of an announcement's feed, in batches. Safe to repeat."""
    rows = Post.objects.to_announce().select_related("author", "course", "creator")
    post = rows.filter(pk=UUID(post_id)).first()
    if post is None:
        return
    ids = list(readers_of(post).values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        people = User.objects.filter(pk__in=ids[start : start + BATCH])
        announce(post=post, people=list(people), at=clock.now())
    Post.objects.filter(pk=post.pk).update(announced_at=clock.now())


@shared_task(name="community.announce_waiting")
def announce_waiting() -> None:
    """Take up announcements whose task was lost or killed."""
    late = Post.objects.to_announce().filter(created_at__lt=clock.now() - PATIENCE)
    for post_id in late.values_list("pk", flat=True)[:BATCH]:
        announce_post(str(post_id))


@shared_task(name="community.publish_feeds")
def publish_feeds() -> None:
    """Send posts and follows that wait to the feed provider outside, if there is one."""
    if send_due(at=clock.now()):
        publish_soon()


@shared_task(name="community.compare_feeds_step")
def compare_feeds_step() -> None:
    """Look at the next posts and members for what was never sent."""
    compare_step(at=clock.now())


@shared_task(name="community.compare_feeds")
def compare_feeds_held() -> None:
    """Compare the newest of the feeds outside with ours."""
    compare_feeds(at=clock.now())


@shared_task(name="community.refill_timeline")
def refill_timeline(user_id: str) -> None:
    """Put what they may read now into a member's own feed. Safe to repeat."""
    user = User.objects.active().filter(pk=UUID(user_id)).first()
    if user is not None:
        refill(user, clock.now())


@shared_task(name="community.repair_timelines")
def repair_timelines() -> None:
    """Write the latest posts into timelines again, for readers who came in the same moment.

    The transaction that wrote the post and the one that let the reader in did not see each other.
    """
    since = first_id(timezone.now() - REPAIRED)
    latest = Post.objects.tops().filter(pk__gte=since, is_pulled=False).order_by("pk")
    for post in latest.iterator(chunk_size=BATCH):
        spread(post)


@shared_task(name="community.tend_timelines")
def tend_timelines() -> None:
    """Delete what is too old, and make right the timelines of whose feeds changed lately."""
    now = clock.now()
    forget_old(now)
    refill_changed(now, since=timezone.now() - TENDED)


@shared_task(name="community.end_promotions")
def end_promotions_due() -> None:
    """Write down which promotions are over. Safe to repeat."""
    end_promotions(at=clock.now())


SWEEPS = [
    Sweep("community.announce_waiting", 300),
    Sweep("community.publish_feeds", 10),
    Sweep("community.end_promotions", 60),
    Sweep("community.compare_feeds_step", 300),
    Sweep("community.compare_feeds", 3600),
    Sweep("community.repair_timelines", 600),
    Sweep("community.tend_timelines", 86_400),
]
