"""Processor time of processes, read from the kernel, so other load hardly matters."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def children(pid: int) -> list[int]:
    """The running child processes of a process, started by any of its threads."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for child in children(pid):
        with contextlib.suppress(FileNotFoundError):
            found += family(child)
    return found


def command_of(pid: int) -> str:
    """The command line of a process; empty if it ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


def seconds_of(pid: int) -> float:
    """User and system time of a process so far, including ended threads; 0 if it ended."""
    # The CPU clock id of the process, as clock_getcpuclockid(3) computes it.
    clock = (~pid << 3) | 2
    with contextlib.suppress(OSError):
        return time.clock_gettime(clock)
    return 0.0


@dataclass
class Meter:
    """Processor seconds of a changing set of processes since the last ``start``."""

    find: Callable[[], list[int]]

    def start(self) -> None:
        """Start measuring."""
        self._before = {pid: seconds_of(pid) for pid in self.find()}

    def seconds(self) -> float:
        """Seconds used since ``start``; processes that started later count in full."""
        return sum(seconds_of(pid) - self._before.get(pid, 0.0) for pid in self.find())
