"""Old reports lose their words; that they were made and decided stays (security PRI-4)."""

from datetime import datetime, timedelta

from django.db.models import Q

from community.models import ContentFlag
from community.models.moderation import REMOVED
from peerloop.kit.batches import in_batches

# Longer than an appeal and its answer take, and as long as mails are kept.
SNAPSHOTS_KEPT = timedelta(days=180)


def empty_old_reports(*, at: datetime) -> None:
    """Empty snapshots, details and addresses of decided reports of half a year ago.

    Nightly, safe to repeat; a report that waits, or whose decision is under appeal, is kept whole.
    """
    old = ContentFlag.objects.filter(
        emptied_at=None, created_at__lt=at - SNAPSHOTS_KEPT, decision__isnull=False
    )
    settled = old.filter(Q(decision__appeal=None) | ~Q(decision__appeal__status="waiting")).filter(
        decision__created_at__lt=at - SNAPSHOTS_KEPT
    )
    in_batches(
        settled,
        lambda batch: batch.update(
            snapshot={}, details=REMOVED, reporter_name="", reporter_email="", emptied_at=at
        ),
    )
