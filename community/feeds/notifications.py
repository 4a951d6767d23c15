"""Notifications about posts."""

from functools import partial

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Sample

SAMPLE = Sample(
    {
        "name": "Tom Teacher",
        "text": "What made it click for you?",
        "place": "Automate your work with n8n & friends",
        "count": 3,
    },
    bare={"count": 1},
)
about_post = partial(Kind, page="post", word="feed", group=Group.SOCIAL, sample=SAMPLE)

REPLIED = about_post(
    "post-reply",
    "{name} answered you",
    "{text}",
    bundle_minutes=60,
    several="{{count}} answers to what you wrote",
)
LIKED = about_post(
    "post-like",
    "{name} likes what you wrote",
    "{text}",
    bundle_minutes=60,
    several="{{count}} people like what you wrote",
)
ANNOUNCED = about_post("post-announcement", "News from {name}: {place}", "{text}")
MENTIONED = about_post("post-mention", "{name} named you: {place}", "{text}")
REPOSTED = about_post(
    "post-repost",
    "{name} reposted what you wrote",
    "{text}",
    bundle_minutes=60,
    several="{{count}} people reposted what you wrote",
)
PROMOTION_ENDED = about_post(
    "post-promotion-ended", "Your post’s days in the main feed are over", "{text}"
)
HELPED = about_post("post-helped", "Your answer helped {name}", "{text}")
