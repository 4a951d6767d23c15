"""Personal data in the tables of the community app (rule PRI-3)."""

from peerloop.kit.personal_data import Table

TABLES = (
    Table(
        model="community.InstructorFollower",
        description="Creators whose students you are, and the students of your own courses",
        owned=("user",),
        participated=("creator",),
    ),
)
