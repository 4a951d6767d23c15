"""Fixtures of the community's tests."""

import pytest
from pytest_httpserver import HTTPServer

from community.feeds.publishing.outlet import outlet_in_use
from community.tests.publishing import send
from community.tests.reports import a_post, a_report
from community.tests.stream_stand_in import KEY, SECRET, StandIn
from community.tests.test_api_feeds import Scene
from peerloop.kit import providers
from tests.cast import a_member


@pytest.fixture
def vendor(settings, httpserver: HTTPServer):
    """Stream, in use."""
    settings.STREAM_API_KEY, settings.STREAM_API_SECRET = KEY, SECRET
    settings.STREAM_APP_ID, settings.FEED_PROVIDER = "1", "stream"
    # An address with a number, which the vendor's client alone would turn into "api.127.0.0.1".
    settings.STREAM_BASE_URL = httpserver.url_for("").rstrip("/").replace("localhost", "127.0.0.1")
    providers._adapter.cache_clear()
    yield StandIn(httpserver)
    providers._adapter.cache_clear()


@pytest.fixture
def told(vendor, db):
    """A course whose people the provider knows; the calls for that are forgotten."""
    outlet_in_use()
    scene = Scene()
    send()
    vendor.calls.clear()
    return scene


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def olga():
    return a_member("Olga Stranger")


@pytest.fixture
def mona():
    return a_member("Mona Moderator", is_moderator=True)


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


@pytest.fixture
def post(sam):
    return a_post(sam)


@pytest.fixture
def case(post, olga):
    return a_report(post, olga)
