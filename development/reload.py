"""Restarts the programs whose code or templates changed."""

import threading
from pathlib import Path
from types import TracebackType

from development.layout import PROJECT
from development.supervisor import Say, Supervisor

CODE = {".py"}
SEEN = CODE | {".html", ".txt"}
SKIPPED = {"tests", "static", "var", "bench", "docs", "node_modules"}


class CodeWatcher:
    """A thread collects changed files; the supervisor's thread restarts the programs."""

    def __init__(self, supervisor: Supervisor, say: Say) -> None:
        self._supervisor = supervisor
        self._say = say
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._changed: set[str] = set()

    def __enter__(self) -> "CodeWatcher":
        threading.Thread(target=self._collect, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()

    def apply_changes(self) -> None:
        """Restart what is affected. Children must be started by the supervisor's own thread."""
        with self._lock:
            changed, self._changed = self._changed, set()
        if not changed:
            return
        first = min(Path(path).relative_to(PROJECT) for path in changed)
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        self._say("dev", f"{first}{more} changed, restarting")
        self._supervisor.reload("web")
        if any(Path(path).suffix in CODE for path in changed):
            self._supervisor.restart("worker")
            self._supervisor.restart("beat")

    def _collect(self) -> None:
        # Imported late: it is slow, and only needed with reload.
        from watchfiles import Change, watch

        def of_interest(change: Change, path: str) -> bool:
            inside = Path(path).relative_to(PROJECT).parts
            return Path(path).suffix in SEEN and not SKIPPED.intersection(inside)

        for changes in watch(
            *self._folders(), watch_filter=of_interest, stop_event=self._stop, rust_timeout=1000
        ):
            with self._lock:
                self._changed |= {path for _, path in changes}

    def _folders(self) -> list[Path]:
        packages = [init.parent for init in PROJECT.glob("*/__init__.py")]
        return [*packages, *filter(Path.is_dir, [PROJECT / "templates"])]
