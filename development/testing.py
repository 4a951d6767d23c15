"""Servers for one test run, without durability, whose cluster the next run uses again.

Each run takes the first free place under one folder, so that runs at the same time never meet. A
place keeps its cluster and its template database: the next run there starts in a fraction of a
second. The processes of one run share its PostgreSQL, each with databases of its own, so that the
template is built once; each has a Redis of its own.
"""

import contextlib
import os
import shutil
from pathlib import Path

from development.embedded import Embedded
from development.layout import PROJECT, ServiceError, fingerprint
from development.locks import OwnerLock
from development.places import make_folder, settle
from development.postgres import FAST, Postgres
from development.redis import Redis

MEMORY = Path("/dev/shm")  # noqa: S108 - each place below is checked to be ours
LEAST_FREE_BYTES = 512 * 1024 * 1024
PLACES = 32
POSTGRES, REDIS = "postgres", "redis"


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
    """PostgreSQL and Redis of one test run, or of one process of it."""

    __test__ = False

    def __init__(
        self, folder: Path, lock: OwnerLock | None, *, postgres: bool, redis: bool
    ) -> None:
        self.folder = folder
        self._lock = lock
        self._wanted = {POSTGRES: postgres, REDIS: redis}
        self._running: dict[str, Embedded] = {}

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

    @classmethod
    def part_of(cls, run: Path, part: str, *, redis: bool) -> "TestServers":
        """For one of several processes: a Redis of its own. The run that holds the place has the
        PostgreSQL, and outlives the part."""
        folder = run / part
        make_folder(folder, mode=0o711)
        return cls(folder, None, postgres=False, redis=redis)

    def start(self) -> None:
        """Start the servers that were asked for. Safe to repeat."""
        self.start_redis()
        self.start_postgres()

    def start_postgres(self) -> None:
        """Start PostgreSQL, if it is ours to start. Safe to repeat."""
        self._start_once(POSTGRES)

    def start_redis(self) -> None:
        """Start Redis, if it is ours to start. Safe to repeat."""
        self._start_once(REDIS)

    def stop(self) -> None:
        """Stop the servers and give the place to the next run."""
        while self._running:
            self._running.popitem()[1].stop()
        if self._lock is not None:
            self._lock.release()

    def _start_once(self, name: str) -> None:
        if not self._wanted[name] or name in self._running:
            return
        try:
            self._running[name] = self._start(name)
        except ServiceError:
            # Only test data: whatever is broken, start with an empty folder.
            shutil.rmtree(self.folder / name, ignore_errors=True)
            self._running[name] = self._start(name)

    def _start(self, name: str) -> Embedded:
        layout = settle(self.folder)
        server = Embedded(
            layout,
            postgres=Postgres(layout, settings=FAST) if name == POSTGRES else None,
            redis=Redis(layout, durable=False) if name == REDIS else None,
        )
        server.start()
        return server
