"""The count of unread notices while a page is open: who may hear it, and that it changed.

Redis only says "look again": the number itself is always counted, so a message that is lost costs
nothing but time.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from redis.exceptions import RedisError

from accounts.models import User
from peerloop.kit.redis import redis_client

logger = logging.getLogger(__name__)

SALT = "accounts.live"
# As long as a page may lie open: without the session's cookie beside it a ticket opens nothing.
TICKET_AGE = timedelta(hours=12)
CHANGED = b"changed"


def issue_ticket(user: User) -> str:
    """What a page of the member carries to its stream."""
    return signing.dumps(user.pk.hex, salt=SALT)


def read_ticket(text: str) -> UUID | None:
    """Whose page it was; None if the ticket is forged or too old."""
    try:
        return UUID(signing.loads(text, salt=SALT, max_age=TICKET_AGE))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def channel_of(user_id: UUID) -> str:
    """Redis channel that all open pages of a member hear."""
    return f"live:notices:{user_id}"


def publish_changed(user_ids: Iterable[UUID]) -> None:
    """Let the members' open pages count anew, after commit; without Redis they count later."""
    channels = [channel_of(user_id) for user_id in user_ids]
    if channels:
        transaction.on_commit(lambda: _publish(channels), robust=True)


def _publish(channels: list[str]) -> None:
    try:
        with redis_client().pipeline(transaction=False) as pipe:
            for channel in channels:
                pipe.publish(channel, CHANGED)
            pipe.execute()
    except (RedisError, OSError) as error:
        logger.warning("open pages are not told of notices: %s", error)
