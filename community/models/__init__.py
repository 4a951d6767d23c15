"""Models of the community app."""

from community.models.conversation import Conversation, Message, Participant
from community.models.feed_outlet import (
    FeedDelivery,
    FeedFollow,
    FeedMark,
    FeedOutlet,
    OutgoingStatus,
)
from community.models.instructor_follower import InstructorFollower
from community.models.moderation import (
    CaseStatus,
    ContentFlag,
    ModerationCase,
    Priority,
    Reason,
    Target,
)
from community.models.moderation_decision import (
    Appeal,
    AppealSide,
    AppealStatus,
    DecisionAction,
    ModerationDecision,
)
from community.models.moderator import CommunityModerator
from community.models.moderator_invite import ModeratorInvite, PlatformModerator
from community.models.newsletter import (
    DeliveryStatus,
    Newsletter,
    NewsletterDelivery,
    NewsletterStatus,
    NewsletterSubscriber,
    SubscriberSource,
    SubscriberStatus,
)
from community.models.post import FeedGroup, Post, PostBookmark, PostLike, PostStatus, PostType
from community.models.post_marks import CompanionPin, FeedPin, HelpfulReply, PostMention
from community.models.promotion import PromotedPost, PromotionStatus
from community.models.timeline import (
    FeedMute,
    FeedVisit,
    HiddenPost,
    TimelineEntry,
    WideFeed,
)
from community.models.welcome import CommunityWelcome

__all__ = [
    "Appeal",
    "AppealSide",
    "AppealStatus",
    "CaseStatus",
    "CommunityModerator",
    "CommunityWelcome",
    "CompanionPin",
    "ContentFlag",
    "Conversation",
    "DecisionAction",
    "DeliveryStatus",
    "FeedDelivery",
    "FeedFollow",
    "FeedGroup",
    "FeedMark",
    "FeedMute",
    "FeedOutlet",
    "FeedPin",
    "FeedVisit",
    "HelpfulReply",
    "HiddenPost",
    "InstructorFollower",
    "Message",
    "ModerationCase",
    "ModerationDecision",
    "ModeratorInvite",
    "Newsletter",
    "NewsletterDelivery",
    "NewsletterStatus",
    "NewsletterSubscriber",
    "OutgoingStatus",
    "Participant",
    "PlatformModerator",
    "Post",
    "PostBookmark",
    "PostLike",
    "PostMention",
    "PostStatus",
    "PostType",
    "Priority",
    "PromotedPost",
    "PromotionStatus",
    "Reason",
    "SubscriberSource",
    "SubscriberStatus",
    "Target",
    "TimelineEntry",
    "WideFeed",
]
