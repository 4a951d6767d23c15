"""Fixtures of all tests of live updates."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from peerloop import live_reports


@pytest.fixture(autouse=True)
def _own_threads(monkeypatch):
    """Use new threads for each test and close their database connections after it."""
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="live") as threads:
        monkeypatch.setattr(live_reports, "_threads", threads)
        yield
        both = Barrier(2)

        def close() -> None:
            both.wait(5)
            connections.close_all()

        for job in [threads.submit(close) for _ in range(2)]:
            job.result()
