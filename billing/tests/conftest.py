"""Billing's tests: the provider's events find their handler, as peerloop/wiring.py binds it."""

import pytest

from accounts.inbox import on_event
from billing.stripe_events import handle


@pytest.fixture(autouse=True)
def _events_are_bound() -> None:
    on_event("stripe", handle)
