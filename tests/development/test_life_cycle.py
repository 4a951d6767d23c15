"""`manage.py dev` starts everything and leaves no process behind, whatever is killed."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from development import default_urls
from development.dev import delete_heartbeats
from development.processes import born, wait_until
from tests.development.conftest import Stacks
from tests.stack import Stack, clean_environment, free_port

PARTS = ("postgres -D", "redis-server", "granian", " worker ", " beat ")


def families(stack: Stack) -> dict[int, str]:
    """All running descendants of the supervisor, with their command lines."""
    found: dict[int, str] = {}
    parents = [stack.process.pid]
    for pid in parents:
        below = children(pid)
        found |= below
        parents += below
    return found


def children(pid: int) -> dict[int, str]:
    """The children of a process with their command lines; one may end meanwhile."""
    found = {}
    with contextlib.suppress(FileNotFoundError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            found[int(child)] = command.replace(b"\0", b" ").decode()
    return found


def the_one(stack: Stack, words: str) -> int | None:
    """The supervisor's child with this text in its command line."""
    for pid, command in children(stack.process.pid).items():
        if words in command:
            return pid
    return None


def readiness(stack: Stack) -> dict[str, str]:
    """The status of each service from /readyz; empty without a response."""
    try:
        with urllib.request.urlopen(f"{stack.url}/readyz", timeout=5) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    except OSError:
        return {}
    return {name: part["status"] for name, part in json.loads(body)["parts"].items()}


def is_ready(stack: Stack) -> bool:
    """Whether every service works."""
    parts = readiness(stack)
    return bool(parts) and set(parts.values()) == {"ok"}


def execute(data_dir: Path, statement: str) -> list[tuple[object, ...]]:
    """Run one statement on the stack's database."""
    with psycopg.connect(default_urls(data_dir)[0], autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def answers(data_dir: Path) -> bool:
    """Whether the database accepts statements."""
    try:
        return bool(execute(data_dir, "SELECT 1"))
    except psycopg.OperationalError:
        return False


READ_DATABASE_NAME = (
    "from django.db import connection; c = connection.cursor(); "
    "c.execute('SELECT current_database()'); print(c.fetchone()[0])"
)


def manage(data_dir: Path, *arguments: str) -> tuple[int, str]:
    """Run a command of manage.py; exit code and output."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=clean_environment(PEERLOOP_DATA_DIR=str(data_dir)),
        capture_output=True,
        check=False,
        text=True,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_second_dev_is_refused_and_other_commands_share_the_servers(
    stacks: Stacks, prepared_data: Path
) -> None:
    stack = stacks.ready()

    second = stacks.start(port=free_port())
    assert second.wait_for_end() == 1
    assert f"already runs from this data folder: {stack.url}" in second.said

    other_data = prepared_data.with_name("other")
    shutil.rmtree(other_data, ignore_errors=True)
    elsewhere = Stack(other_data, port=stack.port)
    try:
        assert elsewhere.wait_for_end() == 1
    finally:
        elsewhere.kill()
    assert "Nothing was started" in elsewhere.said
    assert not (other_data / "postgres" / "PG_VERSION").exists()

    code, said = manage(prepared_data, "shell", "-v", "0", "-c", READ_DATABASE_NAME)
    assert (code, said) == (0, "peerloop")
    assert is_ready(stack)


def test_it_restarts_every_killed_process(stacks: Stacks, prepared_data: Path) -> None:
    stack = stacks.ready()
    execute(prepared_data, "CREATE TABLE IF NOT EXISTS kept (word text)")
    kept = [f"before death {number}" for number in range(5)]
    for word in kept:
        execute(prepared_data, f"INSERT INTO kept VALUES ('{word}')")
        database = the_one(stack, "postgres -D")
        assert database is not None
        os.kill(database, signal.SIGKILL)
        assert wait_until(lambda: answers(prepared_data), seconds=15, every=0.1), stack.said

    delete_heartbeats(default_urls(prepared_data)[1])
    victims = {words: the_one(stack, words) for words in PARTS}
    for victim in victims.values():
        assert victim is not None
        os.kill(victim, signal.SIGKILL)

    def all_new() -> bool:
        return all(the_one(stack, words) not in (None, victims[words]) for words in PARTS)

    assert wait_until(all_new, seconds=20, every=0.1), stack.said
    assert wait_until(lambda: is_ready(stack), seconds=30, every=0.2), stack.said
    assert [row[0] for row in execute(prepared_data, "SELECT word FROM kept")] == kept


def test_a_killed_supervisor_leaves_nothing_and_loses_nothing(
    stacks: Stacks, prepared_data: Path
) -> None:
    stack = stacks.ready()
    execute(prepared_data, "CREATE TABLE IF NOT EXISTS kept (word text)")
    execute(prepared_data, "INSERT INTO kept VALUES ('acknowledged')")
    processes = families(stack)
    assert len(processes) >= 7

    os.kill(stack.process.pid, signal.SIGKILL)
    # At once on the same port: the next start waits for the processes that are ending.
    again = stacks.start(port=stack.port).wait_until_ready()

    assert not [command for pid, command in processes.items() if born(pid)]
    assert ("acknowledged",) in execute(prepared_data, "SELECT word FROM kept")
    assert is_ready(again)


def test_it_starts_prints_ready_once_and_stops_all_processes(stacks: Stacks) -> None:
    stack = stacks.ready()
    processes = families(stack)

    announcements = [line for line in stack.lines if stack.url in line]
    assert len(announcements) == 1
    assert readiness(stack) == dict.fromkeys(["database", "redis", "worker", "beat"], "ok")
    assert stack.stop(signal.SIGINT) == 0
    assert not [command for pid, command in processes.items() if born(pid)]
    assert "Traceback" not in stack.said


def test_a_single_command_starts_the_servers_while_it_runs(
    stacks: Stacks, prepared_data: Path
) -> None:
    stacks.end()

    code, said = manage(prepared_data, "shell", "-v", "0", "-c", READ_DATABASE_NAME)

    assert (code, said) == (0, "peerloop")
    with pytest.raises(psycopg.OperationalError):
        execute(prepared_data, "SELECT 1")
