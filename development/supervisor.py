"""Runs a set of programs above the embedded servers: all up, or all down."""

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
# A program that died comes back after these pauses; after the last one all stop.
RESTART_PAUSES = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 4.0)
HEALTHY_SECONDS = 60.0
LEFTOVER_SECONDS = 5.0

Say = Callable[[str, str], None]


class Stopped(BaseException):
    """A person or the system asked us to end."""


@dataclass(slots=True)
class Deaths:
    """When one child died lately, and when it may come back."""

    times: list[float] = field(default_factory=list)
    back_at: float | None = None

    def add(self, now: float) -> bool:
        """Note a death; False when there were too many in a short time."""
        self.times = [past for past in self.times if now - past < HEALTHY_SECONDS] + [now]
        if len(self.times) > len(RESTART_PAUSES):
            return False
        self.back_at = now + RESTART_PAUSES[len(self.times) - 1]
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
        """Start the process and a thread that passes on what it says."""
        if self.process is not None:
            # What an earlier one started may have outlived it, and hold the port.
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
        """Whether the process is gone."""
        return self.process is None or self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Send the orderly signal to the main process only: it ends its own children."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, *, seconds: float = PROGRAM_STOP_SECONDS) -> None:
        """End the process and all that it started."""
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
    """Starts in order, brings back what dies, stops in order. Use it as a context."""

    def __init__(self, servers: Embedded, *, say: Say, waits_for_changes: bool = False) -> None:
        self.servers = servers
        # While somebody edits, a program that cannot start is no reason to end everything.
        self.waits_for_changes = waits_for_changes
        self.programs: dict[str, Program] = {}
        self._say = say
        self._deaths: dict[str, Deaths] = {}
        self._ledger = servers.layout.data_dir / "processes.json"
        self._asked_to_stop = 0

    @contextlib.contextmanager
    def running(self) -> Iterator["Supervisor"]:
        """Turn signals into an orderly end of the block, and stop everything after it."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            yield self
        finally:
            self._asked_to_stop += 1
            self.stop()

    def start_servers(self) -> None:
        """Start PostgreSQL and Redis, as far as they are ours."""
        self.servers.start()
        self._write_ledger()

    def start(self, program: Program) -> None:
        """Start a program and watch it from now on."""
        self.programs[program.name] = program
        program.start()
        self._write_ledger()

    def restart(self, name: str) -> None:
        """Stop a program and start it anew, because its code changed."""
        self.programs[name].stop()
        self.programs[name].start()
        self._deaths.pop(name, None)
        self._write_ledger()

    def reload(self, name: str) -> None:
        """Have a web server replace its processes while it keeps the port."""
        program = self.programs[name]
        if program.has_died() or program.process is None:
            self.restart(name)
        else:
            program.process.send_signal(signal.SIGHUP)

    def require_all(self) -> None:
        """While starting, a death is final: say so instead of trying again."""
        for name, program in self.programs.items():
            if program.has_died():
                code = program.process.returncode if program.process else None
                raise ServiceError(f"{name} stopped while starting (exit code {code}), see above.")

    def watch(self, every_round: Callable[[], None]) -> None:
        """Look after everything until a signal ends it, or one child dies too often."""
        pause = threading.Event()
        while True:
            self.look_after()
            every_round()
            pause.wait(WATCH_EVERY_SECONDS)

    def look_after(self) -> None:
        """Bring back what died: servers at once and first, since all programs need them."""
        now = time.monotonic()
        for child in self.children():
            if not child.has_died():
                continue
            deaths = self._deaths.setdefault(name_of(child), Deaths())
            if deaths.back_at is None:
                self._plan_return(child, deaths, now)
            elif now >= deaths.back_at:
                deaths.back_at = None
                self._bring_back(child)

    def _bring_back(self, child: Child) -> None:
        try:
            child.start()
        except ServiceError as error:
            # It may have been killed again while it started: that is one more death, no more.
            self._say("dev", str(error))
        self._write_ledger()

    def _plan_return(self, child: Child, deaths: Deaths, now: float) -> None:
        name = name_of(child)
        code = child.process.returncode if child.process else "unknown"
        if deaths.add(now):
            self._say("dev", f"{name} died (exit code {code}), starting it again")
        elif self.waits_for_changes and isinstance(child, Program):
            self._say("dev", f"{name} cannot start, waiting for a change of the code")
            deaths.back_at = float("inf")
        else:
            raise ServiceError(f"{name} died {len(deaths.times)} times in a minute.")

    def children(self) -> list[Child]:
        """All that is watched, in the order of starting."""
        return [*self.servers.servers, *self.programs.values()]

    def stop(self) -> None:
        """End the programs side by side, then the servers. A second signal makes it short."""
        end = time.monotonic() + PROGRAM_STOP_SECONDS
        for program in self.programs.values():
            program.ask_to_stop()
        for program in self.programs.values():
            patience = 0.0 if self._asked_to_stop > 2 else max(end - time.monotonic(), 0.05)
            program.stop(seconds=patience)
        self.servers.stop()
        self._ledger.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End what an earlier supervisor left that was killed where children do not notice."""
        with contextlib.suppress(OSError, ValueError):
            for name, (pid, birth) in json.loads(self._ledger.read_text()).items():
                if not wait_until(partial(is_gone, pid, birth), seconds=LEFTOVER_SECONDS):
                    self._say("dev", f"ending {name} (process {pid}) of an earlier start")
                    kill_session(pid)

    def _write_ledger(self) -> None:
        alive = {
            name_of(child): (child.process.pid, born(child.process.pid))
            for child in self.children()
            if child.process is not None
        }
        self._ledger.write_text(json.dumps(alive), encoding="utf-8")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += 1
        if self._asked_to_stop == 1:
            raise Stopped


def is_gone(pid: int, birth: str) -> bool:
    """Whether the process that was born then has ended; another may have its number by now."""
    return born(pid) != birth


def name_of(child: Child) -> str:
    """What a person calls it."""
    return child.name if isinstance(child, Program) else type(child).__name__


class Voices:
    """Lines of several processes on one terminal, each with its name in front."""

    COLOURS = {"web": "36", "worker": "35", "beat": "33", "dev": "32"}

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._colourful = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def say(self, name: str, line: str) -> None:
        """Print one line; a reader that went away is no reason to die."""
        prefix = f"{name:<6} | "
        if self._colourful:
            prefix = f"\x1b[{self.COLOURS.get(name, '37')}m{prefix}\x1b[0m"
        with self._lock, contextlib.suppress(OSError, ValueError):
            sys.stdout.write(f"{prefix}{line}\n")
            sys.stdout.flush()
