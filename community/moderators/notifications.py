"""Notifications about moderators."""

from functools import partial

from django.conf import settings

from accounts.notifications.kinds import Kind, Mail, Sample

about_moderators = partial(
    Kind,
    word="moderation",
    sample=Sample(
        {
            "creator": "Clara Creator",
            "name": "Sam Student",
            "reason": "Somebody else has time.",
            "email": "sam@example.com",
        },
        bare={"reason": ""},
    ),
)

# Rights change with it, so it can't be declined.
APPOINTED = about_moderators(
    "community-moderator",
    "You keep order among the people of {creator}",
    "In their feed and those of their courses you can now pin and remove posts.",
    page="moderating",
)
APPOINTMENT_ENDED = about_moderators(
    "community-moderator-ended",
    "You no longer keep order among the people of {creator}",
    "{reason}",
)
MODERATOR_LEFT = about_moderators(
    "community-moderator-left",
    "{name} no longer keeps order among your people",
    "{reason}",
    page="creator-community",
)

LINK = f"{settings.BASE_URL}/invite/moderator/a-secret-of-forty-three-characters-or-so-xx"
INVITE_MAIL = Mail(
    "moderator-invite",
    Sample({"inviter": "Ada Admin", "until": "2026-04-01T09:00:00+00:00", "link": LINK}),
)
# Beside the mail, for who has an account with that address.
INVITED = about_moderators(
    "moderator-invited",
    "{name} invites you to moderate PeerLoop",
    "Read what it means, then accept or decline.",
    page="own-moderator-invite",
)
INVITE_ACCEPTED = about_moderators(
    "moderator-invite-accepted", "{name} accepted: they are a moderator now"
)
INVITE_DECLINED = about_moderators("moderator-invite-declined", "{email} does not want to moderate")
ROLE_TAKEN = about_moderators(
    "moderator-role-taken", "You are no longer a moderator of PeerLoop", "{reason}"
)
