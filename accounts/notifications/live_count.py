"""The count of unread notices while a page is open: who may hear it, and that it changed.

Redis only says "look again": the number itself is always counted, so a message that is lost costs
nothing but time.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare
from redis.exceptions import RedisError

from accounts.identity.middleware import is_past
from accounts.identity.sessions import SessionStore
from accounts.models import User
from accounts.notifications.queries import unread_notices
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


def count_for(session_key: str, user_id: UUID) -> int | None:
    """How many notices wait; None once the session has ended or the member may not be in.

    Asking does not keep a session alive: an open page is no visit.
    """
    session = SessionStore(session_key)
    values = session.load()
    if values.get(SESSION_KEY) != str(user_id):
        return None
    user = User.objects.filter(pk=user_id).first()
    if user is None or not user.may_sign_in or is_past(values, user):
        return None
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    known = str(values.get(HASH_SESSION_KEY, ""))
    if not any(constant_time_compare(known, one) for one in hashes):
        return None
    return unread_notices(user)


def tell_changed(user_ids: Iterable[UUID]) -> None:
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
