"""Notifications about calls for help."""

from functools import partial

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Sample

SAMPLE = Sample(
    {
        "name": "Sara Student",
        "course": "Automate your work with n8n & friends",
        "module": "Webhooks",
        "points": 15,
    },
    bare={"module": ""},
)
about_call = partial(Kind, page="help-call", word="summons", group=Group.GOODWILL, sample=SAMPLE)

CALLED = about_call("summons-called", "{name} needs help", "{course}")
ANSWERED = about_call("summons-answered", "{name} is here to help you", "{course}")
EXPIRED = about_call(
    "summons-expired", "Nobody could help just now", "{course}: call again, or ask in its feed."
)
THANKED = about_call("summons-thanked", "{name} thanked you with {points} points", "{course}")
