"""Backups of a database of its own, which is lost and restored (standard DUR-6)."""

import contextlib
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from conftest import SERVERS
from development.layout import Layout
from development.places import postgres_binaries, settle
from development.postgres import DURABLE, Postgres
from peerloop.operations.backups.folder import BackupFolder
from peerloop.operations.backups.following import SLOT, follow
from peerloop.operations.backups.taking import copy_uploads, drop_older, take_base

pytestmark = pytest.mark.slow
COPIED_FIRST = {"synchronous_standby_names": SLOT}


class Machine:
    """A machine with a database, uploads, and a folder of backups on another disk."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.backups = BackupFolder(home / "backups")
        self.server: Postgres | None = None

    @property
    def layout(self) -> Layout:
        return settle(self.home / "data")

    def start(self, **settings: str) -> None:
        self.server = Postgres(self.layout, settings=DURABLE | settings)
        self.server.start()

    def kill(self) -> None:
        assert self.server is not None
        assert self.server.process is not None
        os.killpg(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.layout.database_url, autocommit=True)

    def notes(self) -> list[int]:
        with self.connect() as connection:
            return [row[0] for row in connection.execute("SELECT number FROM notes ORDER BY 1")]

    def note(self, *numbers: int) -> None:
        with self.connect() as connection:
            for number in numbers:
                connection.execute("INSERT INTO notes VALUES (%s)", [number])

    def restore(self, *options: str) -> str:
        place = self.layout.postgres_data
        call_command(
            "restore", "--from", str(self.backups.path), "--database-folder", str(place), *options
        )
        return str(place)


@pytest.fixture
def machine(settings: Any) -> Iterator[Machine]:
    home = SERVERS.folder / "backups"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    home.chmod(0o711)
    machine = Machine(home)
    layout = machine.layout
    settings.BACKUP_DATABASE_URL = layout.database_url
    settings.POSTGRES_PROGRAMS = str(postgres_binaries(layout.account))
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(home / "uploads")},
        }
    }
    machine.start()
    with machine.connect() as connection:
        connection.execute("CREATE TABLE notes (number int PRIMARY KEY)")
    try:
        yield machine
    finally:
        machine.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def followed(machine: Machine) -> Iterator[list[str]]:
    """Backups are kept up to date for the length of a block: at its end too, if the server runs."""
    stopping, said = threading.Event(), []
    thread = threading.Thread(
        target=follow,
        args=(machine.backups,),
        kwargs={
            "every": timedelta(hours=24),
            "keep": timedelta(days=14),
            "synchronous": True,
            "stopping": stopping,
            "say": said.append,
        },
    )
    thread.start()
    try:
        wait_until(lambda: machine.backups.bases() and has_all(machine))
        yield said
        if machine.server and not machine.server.has_died():
            wait_until(lambda: has_all(machine))
    finally:
        stopping.set()
        thread.join()


def has_all(machine: Machine) -> bool:
    """Whether the receiver has every change on its disk."""
    with machine.connect() as connection:
        received = (
            "SELECT bool_or(flush_lsn >= pg_current_wal_flush_lsn()) FROM pg_stat_replication"
        )
        return connection.execute(f"{received} WHERE application_name = '{SLOT}'").fetchone() == (
            True,
        )


def wait_until(happened: object) -> None:
    end = time.monotonic() + 30
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen within 30 seconds"
        time.sleep(0.02)


def upload(name: str, content: bytes = b"words") -> None:
    storages["default"].save(name, ContentFile(content))


def uploads() -> set[str]:
    root = Path(storages["default"].location)
    return {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}


def test_no_acknowledged_change_is_lost_when_the_disk_of_a_busy_database_is(machine: Machine):
    acknowledged: list[list[int]] = [[], [], []]

    def write(place: int) -> None:
        with contextlib.suppress(psycopg.Error), machine.connect() as connection:
            for number in range(place, 1_000_000, len(acknowledged)):
                connection.execute("INSERT INTO notes VALUES (%s)", [number])
                acknowledged[place].append(number)

    with followed(machine):
        machine.stop()
        machine.start(**COPIED_FIRST)
        writers = [threading.Thread(target=write, args=(place,)) for place in range(3)]
        for writer in writers:
            writer.start()
        wait_until(lambda: all(len(numbers) > 50 for numbers in acknowledged))
        machine.kill()
        for writer in writers:
            writer.join()
    shutil.rmtree(machine.layout.postgres_data)

    machine.restore()
    machine.start()

    lost = {number for numbers in acknowledged for number in numbers} - set(machine.notes())
    assert lost == set()


def test_the_database_comes_back_as_it_was_at_a_time(machine: Machine):
    with followed(machine):
        machine.note(1, 2)
        time.sleep(0.05)
        before = datetime.now(UTC)
        time.sleep(0.05)
        machine.note(3)
    machine.stop()

    place = machine.restore("--to", before.isoformat())
    machine.start()

    assert machine.notes() == [1, 2]
    # A second restore, of what the restored database went on with.
    with followed(machine):
        machine.note(4)
    machine.stop()
    machine.restore()
    machine.start()
    assert machine.notes() == [1, 2, 4]
    assert len(list(Path(place).parent.glob("postgres.before-*"))) == 2


def test_uploads_come_back_and_those_removed_before_do_not(machine: Machine):
    upload("ab/abc", b"kept")
    upload("cd/cde", b"removed by its member")
    with followed(machine):
        storages["default"].delete("cd/cde")
        upload("ef/efg", b"new")
        copy_uploads(machine.backups)
        machine.note(1)
    [first] = machine.backups.bases()
    shutil.rmtree(Path(storages["default"].location))
    machine.stop()

    machine.restore()
    assert uploads() == {"ab/abc", "ef/efg"}
    machine.restore("--to", first.ended)
    assert uploads() == {"ab/abc", "cd/cde", "ef/efg"}


def test_a_server_may_replay_the_changes_itself(machine: Machine):
    with followed(machine):
        machine.note(1)
    machine.stop()

    machine.restore("--prepare-only")
    machine.start()

    wait_until(lambda: machine.notes() == [1])
    assert not (machine.layout.postgres_data / "log_to_replay").exists()


@pytest.mark.parametrize("damaged", ["database/PG_VERSION", "database/base/1/1259"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(machine: Machine, damaged: str):
    base = take_base(machine.backups)
    machine.stop()
    file = machine.backups.home_of(base) / damaged
    file.write_bytes(b"x" + file.read_bytes()[1:])
    before = sorted(machine.layout.postgres_data.parent.iterdir())

    with pytest.raises(CommandError, match=Path(damaged).name):
        machine.restore()
    assert sorted(machine.layout.postgres_data.parent.iterdir()) == before


def test_a_damaged_upload_is_named(machine: Machine):
    upload("ab/abc", b"kept")
    take_base(machine.backups)
    machine.stop()
    (machine.backups.files / "ab/abc").write_bytes(b"bent")

    with pytest.raises(CommandError, match=r"1 of 1 uploads are damaged or missing.*ab/abc"):
        machine.restore()


def test_a_gap_in_the_log_is_refused(machine: Machine):
    with followed(machine):
        for number in range(4):
            machine.note(number)
            with machine.connect() as connection:
                connection.execute("SELECT pg_switch_wal()")
        wait_until(lambda: len(machine.backups.segments()) >= 4)
    machine.stop()
    base = machine.backups.bases()[-1]
    own = {file.name for file in (machine.backups.home_of(base) / "database/pg_wal").iterdir()}
    names = [name for name in machine.backups.segments() if name not in own]
    machine.backups.segments()[names[0]].unlink()

    with pytest.raises(CommandError, match=f"gaps: {names[0]}"):
        machine.restore()


def test_a_running_database_is_never_replaced(machine: Machine):
    take_base(machine.backups)
    with pytest.raises(CommandError, match=r"PostgreSQL runs on .* Stop it first"):
        machine.restore()


def test_a_time_that_no_backup_covers_is_said(machine: Machine):
    take_base(machine.backups)
    machine.stop()
    with pytest.raises(CommandError, match=r"No backup in .* was finished by 2020"):
        machine.restore("--to", "2020-01-01T00:00:00Z")
    with pytest.raises(CommandError, match="ends before the time given"):
        machine.restore("--to", (datetime.now(UTC) + timedelta(hours=1)).isoformat())
    with pytest.raises(CommandError, match="is not a time with its zone"):
        machine.restore("--to", "yesterday")


def test_backups_of_two_databases_do_not_mix(machine: Machine):
    take_base(machine.backups)
    machine.stop()
    shutil.rmtree(machine.layout.postgres_data)
    machine.start()

    with pytest.raises(CommandError, match="holds backups of another database"):
        call_command("backup", "--to", str(machine.backups.path))


def test_an_unfinished_backup_does_not_count_and_goes_with_the_next(machine: Machine):
    machine.backups.make()
    leftover = machine.backups.bases_folder / "unfinished-20260101T000000Z"
    leftover.mkdir()
    assert machine.backups.bases() == []
    call_command("backup", "--to", str(machine.backups.path))
    assert not leftover.exists()
    assert len(machine.backups.bases()) == 1


def test_what_no_kept_backup_needs_is_dropped(machine: Machine):
    upload("ab/abc")
    bases = [take_base(machine.backups)]
    storages["default"].delete("ab/abc")
    upload("cd/cde")
    for _ in range(2):
        with machine.connect() as connection:
            connection.execute("SELECT pg_switch_wal()")
        time.sleep(1)
        bases.append(take_base(machine.backups))
    old = machine.backups.wal / bases[0].first_segment
    old.write_bytes(b"")

    assert drop_older(machine.backups, before=bases[1].usable_from) == [bases[0].name]
    assert [base.name for base in machine.backups.bases()] == [base.name for base in bases[1:]]
    assert not old.exists()
    assert not (machine.backups.files / "ab/abc").exists()
    assert (machine.backups.files / "cd/cde").exists()


def test_a_receiver_that_was_killed_starts_again(machine: Machine):
    with followed(machine):
        receiver = _receiver()
        os.kill(receiver, signal.SIGKILL)
        wait_until(lambda: _receiver() not in (0, receiver))
        machine.note(7)
    machine.stop()
    machine.restore()
    machine.start()
    assert machine.notes() == [7]


def _receiver() -> int:
    """The process of this test's pg_receivewal; 0: there is none."""
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"pg_receivewal" in words[0] and b"--directory" in words and parent == os.getpid():
                return int(folder.name)
    return 0
