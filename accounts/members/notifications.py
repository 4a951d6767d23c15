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
    name="creator-application",
    word="creator_application",
    title="We have your application to create courses",
    page="apply-to-create",
    mail=Mail("creator-application-received"),
)
APPLICATION_APPROVED = Kind(
    name="creator-application-approved",
    key="creator-application-decision",
    word="creator_application",
    title="You can create courses now",
    body="{reason}",
    page="create",
    mail=Mail("creator-application-decision", DECIDED),
)
APPLICATION_DENIED = replace(
    APPLICATION_APPROVED,
    name="creator-application-denied",
    title="About your creator application",
    page="apply-to-create",
)
NEW_FOLLOWER = Kind(
    name="follow",
    word="follow",
    title="{name} follows you",
    page="profile",
    group=Group.SOCIAL,
    sample=Sample({"name": "Tom Teacher"}),
)
