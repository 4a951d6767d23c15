"""The Redis client that a process shares."""

from functools import cache

import redis
from django.conf import settings


@cache
def redis_client() -> redis.Redis:
    """A client with short timeouts: no page waits for Redis. Use commands of Redis 6.2 only."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1, decode_responses=False
    )
