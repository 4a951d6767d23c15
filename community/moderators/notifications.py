"""Notifications about moderators."""

from functools import partial

from accounts.notifications.kinds import Kind, Sample

about_moderators = partial(
    Kind,
    word="moderation",
    sample=Sample(
        {"creator": "Clara Creator", "name": "Sam Student", "reason": "Somebody else has time."},
        bare={"reason": ""},
    ),
)

# Rights change with it, so it can't be declined.
APPOINTED = about_moderators(
    "community-moderator",
    "You keep order among the people of {creator}",
    "In their feed and those of their courses you can now pin and remove posts.",
    page="creator-feed",
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
)
