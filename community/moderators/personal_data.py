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
    Table(
        model="community.ModeratorInvite",
        description="Invitations to moderate PeerLoop",
        owned=("accepted_by",),
        by_address=("email",),
        participated=("invited_by",),
        secret={"token_hash": "opens the invitation"},
        deleted=("email",),
        deleted_where={"accepted_by": None},
        blanked={"accepted_by": ("email",)},
        kept_because="`token_hash` is made of a link that no longer opens anything",
    ),
)
