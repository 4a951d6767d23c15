"""`manage.py dev`: servers, web, worker and beat from one command.

It does not load Django itself, so that the supervisor stays small and starts at once.
"""

import argparse
import contextlib
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import redis

from development import DEFAULT_PORT, data_dir_of, set_environment
from development.embedded import Embedded
from development.layout import PROJECT, ServiceError
from development.locks import OwnerLock
from development.processes import wait_until
from development.reload import CodeWatcher
from development.schema_stamp import is_prepared
from development.supervisor import Output, Program, Stopped, Supervisor
from peerloop.operations.heartbeats import HEARTBEAT_KEYS

READY_SECONDS = 90.0
OWNER_PATIENCE_SECONDS = 5.0
PASSWORD = "peerloop-demo"  # noqa: S105 - printed at every start, for data that is made up
# Celery warns of pickled tasks when it runs as root, as in a container; ours are JSON.
AS_ROOT = "ignore:You're running the worker:UserWarning"
ACCOUNTS = ("student", "teacher", "creator", "admin", "moderator", "newcomer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `dev`, for Django's command and for `manage.py`, which bypasses Django."""
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port of the web server")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--data-dir", type=Path, default=None, help="where all data lies (var in the project)"
    )
    parser.add_argument("--no-reload", action="store_true", help="do not watch the code")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")


def main(arguments: Sequence[str]) -> int:
    """Parse and run; the exit code."""
    parser = argparse.ArgumentParser(prog="dev", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Run everything until a signal comes; exit code 0 after it, 1 after an error."""
    output = Output()
    if options.data_dir is not None:
        os.environ["PEERLOOP_DATA_DIR"] = str(options.data_dir.expanduser().absolute())
    set_environment(port=options.port)
    data_dir = data_dir_of()
    owner = OwnerLock(data_dir)
    try:
        supervisor = Supervisor(
            Embedded.of_environment(data_dir),
            say=output.line,
            waits_for_changes=not options.no_reload,
        )
        with supervisor.running():
            _claim(owner, supervisor, options)
            Development(supervisor, output, options).run()
    except Stopped:
        return 0
    except ServiceError as error:
        sys.stdout.flush()
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        owner.release()
    return 0


def delete_heartbeats(redis_url: str) -> None:
    """Delete heartbeats of an earlier start, which would count as ready."""
    client = redis.Redis.from_url(redis_url, socket_connect_timeout=5)
    with contextlib.closing(client):
        client.delete(*HEARTBEAT_KEYS)


def _claim(owner: OwnerLock, supervisor: Supervisor, options: argparse.Namespace) -> None:
    """Take the lock of the data folder and check that the port is free."""
    url = os.environ["BASE_URL"]
    if not owner.acquire("dev", url):
        holder = owner.owner()
        if holder.purpose == "dev":
            raise ServiceError(
                f"PeerLoop already runs from this data folder: {holder.url} "
                f"(process {holder.pid}). Stop it, or use another --data-dir and --port."
            )
        # A command such as `manage.py migrate` that is about to end.
        if not wait_until(lambda: owner.acquire("dev", url), seconds=OWNER_PATIENCE_SECONDS):
            raise ServiceError(
                f"`{holder.purpose}` (process {holder.pid}) uses this data folder. "
                "Wait for it to end, or end it."
            )
    supervisor.end_leftovers()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            raise ServiceError(
                f"Port {options.port} on {options.host} cannot be used: {error.strerror}. "
                "Nothing was started. Choose another one with --port."
            ) from error


class Development:
    """One run of the development stack."""

    def __init__(self, supervisor: Supervisor, output: Output, options: argparse.Namespace) -> None:
        self.supervisor = supervisor
        self.output = output
        self.options = options
        self.began = time.monotonic()

    def run(self) -> None:
        """Start servers, prepare the database, start the programs, then supervise all of them."""
        supervisor = self.supervisor
        supervisor.start_servers()
        os.environ.update(supervisor.servers.addresses())
        with_demo = not self.options.no_demo
        if not is_prepared(os.environ["DATABASE_URL"], with_demo=with_demo):
            self._prepare(with_demo)
        delete_heartbeats(os.environ["REDIS_URL"])
        for program in self._programs():
            supervisor.start(program)
        self._wait_until_ready()
        self._announce()
        if self.options.no_reload:
            supervisor.watch(lambda: None)
        with CodeWatcher(supervisor, self.output.line) as watcher:
            supervisor.watch(watcher.apply_changes)

    def _prepare(self, with_demo: bool) -> None:
        """Migrate and seed in a process of its own, so that Django's memory is freed after it."""
        command = [sys.executable, "-m", "development.prepare"]
        program = Program(
            "setup",
            command + (["--demo"] if with_demo else []),
            env=self._environment(),
            say=self.output.line,
        )
        program.start()
        try:
            wait_until(program.has_died, seconds=float("inf"), every=0.05)
            if program.process is not None and program.process.returncode != 0:
                raise ServiceError("The database could not be prepared, see above.")
        finally:
            program.stop()

    def _programs(self) -> list[Program]:
        python = [sys.executable, "-W", AS_ROOT, "-m"]
        celery = [*python, "celery", "--quiet", "-A", "peerloop.celery:app"]
        beat_files = self.supervisor.servers.layout.data_dir / "beat"
        beat_files.mkdir(exist_ok=True)
        web = [*python, "granian", "--interface", "asginl", "--workers", "1"]
        web += ["--host", self.options.host, "--port", str(self.options.port)]
        web += ["--workers-kill-timeout", "3", "--respawn-failed-workers"]
        web += ["--log-level", "warning", "peerloop.asgi:application"]
        worker = [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"]
        worker += ["--without-gossip", "--without-mingle"]
        beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""]
        beat += ["--schedule", str(beat_files / "schedule")]
        return [
            self._program("web", web),
            # Its pool processes end by themselves when the pipe to their parent is closed.
            self._program("worker", worker, death_signal=signal.SIGKILL),
            self._program("beat", beat),
        ]

    def _program(
        self, name: str, command: list[str], death_signal: signal.Signals = signal.SIGTERM
    ) -> Program:
        return Program(
            name,
            command,
            env=self._environment(),
            say=self.output.line,
            death_signal=death_signal,
        )

    def _environment(self) -> dict[str, str]:
        search_path = [path for path in [os.environ.get("PYTHONPATH")] if path]
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "peerloop.settings",
            "PYTHONPATH": os.pathsep.join([str(PROJECT), *search_path]),
            "PYTHONUNBUFFERED": "1",
        }

    def _wait_until_ready(self) -> None:
        answer = ""

        def ready() -> bool:
            nonlocal answer
            self.supervisor.require_all()
            status, answer = self._ask("/readyz")
            return status == http.client.OK

        if not wait_until(ready, seconds=READY_SECONDS, every=0.1):
            raise ServiceError(f"Not ready after {READY_SECONDS:.0f} s: {answer or 'no answer'}")

    def _ask(self, path: str) -> tuple[int, str]:
        host = "127.0.0.1" if self.options.host == "0.0.0.0" else self.options.host  # noqa: S104
        connection = http.client.HTTPConnection(host, self.options.port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        return 0, ""

    def _announce(self) -> None:
        names = ", ".join(ACCOUNTS)
        demo = (
            ""
            if self.options.no_demo
            else (f" - demo accounts {names} @demo.peerloop.test, password {PASSWORD}")
        )
        seconds = time.monotonic() - self.began
        sys.stdout.write(f"PeerLoop is ready: {os.environ['BASE_URL']}{demo} ({seconds:.1f} s)\n")
        sys.stdout.flush()
