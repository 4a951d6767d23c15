"""An embedded PostgreSQL: the programs of the wheel, started and stopped by us.

The wheel's own way to start a server is not used: it opens the folders of other users, shares one
lock file between all of them, and never stops a server whose user was killed.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from development.layout import DATABASE, PORT, ROLE, Layout, ServiceError
from development.places import postgres_binaries
from development.processes import (
    end_leftovers,
    open_log,
    run_to_end,
    spawn,
    stop,
    wait_until,
    working_in,
)

START_SECONDS = 30.0
STOP_SECONDS = 4.0
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"

# Explicit even where it is the default: an answer of 2xx means that the data is on disk.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_preload_libraries": "pg_stat_statements",
}
# For tests, whose data may be lost in a crash of the machine.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    # Without statistics a plan can look dear enough to be compiled, which takes far longer.
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "128MB",
    # Several processes at once, each with races of fifty threads.
    "max_connections": "250",
}
ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
}


class Postgres:
    """One cluster, run as a child of this process."""

    def __init__(self, layout: Layout, *, settings: Mapping[str, str] = DURABLE) -> None:
        self.layout = layout
        self.settings = {**ALWAYS, **settings}
        self.log = layout.logs / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._binaries = postgres_binaries(layout.account)
        self._env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PG", "LC_", "LANG"))
        }

    def start(self) -> None:
        """Create the cluster if there is none, start it, wait until it answers.

        Safe after any death of an earlier server: leftovers are waited for, stale locks removed.
        """
        self.clear_leftovers()
        if not (self.layout.postgres_data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self.spawn()
        if not wait_until(lambda: self.is_ready() or self.has_died(), seconds=START_SECONDS):
            self.stop()
            raise ServiceError(
                f"PostgreSQL does not answer after {START_SECONDS:.0f} s.{self._tail()}"
            )
        if self.has_died():
            raise ServiceError(f"PostgreSQL stopped while starting.{self._tail()}")
        self._create_database()

    def spawn(self) -> None:
        """Start the server process and return at once."""
        command: list[str | Path] = [self._binaries / "postgres", "-D", self.layout.postgres_data]
        command += ["-k", self.layout.postgres_socket_dir, "-p", str(PORT)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with open_log(self.log) as log:
            # SIGINT is the fast, orderly shutdown: no recovery at the next start.
            self.process = spawn(
                command,
                death_signal=signal.SIGINT,
                account=self.layout.account,
                env=self._env,
                cwd=self.layout.postgres_data if self.layout.account is None else Path("/"),
                output=log,
            )

    def is_ready(self) -> bool:
        """Whether the server takes connections."""
        return self._run("pg_isready", "-q", "-t", "1")[0] == 0

    def has_database(self) -> bool:
        """Whether the application's database can be used."""
        return self._run("psql", "-X", "-q", "-d", DATABASE, "-c", "SELECT 1")[0] == 0

    def has_died(self) -> bool:
        """Whether the server process is gone."""
        return self.process is None or self.process.poll() is not None

    def stop(self) -> None:
        """Fast shutdown: connections are ended, everything is on disk. Safe to repeat."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, seconds=STOP_SECONDS)
            self.process = None

    def clear_leftovers(self) -> None:
        """Wait for what a killed server left running, then remove its locks.

        The caller holds the data folder's lock, so no living server has a right to be here. Its
        number alone proves nothing: in a container it may belong to something else by now.
        """
        data = self.layout.postgres_data
        end_leftovers(data, gentle=signal.SIGINT)
        pid_file = data / "postmaster.pid"
        if pid_file.exists() and not working_in(data.resolve()):
            pid_file.unlink()
        for lock in self.layout.postgres_socket_dir.glob(".s.PGSQL.*"):
            lock.unlink()

    def _initialise(self) -> None:
        data = self.layout.postgres_data
        for leftover in data.iterdir():
            raise ServiceError(
                f"{data} is not empty and holds no database ({leftover.name}). "
                "Move it away: an earlier start was broken off, or this is not our folder."
            )
        code, said = run_to_end(
            [
                *(self._binaries / "initdb", "-D", data, "-U", ROLE, "--auth=trust"),
                *("--encoding=UTF8", f"--locale={LOCALE}", "--data-checksums", "-N"),
            ],
            account=self.layout.account,
            env=self._env,
            cwd=Path("/"),
        )
        if code:
            raise ServiceError(f"initdb could not make a database in {data}:\n{said}")

    def _check_version(self) -> None:
        made_by = (self.layout.postgres_data / "PG_VERSION").read_text().strip()
        ours = run_to_end([self._binaries / "postgres", "-V"], cwd=Path("/"))[1].split()[-1]
        if ours.partition(".")[0] != made_by:
            raise ServiceError(
                f"{self.layout.postgres_data} was made by PostgreSQL {made_by}, installed is "
                f"{ours}. Move the data over with `pg_dump` of the old version and `pg_restore` "
                "of this one, or delete the folder."
            )

    def _create_database(self) -> None:
        if not self.has_database():
            code, said = self._run("createdb", DATABASE)
            if code:
                raise ServiceError(f"The database {DATABASE} could not be made:\n{said}")

    def _run(self, tool: str, *arguments: str) -> tuple[int, str]:
        where = ["-h", str(self.layout.postgres_socket_dir), "-p", str(PORT), "-U", ROLE]
        return run_to_end([self._binaries / tool, *where, *arguments], env=self._env, cwd=Path("/"))

    def _tail(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").splitlines()[-8:]
            return "\n" + "\n".join(lines) + f"\n(all of it: {self.log})"
        return ""
