"""What of rewards the first page of the admin site begins with."""

from goodwill.models import RewardClaim
from peerloop.kit.overview import Wait

WAITS = (
    Wait(
        label="Rewards to give",
        order=150,
        rows=lambda: RewardClaim.objects.filter(status=RewardClaim.Status.CLAIMED),
        since="created_at",
        page="admin:goodwill_rewardclaim_changelist",
        query="status__exact=claimed",
    ),
)
