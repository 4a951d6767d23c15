"""The feed provider in use (rules FEED-3, FEED-4)."""

from typing import cast

from community.feeds.providers.base import FeedProvider
from peerloop.kit.providers import adapter_of

ADAPTERS = {
    "local": "community.feeds.providers.local.LocalFeeds",
    "stream": "community.feeds.providers.stream.StreamFeeds",
}


def feed_provider() -> FeedProvider:
    """The adapter that FEED_PROVIDER names."""
    return cast(FeedProvider, adapter_of("FEED_PROVIDER", ADAPTERS))
