"""Notifications about conversations."""

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample

SAMPLE = Sample(
    {"name": "Tom Teacher", "text": "Shall we start with webhooks?", "count": 3},
    bare={"count": 1, "text": ""},
)

MESSAGE = Kind(
    "message",
    "{name} wrote to you",
    "{text}",
    word="message",
    page="conversation",
    group=Group.NEW_MESSAGE,
    sample=SAMPLE,
    mail=Mail("message-unread", SAMPLE, Group.NEW_MESSAGE),
    bundle_minutes=30,
    several="{{count}} messages from {name}",
)
