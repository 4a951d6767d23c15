"""What of feeds the first page of the admin site begins with."""

from community.models import FeedDelivery, FeedFollow, OutgoingStatus
from peerloop.kit.overview import Wait

WAITS = (
    Wait(
        label="Posts that the feed provider refused",
        order=30,
        rows=lambda: FeedDelivery.objects.filter(status=OutgoingStatus.FAILED),
        since="updated_at",
        page="admin:community_feeddelivery_changelist",
        query="status__exact=failed",
        is_wrong=True,
    ),
    Wait(
        label="Follows that the feed provider refused",
        order=31,
        rows=lambda: FeedFollow.objects.filter(status=OutgoingStatus.FAILED),
        since="updated_at",
        page="admin:community_feedfollow_changelist",
        query="status__exact=failed",
        is_wrong=True,
    ),
)
