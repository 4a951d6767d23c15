"""What of messages the first page of the admin site begins with."""

from community.models import Conversation
from peerloop.kit.overview import Wait

WAITS = (
    Wait(
        label="Members who wrote to support",
        order=112,
        rows=lambda: Conversation.objects.filter(waits_since__isnull=False),
        since="waits_since",
        page="conversations",
        query="show=support",
    ),
)
