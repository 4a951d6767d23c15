"""Keeps backups up to date for as long as it runs: `manage.py backup --follow`."""

import logging
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from peerloop.operations.backups.folder import BackupFolder
from peerloop.operations.backups.programs import BackupError, end, environment, program
from peerloop.operations.backups.taking import copy_uploads, drop_older, take_base

logger = logging.getLogger(__name__)
# The server keeps its log until the holder of this slot has it.
SLOT = "peerloop_backup"
UPLOADS_EVERY = CHECK_EVERY = 60.0
LONGEST_PAUSE = 30.0
# A receiver that ran so long was well: the next pause is short again.
STEADY_SECONDS = 60.0


class LogReceiver:
    """`pg_receivewal`, started again whenever it dies, after pauses that grow to 30 seconds.

    ``synchronous``: each piece is on the disk before the server hears so. With
    ``synchronous_standby_names = 'peerloop_backup'`` a commit then waits for its copy.
    """

    def __init__(self, wal: Path, *, synchronous: bool) -> None:
        self._arguments = ["--directory", str(wal), "--slot", SLOT, "--no-password", "--no-loop"]
        # Also how long it may take to notice that it is to stop.
        self._arguments.append("--status-interval=1")
        if synchronous:
            self._arguments.append("--synchronous")
        self._process: subprocess.Popen[str] | None = None
        self._pause = 0.0
        self._next_start = 0.0
        self._started = 0.0

    def keep_running(self, now: float) -> None:
        """Start it if it is due. ``now``: seconds of a clock that only goes forward."""
        if self._process is not None and (code := self._process.poll()) is not None:
            self._process = None
            steady = now - self._started > STEADY_SECONDS
            self._pause = 1.0 if steady else min(LONGEST_PAUSE, max(1.0, self._pause * 2))
            self._next_start = now + self._pause
            # What it had to say stands above in the same output.
            logger.warning("pg_receivewal ended with %s, again in %.0f s", code, self._pause)
        if self._process is None and now >= self._next_start:
            self._started = now
            self._process = self._spawn()

    def stop(self) -> None:
        """End it; what it has received is on the disk. Safe to repeat."""
        if self._process is not None:
            end(self._process)
            self._process = None

    def _spawn(self) -> "subprocess.Popen[str]":
        receive = program("pg_receivewal")
        known = environment() | {"PGAPPNAME": SLOT}
        made = subprocess.run(
            [receive, "--slot", SLOT, "--create-slot", "--if-not-exists", "--no-password"],
            env=known,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            logger.warning("the slot %s could not be made: %s", SLOT, made.stderr.strip())
        return subprocess.Popen(
            [receive, *self._arguments],
            env=known,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            text=True,
        )


def follow(
    folder: BackupFolder,
    *,
    every: timedelta,
    keep: timedelta,
    synchronous: bool,
    stopping: threading.Event,
    say: Callable[[str], object],
) -> None:
    """Receive the log, copy new uploads each minute and the database ``every`` so often, and drop
    what is older than ``keep``, until ``stopping`` is set. What fails is logged and tried again."""
    folder.make()
    receiver = LogReceiver(folder.wal, synchronous=synchronous)
    next_uploads = next_base = 0.0
    try:
        while not stopping.is_set():
            receiver.keep_running(time.monotonic())
            if time.monotonic() >= next_base:
                next_base = time.monotonic() + (CHECK_EVERY if folder.segments() else 0.0)
                _copy_when_due(folder, every=every, keep=keep, stopping=stopping, say=say)
            if time.monotonic() >= next_uploads:
                next_uploads = time.monotonic() + UPLOADS_EVERY
                _copy_uploads(folder)
            stopping.wait(0.5)
    finally:
        receiver.stop()


def _copy_when_due(
    folder: BackupFolder,
    *,
    every: timedelta,
    keep: timedelta,
    stopping: threading.Event,
    say: Callable[[str], object],
) -> None:
    if not folder.segments():
        return  # a copy made before the log is received could not be brought up to date
    now, bases = datetime.now(UTC), folder.bases()
    is_new = bool(bases) and now - datetime.fromisoformat(bases[-1].began) < every
    if is_new and not folder.missing_segments(bases[-1]):
        return
    try:
        say(f"Backup {take_base(folder, stopping=stopping).name} is complete.")
        for name in drop_older(folder, before=now - keep):
            say(f"Backup {name} was older than needed and is gone.")
    except (BackupError, OSError) as error:
        if not stopping.is_set():
            logger.error("the backup failed and is tried again: %s", error)  # noqa: TRY400


def _copy_uploads(folder: BackupFolder) -> None:
    try:
        copy_uploads(folder)
    except OSError as error:
        logger.error("uploads could not be copied: %s", error)  # noqa: TRY400
