"""Servers for one test run: own, fast, forgetful, and kept warm for the next run.

Each run takes the first free place under one folder, so that runs at the same time never meet. A
place keeps its cluster and its template database: the next run there starts in a fraction of a
second.
"""

import contextlib
import os
import shutil
from pathlib import Path

from peerloop.services.embedded import Embedded
from peerloop.services.layout import PROJECT, ServiceError, fingerprint
from peerloop.services.locks import OwnerLock
from peerloop.services.places import make_folder, settle
from peerloop.services.postgres import FAST, Postgres
from peerloop.services.redis import Redis

MEMORY = Path("/dev/shm")  # noqa: S108 - each place below is checked to be ours
LEAST_FREE_BYTES = 512 * 1024 * 1024
PLACES = 32


def places_folder() -> Path:
    """Where test clusters lie: in memory where there is room, else in the project."""
    name = f"peerloop-tests-{os.geteuid()}-{fingerprint(PROJECT)}"
    with contextlib.suppress(OSError):
        space = os.statvfs(MEMORY)
        roomy = space.f_bavail * space.f_frsize >= LEAST_FREE_BYTES
        if (MEMORY / name).is_dir() or (roomy and os.access(MEMORY, os.W_OK)):
            return MEMORY / name
    return PROJECT / "var" / "tests"


class TestServers:
    """PostgreSQL and Redis of one test run."""

    __test__ = False

    def __init__(self, folder: Path, lock: OwnerLock, *, postgres: bool, redis: bool) -> None:
        self.folder = folder
        self._lock = lock
        self._wanted = {"postgres": postgres, "redis": redis}
        self._running: Embedded | None = None

    @classmethod
    def claim(cls, *, postgres: bool, redis: bool) -> "TestServers":
        """Take the first place that no other run uses. Starts nothing yet."""
        base = places_folder()
        make_folder(base, mode=0o711)
        if base.stat().st_uid != os.geteuid():
            raise ServiceError(f"{base} belongs to somebody else. Remove it.")
        for number in range(PLACES):
            folder = base / str(number)
            make_folder(folder, mode=0o711)
            lock = OwnerLock(folder)
            if lock.acquire("tests"):
                return cls(folder, lock, postgres=postgres, redis=redis)
        raise ServiceError(f"All {PLACES} places for test servers in {base} are taken.")

    def start(self) -> None:
        """Start the servers that were asked for. Safe to repeat."""
        if self._running is not None:
            return
        try:
            self._running = self._start()
        except ServiceError:
            # Nothing here is worth keeping: whatever broke it, begin anew.
            for name in ("postgres", "redis"):
                shutil.rmtree(self.folder / name, ignore_errors=True)
            self._running = self._start()

    def stop(self) -> None:
        """Stop the servers and give the place to the next run."""
        if self._running is not None:
            self._running.stop()
            self._running = None
        self._lock.release()

    def _start(self) -> Embedded:
        layout = settle(self.folder)
        servers = Embedded(
            layout,
            postgres=Postgres(layout, settings=FAST) if self._wanted["postgres"] else None,
            redis=Redis(layout, durable=False) if self._wanted["redis"] else None,
        )
        servers.start()
        return servers
