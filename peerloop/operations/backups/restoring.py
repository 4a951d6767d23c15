"""Restores the database and uploads from a folder of backups.

Everything is checked before anything is moved, and what was there is moved aside, never deleted.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from peerloop.operations.backups.folder import (
    LIST,
    STAMP,
    BackupFolder,
    Base,
    checksum_of,
    read_list,
)
from peerloop.operations.backups.programs import BackupError, has_program, program, run

# Relative to the database's folder, in which PostgreSQL runs its commands: the restored folder
# needs nothing beside itself, wherever it is mounted.
LOG_FOLDER = "log_to_replay"
BEGIN, END = "# peerloop restore: begin\n", "# peerloop restore: end\n"
NUMBER_OF_FAULTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Places:
    """Where to restore: ``uploads`` is None if they are not on this machine's disks."""

    database: Path
    uploads: Path | None


def check(folder: BackupFolder, base: Base, *, to: datetime | None) -> dict[str, str]:
    """Check everything that restoring needs; returns the uploads to restore with their checksums.

    Raises BackupError naming what is damaged or missing.
    """
    # Debian's client programs come without the one that reads the log; replaying checks it anyway.
    unread = [] if has_program("pg_waldump") else ["--no-parse-wal"]
    run("pg_verifybackup", *unread, folder.home_of(base) / "database")
    if missing := folder.missing_segments(base):
        raise BackupError(
            f"The log of changes has gaps: {', '.join(missing[:NUMBER_OF_FAULTS_SHOWN])}. "
            f"Restore to a time before them with --to, or {base.name} alone from another folder."
        )
    uploads = _uploads_for(folder, to)
    damaged = [name for name, checksum in uploads.items() if not _is(folder, name, checksum)]
    if damaged:
        raise BackupError(
            f"{len(damaged)} of {len(uploads)} uploads are damaged or missing in {folder.files}: "
            f"{', '.join(sorted(damaged)[:NUMBER_OF_FAULTS_SHOWN])}"
        )
    return uploads


def restore(
    folder: BackupFolder,
    places: Places,
    *,
    to: datetime | None,
    replay: bool,
    say: Callable[[str], object],
) -> None:
    """Put the newest state, or that of ``to``, in place; raises BackupError.

    ``replay``: PostgreSQL is started here, alone, until the log is replayed. Otherwise the server
    does so when it is started the next time.
    """
    _refuse_running(places.database)
    base = folder.base_for(to)
    say(f"Checking the backup {base.name}.")
    uploads = check(folder, base, to=to)
    owner = _owner_of(places.database)
    say(f"Copying it to {places.database}.")
    fresh = _copy_database(folder, base, places.database, owner)
    _ask_for_replay(fresh, to)
    if replay:
        say("Replaying the log of changes.")
        _replay(fresh, owner)
    _put_in_place(fresh, places.database, say)
    if places.uploads is not None:
        _restore_uploads(folder, uploads, places.uploads, say)


def _uploads_for(folder: BackupFolder, to: datetime | None) -> dict[str, str]:
    """For now: what members have not removed. For an earlier time: all that may have been there."""
    uploads = read_list(folder.list)
    if to is not None:
        for base in folder.bases():
            uploads |= read_list(folder.home_of(base) / LIST)
    return uploads


def _is(folder: BackupFolder, name: str, checksum: str) -> bool:
    copy = folder.files / name
    return copy.is_file() and checksum_of(copy) == checksum


def _refuse_running(database: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError, IndexError):
        process = int((database / "postmaster.pid").read_text().splitlines()[0])
        os.kill(process, 0)
        raise BackupError(f"PostgreSQL runs on {database} (process {process}). Stop it first.")


def _owner_of(database: Path) -> tuple[int, int] | None:
    """Who has to own the restored folder, when we are root: who owns the one before, or above."""
    if os.geteuid() != 0:
        return None
    known = database if database.exists() else database.parent
    status = known.stat()
    if status.st_uid == 0:
        raise BackupError(
            f"PostgreSQL refuses to run as root, and {known} belongs to root. Give it to the "
            f"database's user first: chown postgres: {known}"
        )
    return status.st_uid, status.st_gid


def _copy_database(
    folder: BackupFolder, base: Base, database: Path, owner: tuple[int, int] | None
) -> Path:
    """A copy beside the place where it will stand, with the log that is to be replayed."""
    database.parent.mkdir(parents=True, exist_ok=True)
    fresh = database.with_name(f"{database.name}.restoring")
    if fresh.exists():
        shutil.rmtree(fresh)
    shutil.copytree(folder.home_of(base) / "database", fresh)
    log = fresh / LOG_FOLDER
    log.mkdir()
    for name, file in folder.segments().items():
        if name[8:] >= base.first_segment[8:]:
            shutil.copyfile(file, log / name)
    for history in folder.wal.glob("*.history"):
        shutil.copyfile(history, log / history.name)
    fresh.chmod(0o700)
    if owner is not None:
        for path in (fresh, *fresh.rglob("*")):
            os.chown(path, *owner, follow_symlinks=False)
    return fresh


def _ask_for_replay(database: Path, to: datetime | None) -> None:
    wishes = [f'restore_command = \'cp "{LOG_FOLDER}/%f" "%p"\'\n']
    wishes += [f"recovery_end_command = 'rm -r {LOG_FOLDER}'\n"]
    wishes += ["recovery_target_action = 'promote'\n", "recovery_target_timeline = 'latest'\n"]
    if to is not None:
        wishes += [f"recovery_target_time = '{to.astimezone(UTC).isoformat()}'\n"]
    with (database / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.writelines([BEGIN, *wishes, END])
    # Written by whoever owns the file beside it.
    signal_file = database / "recovery.signal"
    signal_file.touch()
    status = (database / "postgresql.auto.conf").stat()
    if os.geteuid() == 0:
        os.chown(signal_file, status.st_uid, status.st_gid)


def _replay(database: Path, owner: tuple[int, int] | None) -> None:
    """Run PostgreSQL alone on the folder until it has replayed the log, and stop it."""
    with tempfile.TemporaryDirectory(prefix="peerloop-restore-") as place:
        if owner is not None:
            os.chown(place, *owner)
        log = Path(place) / "postgres.log"
        server = _start(database, Path(place), log, owner)
        try:
            while not _is_ready(Path(place)):
                if server.poll() is not None:
                    raise BackupError(_why(log))
                time.sleep(0.1)
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGINT)
            server.wait()
    _forget_replay(database)


def _start(
    database: Path, place: Path, log: Path, owner: tuple[int, int] | None
) -> "subprocess.Popen[bytes]":
    identity: dict[str, object] = {}
    if owner is not None:
        identity = {"user": owner[0], "group": owner[1], "extra_groups": []}
    with log.open("wb") as output:
        return subprocess.Popen(  # type: ignore[call-overload]
            [
                *(program("postgres"), "-D", str(database), "-k", str(place), "-p", "5432"),
                *("-c", "listen_addresses=", "-c", "hot_standby=off", "-c", "archive_mode=off"),
                *("-c", "synchronous_standby_names=", "-c", "logging_collector=off"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=place,
            **identity,
        )


def _is_ready(place: Path) -> bool:
    """Whether the log is replayed: until then connections are refused."""
    asked = [program("pg_isready"), "-q", "-h", str(place), "-p", "5432"]
    return subprocess.run(asked, check=False).returncode == 0


def _why(log: Path) -> str:
    said = log.read_text(errors="replace").strip()
    if "recovery ended before configured recovery target was reached" in said:
        return (
            "The log of changes ends before the time given with --to. "
            "Leave --to out to restore all that there is."
        )
    return f"PostgreSQL did not replay the log:\n{said[-2000:]}"


def _forget_replay(database: Path) -> None:
    """Take the wishes out of the settings again: they would count at the next restore."""
    settings = database / "postgresql.auto.conf"
    words = settings.read_text(encoding="utf-8")
    before, _, rest = words.partition(BEGIN)
    settings.write_text(before + rest.partition(END)[2], encoding="utf-8")


def _put_in_place(fresh: Path, place: Path, say: Callable[[str], object]) -> None:
    if place.exists() and not any(place.iterdir()):
        place.rmdir()
    elif place.exists():
        aside = place.with_name(f"{place.name}.before-{datetime.now(UTC).strftime(STAMP)}")
        place.rename(aside)
        say(f"What was there is at {aside}.")
    fresh.rename(place)


def _restore_uploads(
    folder: BackupFolder, uploads: dict[str, str], place: Path, say: Callable[[str], object]
) -> None:
    say(f"Copying {len(uploads)} uploads to {place}.")
    fresh = place.with_name(f"{place.name}.restoring")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(parents=True, mode=0o700)
    for name in uploads:
        copy = fresh / name
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(folder.files / name, copy)
        copy.chmod(0o600)
    _put_in_place(fresh, place, say)
