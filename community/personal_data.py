"""What the tables of the community hold of a member (PRI-3)."""

from peerloop.kit.personal_data import Table

TABLES = (
    Table(
        model="community.InstructorFollower",
        says="Creators whose students you are, and the students of your own courses",
        of=("user",),
        acted=("creator",),
    ),
)
