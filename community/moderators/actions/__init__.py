"""Use cases of moderators."""

from community.moderators.actions.appointing import appoint_moderator, end_appointment

__all__ = ["appoint_moderator", "end_appointment"]
