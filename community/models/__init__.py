"""Models of the community app."""

from community.models.conversation import Conversation, Message, Participant
from community.models.instructor_follower import InstructorFollower

__all__ = ["Conversation", "InstructorFollower", "Message", "Participant"]
