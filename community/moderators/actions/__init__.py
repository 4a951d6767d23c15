"""Use cases of moderators."""

from community.moderators.actions.answering import accept_invite, decline_invite, take_role
from community.moderators.actions.appointing import appoint_moderator, end_appointment
from community.moderators.actions.inviting import cancel_invite, invite_moderator, resend_invite

__all__ = [
    "accept_invite",
    "appoint_moderator",
    "cancel_invite",
    "decline_invite",
    "end_appointment",
    "invite_moderator",
    "resend_invite",
    "take_role",
]
