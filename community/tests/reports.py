"""Reported content for tests."""

from community.feeds.access import MAIN
from community.feeds.actions import write_post
from community.feeds.reportable import content_of
from community.models import ModerationCase
from community.moderation.actions import flag_content
from peerloop.kit import clock


def a_report(post, by, *, reason="spam", details="", at=None):
    """Somebody reports a post; the case."""
    flag = flag_content(
        content=content_of(post), reason=reason, details=details, by=by, at=at or clock.now()
    )
    return ModerationCase.objects.get(pk=flag.case_id)


def a_post(by, content="Buy my course", *, feed=MAIN, at=None):
    """A post, in the main feed unless another is named."""
    return write_post(feed=feed, content=content, by=by, at=at or clock.now())
