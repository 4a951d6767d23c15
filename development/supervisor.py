"""Runs the embedded servers and our own programs: restarts what dies, stops all together."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

from development.embedded import Embedded
from development.layout import PROJECT, ServiceError
from development.postgres import Postgres
from development.processes import born, kill_session, spawn, stop, wait_until
from development.redis import Redis

PROGRAM_STOP_SECONDS = 4.0
WATCH_EVERY_SECONDS = 0.2
# Pauses before a program that died is restarted; after the last one everything stops.
RESTART_PAUSES = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 4.0)
HEALTHY_SECONDS = 60.0
LEFTOVER_SECONDS = 5.0

Say = Callable[[str, str], None]


class Stopped(BaseException):
    """A signal asked us to stop."""


@dataclass(slots=True)
class Deaths:
    """Recent deaths of one child, and when it is restarted."""

    times: list[float] = field(default_factory=list)
    restart_at: float | None = None

    def add(self, now: float) -> bool:
        """Record a death; False if there were too many in a short time."""
        self.times = [past for past in self.times if now - past < HEALTHY_SECONDS] + [now]
        if len(self.times) > len(RESTART_PAUSES):
            return False
        self.restart_at = now + RESTART_PAUSES[len(self.times) - 1]
        return True


class Program:
    """One of our own processes: web, worker, beat, watched and read line by line."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        say: Say,
        death_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = command
        self.env = env
        self.process: subprocess.Popen[bytes] | None = None
        self._say = say
        self._death_signal = death_signal

    def start(self) -> None:
        """Start the process and a thread that prints its output."""
        if self.process is not None:
            # Children of an earlier process may still be running and hold the port.
            kill_session(self.process.pid)
        self.process = spawn(
            self.command,
            death_signal=self._death_signal,
            env=self.env,
            cwd=PROJECT,
            output=subprocess.PIPE,
        )
        threading.Thread(target=self._read, args=[self.process], daemon=True).start()

    def has_died(self) -> bool:
        """Whether the process has ended."""
        return self.process is None or self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the main process only: it stops its own children."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, *, seconds: float = PROGRAM_STOP_SECONDS) -> None:
        """Stop the process and everything that it started."""
        if self.process is not None:
            stop(self.process, signal.SIGTERM, seconds=seconds)
            self.process = None

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is not None:
            with process.stdout as lines:
                for line in lines:
                    self._say(self.name, line.decode(errors="replace").rstrip())


Child = Postgres | Redis | Program


class Supervisor:
    """Starts in order, restarts what dies, stops in order. Use it as a context manager."""

    def __init__(self, servers: Embedded, *, say: Say, waits_for_changes: bool = False) -> None:
        self.servers = servers
        # With reload, a program that cannot start waits for the next change of the code.
        self.waits_for_changes = waits_for_changes
        self.programs: dict[str, Program] = {}
        self._say = say
        self._deaths: dict[str, Deaths] = {}
        self._processes_file = servers.layout.data_dir / "processes.json"
        self._asked_to_stop = 0

    @contextlib.contextmanager
    def running(self) -> Iterator["Supervisor"]:
        """Turn signals into the end of the block (Stopped), and stop everything after it."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            yield self
        finally:
            self._asked_to_stop += 1
            self.stop()

    def start_servers(self) -> None:
        """Start those of PostgreSQL and Redis that are embedded."""
        self.servers.start()
        self._write_processes()

    def start(self, program: Program) -> None:
        """Start a program and supervise it from now on."""
        self.programs[program.name] = program
        program.start()
        self._write_processes()

    def restart(self, name: str) -> None:
        """Stop and start a program, because its code changed."""
        self.programs[name].stop()
        self.programs[name].start()
        self._deaths.pop(name, None)
        self._write_processes()

    def reload(self, name: str) -> None:
        """Have a web server replace its processes while it keeps the port."""
        program = self.programs[name]
        if program.has_died() or program.process is None:
            self.restart(name)
        else:
            program.process.send_signal(signal.SIGHUP)

    def require_all(self) -> None:
        """Raise ServiceError if a program has died while starting; it is not restarted."""
        for name, program in self.programs.items():
            if program.has_died():
                code = program.process.returncode if program.process else None
                raise ServiceError(f"{name} stopped while starting (exit code {code}), see above.")

    def watch(self, every_round: Callable[[], None]) -> None:
        """Supervise until a signal comes, or one child dies too often."""
        pause = threading.Event()
        while True:
            self.restart_dead()
            every_round()
            pause.wait(WATCH_EVERY_SECONDS)

    def restart_dead(self) -> None:
        """Restart what died: servers first, since all programs need them."""
        now = time.monotonic()
        for child in self.children():
            if not child.has_died():
                continue
            deaths = self._deaths.setdefault(name_of(child), Deaths())
            if deaths.restart_at is None:
                self._plan_restart(child, deaths, now)
            elif now >= deaths.restart_at:
                deaths.restart_at = None
                self._restart(child)

    def _restart(self, child: Child) -> None:
        try:
            child.start()
        except ServiceError as error:
            # It was killed again while it started: that counts as one more death.
            self._say("dev", str(error))
        self._write_processes()

    def _plan_restart(self, child: Child, deaths: Deaths, now: float) -> None:
        name = name_of(child)
        code = child.process.returncode if child.process else "unknown"
        if deaths.add(now):
            self._say("dev", f"{name} died (exit code {code}), starting it again")
        elif self.waits_for_changes and isinstance(child, Program):
            self._say("dev", f"{name} cannot start, waiting for a change of the code")
            deaths.restart_at = float("inf")
        else:
            raise ServiceError(f"{name} died {len(deaths.times)} times in a minute.")

    def children(self) -> list[Child]:
        """Everything supervised, in the order of starting."""
        return [*self.servers.servers, *self.programs.values()]

    def stop(self) -> None:
        """Stop the programs at the same time, then the servers. A second signal kills them."""
        end = time.monotonic() + PROGRAM_STOP_SECONDS
        for program in self.programs.values():
            program.ask_to_stop()
        for program in self.programs.values():
            seconds = 0.0 if self._asked_to_stop > 2 else max(end - time.monotonic(), 0.05)
            program.stop(seconds=seconds)
        self.servers.stop()
        self._processes_file.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """Stop what an earlier supervisor left running that was killed."""
        with contextlib.suppress(OSError, ValueError):
            for name, (pid, birth) in json.loads(self._processes_file.read_text()).items():
                if not wait_until(partial(is_gone, pid, birth), seconds=LEFTOVER_SECONDS):
                    self._say("dev", f"ending {name} (process {pid}) of an earlier start")
                    kill_session(pid)

    def _write_processes(self) -> None:
        alive = {
            name_of(child): (child.process.pid, born(child.process.pid))
            for child in self.children()
            if child.process is not None
        }
        self._processes_file.write_text(json.dumps(alive), encoding="utf-8")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += 1
        if self._asked_to_stop == 1:
            raise Stopped


def is_gone(pid: int, birth: str) -> bool:
    """Whether that process has ended; another one may have its number by now."""
    return born(pid) != birth


def name_of(child: Child) -> str:
    """The name in messages."""
    return child.name if isinstance(child, Program) else type(child).__name__


class Output:
    """Prints the lines of several processes, each with the name of its process."""

    COLOURS = {"web": "36", "worker": "35", "beat": "33", "dev": "32"}

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._colourful = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, line: str) -> None:
        """Print one line; a closed standard output is ignored."""
        prefix = f"{name:<6} | "
        if self._colourful:
            prefix = f"\x1b[{self.COLOURS.get(name, '37')}m{prefix}\x1b[0m"
        with self._lock, contextlib.suppress(OSError, ValueError):
            sys.stdout.write(f"{prefix}{line}\n")
            sys.stdout.flush()
