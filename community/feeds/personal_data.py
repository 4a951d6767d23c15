"""What feeds hold of a member (rule PRI-3)."""

from datetime import datetime

from community.feeds.actions.mentioning import forget_handle
from community.feeds.actions.promoting import lose_promotions_of
from community.feeds.actions.reposting import undo_reposts_of
from community.models import TimelineEntry
from peerloop.kit.personal_data import ClosedAccount, Exempt, Table

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
    Table(
        model="community.FeedMute",
        description="Members and feeds that you don't want in your own feed",
        owned=("user",),
        not_exported={
            "member": "who muted them is for the member who did alone",
            "creator": "who muted their feed is for the member who did alone",
        },
        deleted=("user", "member", "creator"),
    ),
    Table(
        model="community.HiddenPost",
        description="Posts that you don't want in your own feed",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="community.FeedVisit",
        description="When you last looked at each feed",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="community.TimelineEntry",
        description="Posts of others that stand in your own feed",
        # An erasing step deletes the rows.
        not_exported={
            "user": "the posts of others; whom you follow and where you learn is exported"
        },
    ),
    Table(
        model="community.PostMention",
        description="Posts and replies in which your handle stands",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="community.FeedPin",
        description="Posts that you pinned to the top of a feed",
        owned=("pinned_by",),
        participated=("creator", "post__author"),
    ),
    Table(
        model="community.PromotedPost",
        description="Posts that you brought into the main feed with points",
        owned=("author",),
        kept_because="points were spent on it, and their ledger is kept: ids, points and times",
    ),
    Table(
        model="community.CompanionPin",
        description="Posts and members that you keep beside your feed",
        owned=("user",),
        not_exported={"author": "What somebody keeps beside their feed is theirs alone."},
        deleted=("user", "author"),
    ),
    Table(
        model="community.HelpfulReply",
        description="Replies that helped you, and yours that helped others",
        owned=("asker",),
        participated=("reply__author",),
    ),
    Exempt("community.WideFeed", "figures of feeds with very many readers"),
)


def delete_timeline(account: ClosedAccount, at: datetime) -> None:
    """Delete the member's timeline. A step of erasure: safe to repeat."""
    TimelineEntry.objects.filter(user=account.user_id).delete()


ERASING_STEPS = (delete_timeline, undo_reposts_of, lose_promotions_of, forget_handle)
