"""Processor time of processes, read from the kernel: other load on the machine changes little."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def children(pid: int) -> list[int]:
    """Processes that this one started and that run now, whichever of its threads did."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def family(pid: int) -> list[int]:
    """The process and all that it started, and what those started."""
    found = [pid]
    for child in children(pid):
        with contextlib.suppress(FileNotFoundError):
            found += family(child)
    return found


def command_of(pid: int) -> str:
    """How a process calls itself; empty if it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


def seconds_of(pid: int) -> float:
    """User and system time of a process so far, its ended threads too; 0 if it is gone."""
    # What clock_getcpuclockid(3) answers: the process's clock, in nanoseconds.
    clock = (~pid << 3) | 2
    with contextlib.suppress(OSError):
        return time.clock_gettime(clock)
    return 0.0


@dataclass
class Meter:
    """Processor seconds of a changing set of processes since the last ``start``."""

    find: Callable[[], list[int]]

    def start(self) -> None:
        """Begin to count."""
        self._before = {pid: seconds_of(pid) for pid in self.find()}

    def seconds(self) -> float:
        """What was used since; all of it for processes that have come meanwhile."""
        return sum(seconds_of(pid) - self._before.get(pid, 0.0) for pid in self.find())
