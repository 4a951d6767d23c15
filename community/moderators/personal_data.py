"""What the tables of moderators hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Table

TABLES = (
    Table(
        model="community.CommunityModerator",
        description="Where you keep or kept order, and who does among your people",
        owned=("user",),
        participated=("creator", "appointed_by", "revoked_by"),
        blanked={"user": ("reason",)},
    ),
)
