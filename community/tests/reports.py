"""Reported content for tests."""

import threading

from django.db import connection

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


def at_once(acts):
    """Run each in a thread of its own, all from one moment; what each raised, or None."""
    gate = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def run(place, act):
        try:
            gate.wait()
            act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes
