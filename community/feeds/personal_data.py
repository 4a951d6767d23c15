"""What feeds hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Exempt, Table

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
    Table(
        model="community.FeedFollow",
        description="Feeds that your timeline follows at the provider of feeds",
        owned=("user",),
        kept_because="ids, and words of the provider: a row goes once the provider follows no more",
    ),
    Table(
        model="community.FeedMark",
        description="Notes that your feeds changed, for the seconds until the provider is told",
        owned=("user",),
        deleted=("user",),
    ),
    Exempt("community.FeedDelivery", "whether a post was sent to the provider of feeds: ids"),
    Exempt("community.FeedOutlet", "the provider of feeds itself"),
)
