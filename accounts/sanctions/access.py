"""Whether a member may post, or a refusal."""

from datetime import datetime

from accounts.models import (
    Sanction,
    User,
)
from peerloop.kit.refusals import Forbidden


class PostingBanned(Forbidden):
    """The member may read but not write for others (rule MOD-6)."""

    code = "posting_banned"


def require_may_post(user: User, *, at: datetime) -> None:
    """Raises PostingBanned with reason and end while a ban is in force (rule MOD-6).

    To be asked before posts, replies, likes, reviews and messages, but for those to our support. It
    ends by itself: no job has to lift it. A query only for who is banned.
    """
    if user.posting_banned_until is None or user.posting_banned_until <= at:
        return
    bans = Sanction.objects.in_force(at).filter(user=user, kind=Sanction.Kind.POSTING_BAN)
    ban = bans.order_by("-starts_at").first()
    if ban is None:
        return
    until = f" until {ban.ends_at:%-d %B %Y, %H:%M} UTC" if ban.ends_at else ""
    raise PostingBanned(
        f"You can't post{until}. The reason: {ban.reason}",
        reason=ban.reason,
        until=ban.ends_at.isoformat() if ban.ends_at else None,
    )
