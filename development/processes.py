"""Child processes that end with this one: start, watch, stop."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from development.layout import Account

PR_SET_PDEATHSIG = 1
LARGEST_LOG_BYTES = 10 * 1024 * 1024
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_pause = threading.Event()


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.03) -> bool:
    """Poll until the condition holds; False after the timeout."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        _pause.wait(every)
    return True


def spawn(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session; the kernel signals it when this thread's process dies.

    Call it from the main thread: the death signal belongs to the thread that started the child.
    """
    parent = os.getpid()

    def follow_parent() -> None:
        # After the change of user, which would clear the death signal.
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
            if os.getppid() != parent:
                os._exit(1)

    identity: dict[str, object] = {}
    if account is not None:
        identity = {"user": account.user_id, "group": account.group_id, "extra_groups": []}
    return subprocess.Popen(  # type: ignore[call-overload]
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=dict(env) if env is not None else None,
        cwd=cwd,
        start_new_session=True,
        # Takes no lock and imports nothing, so reader threads cannot stop it halfway.
        preexec_fn=follow_parent,  # noqa: PLW1509
        **identity,
    )


def open_log(path: Path) -> IO[bytes]:
    """A server's log, to append to; a large one is renamed first."""
    if path.exists() and path.stat().st_size > LARGEST_LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def run_to_end(
    command: Sequence[str | Path],
    *,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> tuple[int, str]:
    """Run a short command; its exit code and its output."""
    process = spawn(
        command,
        death_signal=signal.SIGKILL,
        account=account,
        env=env,
        cwd=cwd,
        output=subprocess.PIPE,
    )
    said, _ = process.communicate()
    return process.returncode, said.decode(errors="replace").strip()


def stop(process: subprocess.Popen[bytes], with_signal: signal.Signals, *, seconds: float) -> None:
    """Signal a child; after the timeout its whole session is killed."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(with_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
    # Also kills what the child has started.
    kill_session(process.pid)
    process.wait()


def kill_session(leader: int) -> None:
    """Kill all that is left of a child's own session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def born(pid: int) -> str:
    """When a process started: tells it from a later one with the same number.

    Empty when there is no such process.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        if _libc is not None:
            return ""
        asked = subprocess.run(
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, check=False
        )
        return asked.stdout.decode().strip()
    return "" if fields[0] == "Z" else fields[19]


def working_in(folder: Path) -> list[int]:
    """Processes with this working folder: left of a server whose parent was killed."""
    target = str(folder)
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") == target and born(int(entry.name)):
                found.append(int(entry.name))
    return found


def end_leftovers(folder: Path, *, gentle: signal.Signals, seconds: float = 5) -> None:
    """Wait until processes left in a folder have ended; signal, then kill the others."""
    if not folder.is_dir():
        return
    folder = folder.resolve()
    for with_signal in (gentle, signal.SIGKILL):
        if wait_until(lambda: not working_in(folder), seconds=seconds):
            return
        for pid in working_in(folder):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, with_signal)
    wait_until(lambda: not working_in(folder), seconds=seconds)
