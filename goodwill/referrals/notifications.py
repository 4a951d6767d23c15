"""The mail of an invitation."""

from accounts.models.preferences import Group
from accounts.notifications.kinds import Mail, Sample

INVITATION = Mail(
    "referral-invite",
    Sample({"name": "Tom Teacher", "path": "", "ending": ""}),
    Group.MARKETING,
    is_marketing=True,
)
