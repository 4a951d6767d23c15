"""What the tables of a community hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Table

TABLES = (
    Table(
        model="community.CommunityWelcome",
        description="What you say to who opens your feed",
        owned=("creator",),
        deleted=("creator",),
    ),
)
