"""The checks of feeds of `manage.py doctor`: a finding for each state, a fix for each problem."""

from datetime import timedelta

import pytest

from community.models import FeedFollow, FeedOutlet
from peerloop.kit import clock
from peerloop.operations.diagnosis_feeds import check_feeds
from tests.cast import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stream_in_use(settings):
    settings.FEED_PROVIDER, settings.STREAM_API_SECRET = "stream", "s" * 40
    FeedOutlet.objects.create(name="stream")


def said(level=None):
    found = list(check_feeds("feeds"))
    assert all(one.cure for one in found if one.level != "ok")
    return " ".join(one.text for one in found if level in (None, one.level))


def a_follow(**fields):
    FeedFollow.objects.create(user=a_member(), group="course", key="1", **fields)


def test_all_is_well():
    assert said("problem") + said("warning") == ""
    assert "no posts are late" in said()


def test_our_own_tables_need_nothing(settings):
    settings.FEED_PROVIDER = "local"

    assert "our own tables" in said("ok")


def test_a_short_secret(settings):
    settings.STREAM_API_SECRET = "short"

    assert "under 32 bytes" in said("warning")
    assert "short" not in said()


def test_nothing_ran_yet():
    FeedOutlet.objects.all().delete()

    assert "nothing was sent" in said("warning")


def test_a_provider_that_is_away():
    FeedOutlet.objects.update(away_since=clock.now())

    assert "takes nothing since" in said("problem")


def test_what_is_late_and_what_was_refused():
    a_follow(next_try_at=clock.now() - timedelta(minutes=11))
    a_follow(next_try_at=clock.now(), status="failed")

    assert "1 follows wait" in said("warning")
    assert "1 follows were refused" in said("warning")


def test_what_is_on_its_way_is_not_late():
    a_follow(next_try_at=clock.now() - timedelta(minutes=1))

    assert said("warning") == ""
