"""Menu links to a member's conversations."""

from django.db.models import OuterRef

from community.models import Participant
from peerloop.kit.navigation import BOTTOM, TOOLS, Link
from peerloop.kit.roles import Counter, CountOf

UNREAD = "unread_conversations"

LINKS = (
    Link(
        menu=TOOLS,
        order=10,
        label="Messages",
        page="conversations",
        icon="messages-square",
        counter=UNREAD,
        live="conversations",
    ),
    Link(menu=BOTTOM, order=40, label="Messages", page="conversations", icon="messages-square"),
)
COUNTERS = (
    Counter(
        name=UNREAD, count=CountOf(Participant.objects.with_unread().filter(user=OuterRef("pk")))
    ),
)
