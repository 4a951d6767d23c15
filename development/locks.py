"""Locks of a data folder: one process owns its servers, others may use them."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

OWNER_LOCK = "owner.lock"
USERS_LOCK = "users.lock"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who runs the servers of a data folder."""

    pid: int
    purpose: str
    url: str = ""


class OwnerLock:
    """Held by the process that starts and stops the servers of one data folder.

    The kernel releases it when the process dies.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / OWNER_LOCK
        self._file: IO[str] | None = None

    def acquire(self, purpose: str, url: str = "") -> bool:
        """Take the lock if it is free, and write into it who holds it."""
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        # A command that runs alone keeps the address of the last `bin/dev` for its links.
        url = url or self.owner().url
        file.seek(0)
        file.truncate()
        json.dump(asdict(Owner(os.getpid(), purpose, url)), file)
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        """Release it. Safe to repeat."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def owner(self) -> Owner:
        """Who holds the lock, as written in it."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            return Owner(**json.loads(self.path.read_text(encoding="utf-8")))
        return Owner(0, "another process")


class UsersLock:
    """Held shared by everyone who uses the servers; the owner waits until it is the last."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / USERS_LOCK
        self._file: IO[str] | None = None

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Use the servers; waits while the owner is stopping them."""
        self._file = self.path.open("a+", encoding="utf-8")
        fcntl.flock(self._file, fcntl.LOCK_SH)
        try:
            yield
        finally:
            self._file.close()

    def wait_until_last(self) -> None:
        """For the owner, before it stops the servers: wait until no other process uses them."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_EX)
