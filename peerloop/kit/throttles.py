"""How often a member or an address may call the API (rule PLAT-4): one Redis call each time."""

import logging
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle

from peerloop.kit.network import client_address
from peerloop.kit.redis import redis_client
from peerloop.kit.security_log import note_event

logger = logging.getLogger(__name__)

COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
"""
SAFE = {"GET", "HEAD", "OPTIONS"}
MINUTE_MILLISECONDS = 60_000


def count_in_minute(key: str) -> tuple[int, int]:
    """Count one more of this minute: how many there were, and the milliseconds that are left."""
    count, remaining = redis_client().eval(COUNT, 1, key, MINUTE_MILLISECONDS)
    return count, remaining


class MemberThrottle(BaseThrottle):
    """120 reads and 30 writes a minute for each member, or each address where nobody signed in.

    Without Redis nothing is limited: this protects the service from load, not from intruders.
    Sign-in limits are counted in PostgreSQL and always hold.
    """

    wait_seconds: float | None = None

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count this request; False if the limit of this minute is exceeded."""
        if not settings.API_THROTTLES:
            return True
        reads = request.method in SAFE
        limit = settings.API_READS_A_MINUTE if reads else settings.API_WRITES_A_MINUTE
        who = request.user.pk if request.user.is_authenticated else client_address(request)
        key = f"throttle:{'r' if reads else 'w'}:{who}"
        try:
            count, remaining = count_in_minute(key)
        except RedisError as error:
            logger.warning("no API limits without Redis: %s", error)
            return True
        self.wait_seconds = max(remaining, 0) / 1000
        if count == limit + 1:
            # Once a minute and caller, so that a flood of requests does not fill the log.
            note_event("limit.refused", scope=f"api {'reads' if reads else 'writes'}")
        return bool(count <= limit)

    def wait(self) -> float | None:
        """Seconds until the next request can pass."""
        return self.wait_seconds
