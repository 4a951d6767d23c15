"""What of keeping order the first page of the admin site begins with."""

from community.models import Appeal, AppealStatus, CaseStatus, ModerationCase
from peerloop.kit.overview import Wait

WAITS = (
    Wait(
        label="Reports to decide",
        order=110,
        rows=lambda: ModerationCase.objects.filter(status=CaseStatus.PENDING),
        since="pending_since",
        page="mod",
    ),
    Wait(
        label="Appeals to decide",
        order=111,
        rows=lambda: Appeal.objects.filter(status=AppealStatus.WAITING),
        since="created_at",
        page="mod-appeals",
    ),
)
