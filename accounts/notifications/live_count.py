"""The live count of unread notifications: tickets of open pages, and messages about changes.

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

SALT, TOPICS_SALT = "accounts.live", "accounts.live.topics"
# As long as a page may stay open: a ticket is only valid together with the session's cookie.
TICKET_AGE = timedelta(hours=12)
CHANGED = b"changed"
EVENT = b"event:"
# What many members watch has one channel, so that news cost one message however many they are.
TOPIC = b"topic:"
MOST_TOPICS = 30


def issue_ticket(user: User) -> str:
    """The ticket with which a page opens its stream."""
    return signing.dumps(user.pk.hex, salt=SALT)


def read_ticket(text: str) -> UUID | None:
    """The member of a ticket; None if it is invalid or expired."""
    try:
        return UUID(signing.loads(text, salt=SALT, max_age=TICKET_AGE))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def issue_topics(user: User, topics: Iterable[str]) -> str:
    """With which a page of that member also hears of topics, while these are open to them.

    At most ``MOST_TOPICS`` of them, the first.
    """
    return signing.dumps([user.pk.hex, *list(topics)[:MOST_TOPICS]], salt=TOPICS_SALT)


def read_topics(text: str, user_id: UUID) -> list[str]:
    """The topics that a page of the member asks for; none if invalid, expired or another's."""
    try:
        owner, *topics = signing.loads(text, salt=TOPICS_SALT, max_age=TICKET_AGE)
    except (signing.BadSignature, TypeError, ValueError):
        return []
    return topics if owner == user_id.hex else []


def channel_of_topic(topic: str) -> str:
    """The Redis channel of all open pages that watch a topic."""
    return f"live:topic:{topic}"


def channel_of(user_id: UUID) -> str:
    """The Redis channel of all open pages of a member."""
    return f"live:notifications:{user_id}"


def publish_changed(user_ids: Iterable[UUID]) -> None:
    """Let the members' open pages count again, after commit; without Redis they do so later."""
    channels = [channel_of(user_id) for user_id in user_ids]
    if channels:
        transaction.on_commit(lambda: _publish(channels), robust=True)


def publish_to_pages(user_ids: Iterable[UUID], event: str) -> None:
    """Send the members' open pages an event without data, after commit; pages ask what changed.

    Without Redis it is lost: pages also ask when they connect again.
    """
    channels = [channel_of(user_id) for user_id in user_ids]
    message = EVENT + event.encode()
    if channels:
        transaction.on_commit(lambda: _publish(channels, message), robust=True)


def publish_to_topic(topic: str, *, by: UUID) -> None:
    """Tell the open pages that watch a topic that it has news, after commit; not those of ``by``.

    One message, whoever watches. Without Redis it is lost, as above.
    """
    message = TOPIC + f"{by.hex}:{topic}".encode()
    channels = [channel_of_topic(topic)]
    transaction.on_commit(lambda: _publish(channels, message), robust=True)


def _publish(channels: list[str], message: bytes = CHANGED) -> None:
    try:
        with redis_client().pipeline(transaction=False) as pipe:
            for channel in channels:
                pipe.publish(channel, message)
            pipe.execute()
    except (RedisError, OSError) as error:
        logger.warning("open pages could not be notified: %s", error)
