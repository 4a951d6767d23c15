"""What members are notified of about conversations."""

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample

MESSAGE = Kind(
    name="message",
    word="message",
    title="{name} wrote to you",
    body="{text}",
    group=Group.NEW_MESSAGE,
    mail=Mail(
        "message-unread",
        Sample(
            {"name": "Tom Teacher", "text": "Shall we start with webhooks?", "count": 3},
            bare={"count": 1, "text": ""},
        ),
        group=Group.NEW_MESSAGE,
    ),
    bundle_minutes=30,
    several="{{count}} messages from {name}",
)
