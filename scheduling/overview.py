"""What of sessions the first page of the admin site begins with."""

from peerloop.kit.overview import Figure
from scheduling.models import Session

FIGURES = (
    Figure(
        label="Sessions held",
        order=40,
        rows=lambda: Session.objects.filter(status=Session.Status.COMPLETED),
        at="scheduled_end",
        page="admin:scheduling_session_changelist",
    ),
)
