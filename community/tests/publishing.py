"""What the tests of publishing share."""

from datetime import timedelta

import pytest

from community.feeds.access import MAIN
from community.feeds.actions import write_post
from community.feeds.publishing import sending
from peerloop.kit import clock

MAIN_FEED = "townhall:main"


def send(*, after=timedelta(0)):
    """Let the worker run, so long after now; how many rows it sent."""
    return sending.send_due(at=clock.now() + timedelta(seconds=1) + after)


def killed_before_the_note():
    """Let a worker run that dies once the provider has done what it was asked for."""

    def die(*_, **__):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "_note", die)
        with pytest.raises(KeyboardInterrupt):
            send()


def a_post(by, feed=MAIN, content="Hello"):
    return write_post(feed=feed, content=content, by=by, at=clock.now())


def follows(vendor, user):
    return {target for source, target in vendor.follows if source == f"timeline:{user.pk}"}
