"""What feeds hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Table

REMOVED = "(removed)"

TABLES = (
    Table(
        model="community.InstructorFollower",
        description="Creators whose students you are, and the students of your own courses",
        owned=("user",),
        participated=("creator",),
    ),
    Table(
        model="community.Post",
        description="Posts and replies that you wrote, and answers to them",
        owned=("author",),
        participated=("creator", "parent__author"),
        blanked={"author": ("content",)},
        blanked_to={"content": REMOVED},
    ),
    Table(
        model="community.PostLike",
        description="Posts that you like",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="community.PostBookmark",
        description="Posts that you saved",
        owned=("user",),
        deleted=("user",),
    ),
)
