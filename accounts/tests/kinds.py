"""Notifications of any kind, for tests of what all kinds have in common."""

from dataclasses import replace

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, mail_of
from accounts.notifications.notify import notify

NEWSLETTER = Mail("offer", group=Group.MARKETING, is_marketing=True)
NEWS = Kind("news", "{words}", "{more}", word="system")
LIKE = replace(
    NEWS,
    name="like",
    word="feed",
    group=Group.SOCIAL,
    bundle_minutes=60,
    several="{{count}} members like your post",
)


def notify_of_news(people, *, words="News", more="", mail="", group=None, word="system", **rest):
    """Notify of something with these words; ``mail`` names a template."""
    kind = replace(NEWS, word=word, group=group, mail=mail_of(mail) if mail else None)
    notify(kind, people=people, words=words, more=more, **rest)
