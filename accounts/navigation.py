"""Menu links of a member's own settings and notifications."""

from django.db.models import OuterRef

from accounts.models import Notification
from peerloop.kit.navigation import ACCOUNT, SETTINGS, TOOLS, Link
from peerloop.kit.roles import Counter, CountOf

UNREAD = "unread_notifications"

LINKS = (
    Link(
        menu=TOOLS,
        order=20,
        label="Notices",
        page="notifications",
        icon="bell",
        counter=UNREAD,
        live="unread",
    ),
    Link(menu=ACCOUNT, order=10, label="Profile", page="profile-settings", icon="user-round"),
    Link(menu=ACCOUNT, order=20, label="Notices", page="notification-settings", icon="bell"),
    Link(menu=ACCOUNT, order=30, label="Security", page="security-settings", icon="shield-check"),
    Link(
        menu=ACCOUNT,
        order=60,
        label="Become a creator",
        page="apply-to-create",
        icon="pencil-line",
        unless="create",
    ),
    Link(menu=SETTINGS, order=10, label="Profile", page="profile-settings"),
    Link(menu=SETTINGS, order=30, label="Notices", page="notification-settings"),
    Link(menu=SETTINGS, order=40, label="Security", page="security-settings"),
    Link(menu=SETTINGS, order=50, label="Your data", page="privacy-settings"),
    Link(menu=SETTINGS, order=60, label="Blocked", page="blocks"),
)
COUNTERS = (
    Counter(name=UNREAD, count=CountOf(Notification.objects.unread().filter(user=OuterRef("pk")))),
)
