"""Runs PostgreSQL's own programs against the database of the settings."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

# Given in DATABASE_URL they would end a long copy.
LEFT_OUT = {"options", "dbname"}
STOP_SECONDS = 5.0


class BackupError(Exception):
    """A backup can't be taken or restored; the message says why and what to do."""


def has_program(name: str) -> bool:
    """Whether one of PostgreSQL's programs is installed."""
    return shutil.which(name, path=settings.POSTGRES_PROGRAMS or None) is not None


def program(name: str) -> str:
    """The full path of one of PostgreSQL's programs; raises BackupError.

    Looked for in POSTGRES_PROGRAMS, else in PATH.
    """
    found = shutil.which(name, path=settings.POSTGRES_PROGRAMS or None)
    if found is None:
        raise BackupError(
            f"{name} was not found. Install the client programs of your PostgreSQL version "
            "(Debian: postgresql-client), or name their folder in POSTGRES_PROGRAMS."
        )
    return found


def environment() -> dict[str, str]:
    """Variables that lead PostgreSQL's programs to the database: passwords stay off the command
    line, where every process of the machine could read them."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    for option in Conninfo.parse(_address().encode()):
        if option.envvar and option.val and option.keyword.decode() not in LEFT_OUT:
            given[option.envvar.decode()] = option.val.decode()
    return given


def system_identifier() -> str:
    """The number that tells this database cluster from all others; raises BackupError."""
    parts = {**conninfo_to_dict(_address()), "replication": "database"}
    parts.pop("options", None)
    try:
        with psycopg.connect(
            **parts,  # type: ignore[arg-type]
            autocommit=True,
            cursor_factory=psycopg.ClientCursor,
        ) as connection:
            row = connection.execute("IDENTIFY_SYSTEM").fetchone()
    except psycopg.Error as error:
        raise BackupError(
            f"The database does not let its changes be read: {str(error).strip()}\n"
            "The role needs REPLICATION, and pg_hba.conf a line for `replication` from here. "
            "Where DATABASE_URL leads through a pooler, set BACKUP_DATABASE_URL."
        ) from None
    return str(row[0]) if row else ""


def run(name: str, *arguments: str | Path, stopping: threading.Event | None = None) -> str:
    """Run one program to its end and return what it said; raises BackupError with its words.

    Set ``stopping`` from elsewhere to end it early.
    """
    process = subprocess.Popen(
        [program(name), *map(str, arguments)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while True:
        try:
            said, _ = process.communicate(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            if stopping is not None and stopping.is_set():
                end(process)
                raise BackupError(f"{name} was ended.") from None
    if process.returncode:
        raise BackupError(f"{name} failed:\n{said.strip()}")
    return said


def end(process: "subprocess.Popen[str]") -> None:
    """End a program as it likes to be ended, and wait until it is gone."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _address() -> str:
    return str(settings.BACKUP_DATABASE_URL)
