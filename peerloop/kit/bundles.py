"""Joins the styles and scripts of every page into few files, for Django's staticfiles to find.

``bundles/common.css`` and a sheet for each kind of layout are joined from ``static/css``, and
``bundles/behaviours.js`` from ``static/js/behaviours``, by ``collectstatic`` or, in development,
whenever one of them changed. Hashed names, compression and serving are Django's and WhiteNoise's.

A behaviour imports nothing and is wrapped in a block, so that its names stay its own.
"""

import gzip
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FOLDER = "bundles"
COMMON = "common.css"
SCRIPT = "behaviours.js"
# What only some layouts need: a page loads the common sheet and those that its layout names.
LAYOUTS = {
    "public.css": ("pages-catalog", "pages-people", "pages-public"),
    "member.css": ("pages-learning", "pages-scheduling", "pages-billing"),
    "community.css": ("pages-community",),
    "studio.css": ("pages-studio",),
    "hours.css": ("pages-hours",),
    "room.css": ("pages-room", "room"),
}
NAMES = (COMMON, *LAYOUTS, SCRIPT)
LAYOUT_OF = {stem: name for name, stems in LAYOUTS.items() for stem in stems}
# Order inside a layer is the order of files; the layers themselves are declared in layers.css.
FIRST = ("layers", "reset", "tokens", "fonts", "base")


class BundleFinder(BaseFinder):
    """Finds ``bundles/<name>``: the joined file, up to date, in the data folder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.DATA_DIR / FOLDER)
        # Read by collectstatic, as from Django's own finders.
        self.storage.prefix = FOLDER  # type: ignore[attr-defined]
        self._lock = Lock()

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Where the bundle of that name is; an empty list for any other name."""
        folder, _, name = path.partition("/")
        if folder != FOLDER or name not in NAMES:
            return []
        found = self._joined(name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """All bundles, for collectstatic."""
        for name in NAMES:
            self._joined(name)
            yield name, self.storage

    def _joined(self, name: str) -> str:
        target = Path(self.storage.path(name))
        with self._lock:
            if not _is_fresh(target, source_files(name)):
                body = join(name).encode()
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(target, body)
                # WhiteNoise sends it if it is there: development weighs what production does.
                _write(target.with_name(f"{name}.gz"), gzip.compress(body, 9, mtime=0))
        return str(target)


def source_files(name: str) -> list[Path]:
    """The files of a bundle in the order in which they are joined."""
    static = settings.BASE_DIR / "static"
    if name == SCRIPT:
        return sorted((static / "js" / "behaviours").glob("*.js"))
    files = sorted((static / "css").glob("*.css"), key=_place)
    return [file for file in files if LAYOUT_OF.get(file.stem, COMMON) == name]


def join(name: str) -> str:
    """The text of a bundle."""
    texts = (file.read_text() for file in source_files(name))
    if name == SCRIPT:
        return "\n".join(f"{{\n{text.strip()}\n}}" for text in texts)
    return "\n".join(map(_without_spaces, texts))


def _place(file: Path) -> tuple[int, str]:
    if file.stem in FIRST:
        return FIRST.index(file.stem), file.stem
    group = 8 if file.stem.startswith("pages-") else 9 if file.stem == "utilities" else 7
    return group, file.stem


def _without_spaces(css: str) -> str:
    """Without comments and needless spaces: a fifth less to send, also when compressed."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?", r"\1", css).replace(": ", ":").replace(";}", "}").strip()


def _is_fresh(target: Path, sources: list[Path]) -> bool:
    if not target.exists():
        return False
    # The folder's own time tells of files that are gone.
    causes = [*sources, *{file.parent for file in sources}, Path(__file__)]
    return target.stat().st_mtime_ns > max(cause.stat().st_mtime_ns for cause in causes)


def _write(target: Path, body: bytes) -> None:
    """Whole or not at all: another process may be reading it."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    unfinished.write_bytes(body)
    unfinished.replace(target)
