"""What members are notified of about applications to create courses, and about followers."""

from dataclasses import replace

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample

DECIDED = Sample(
    {
        "approved": True,
        "reason": "Something came up & I have to travel.",
        "again_at": "2026-04-01T09:00:00+00:00",
    },
    bare={"approved": False, "reason": ""},
)

APPLICATION_RECEIVED = Kind(
    "creator-application",
    "We have your application to create courses",
    word="creator_application",
    page="apply-to-create",
    mail=Mail("creator-application-received"),
)
APPLICATION_APPROVED = Kind(
    "creator-application-approved",
    "You can create courses now",
    "{reason}",
    word="creator_application",
    page="create",
    sample=DECIDED,
    mail=Mail("creator-application-decision", DECIDED),
    key="creator-application-decision",
)
APPLICATION_DENIED = replace(
    APPLICATION_APPROVED,
    name="creator-application-denied",
    title="About your creator application",
    page="apply-to-create",
)
NEW_FOLLOWER = Kind(
    "follow",
    "{name} follows you",
    word="follow",
    page="profile",
    group=Group.SOCIAL,
    sample=Sample({"name": "Tom Teacher"}),
)
