"""Models of the community app."""

from community.models.conversation import Conversation, Message, Participant
from community.models.instructor_follower import InstructorFollower
from community.models.moderator import CommunityModerator
from community.models.post import FeedGroup, Post, PostBookmark, PostLike, PostStatus, PostType

__all__ = [
    "CommunityModerator",
    "Conversation",
    "FeedGroup",
    "InstructorFollower",
    "Message",
    "Participant",
    "Post",
    "PostBookmark",
    "PostLike",
    "PostStatus",
    "PostType",
]
