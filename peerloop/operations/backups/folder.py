"""What lies in a folder of backups, and whether it is whole.

``base/<time>/database``  a copy of the database (`pg_basebackup`), with its manifest of checksums
``base/<time>/backup.json``  what is said of it: :class:`Base`
``base/<time>/files.sha256``  the uploads of that time; `sha256sum --check` reads it
``wal/``  the log of changes since, in pieces of 16 MB (`pg_receivewal`)
``files/``  every upload once; contents never change under their name
``files.sha256``  the uploads of now
"""

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from peerloop.operations.backups.programs import BackupError

UNFINISHED = "unfinished-"
LIST = "files.sha256"
STAMP = "%Y%m%dT%H%M%SZ"
START = re.compile(r"^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)$", re.MULTILINE)
SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{16})(\.partial)?")


@dataclass(frozen=True, slots=True)
class Base:
    """One copy of the database. Times are of the machine's clock, in ISO 8601 with zone."""

    name: str
    system: str
    began: str
    ended: str
    first_segment: str

    @property
    def usable_from(self) -> datetime:
        """The first moment that can be restored with it."""
        return datetime.fromisoformat(self.ended)


class BackupFolder:
    """A folder of backups of one database cluster."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bases_folder = path / "base"
        self.wal = path / "wal"
        self.files = path / "files"
        self.list = path / LIST

    def make(self) -> None:
        """Make what is missing, closed to other users of the machine. Safe to repeat."""
        for folder in (self.path, self.bases_folder, self.wal, self.files):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def bases(self) -> list[Base]:
        """The finished copies, the oldest first."""
        found = [
            Base(**json.loads(note.read_text(encoding="utf-8")))
            for note in sorted(self.bases_folder.glob("*/backup.json"))
            if not note.parent.name.startswith(UNFINISHED)
        ]
        return sorted(found, key=lambda base: base.ended)

    def base_for(self, moment: datetime | None) -> Base:
        """The newest copy that was finished at the moment; raises BackupError."""
        fitting = [base for base in self.bases() if moment is None or base.usable_from <= moment]
        if fitting:
            return fitting[-1]
        if moment is None:
            raise BackupError(f"{self.path} holds no finished backup.")
        raise BackupError(f"No backup in {self.path} was finished by {moment.isoformat()}.")

    def home_of(self, base: Base) -> Path:
        """The folder of a finished copy."""
        return self.bases_folder / base.name

    def drop_unfinished(self) -> None:
        """Remove what an earlier run left when it was killed."""
        for leftover in self.bases_folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover)

    def segments(self) -> dict[str, Path]:
        """Pieces of the received log by name; the one that is still written counts too."""
        return _segments(self.wal)

    def missing_segments(self, base: Base) -> list[str]:
        """Names of pieces of the log that are gone between the copy and the newest one.

        A piece has one number on all timelines: each restore begins a new one.
        """
        first = _number(base.first_segment)
        known = {*self.segments(), *_segments(self.home_of(base) / "database" / "pg_wal")}
        numbers = {_number(name) for name in known if _number(name) >= first}
        timeline = base.first_segment[:8]
        return [
            _name(timeline, number)
            for number in range(first, max(numbers, default=first))
            if number not in numbers
        ]


def note_base(home: Path, base: Base) -> None:
    """Write down what is said of a copy."""
    (home / "backup.json").write_text(json.dumps(asdict(base), indent=2), encoding="utf-8")


def first_segment(database: Path) -> str:
    """The piece of the log at which a copy of the database begins; raises BackupError."""
    label = (database / "backup_label").read_text(encoding="utf-8")
    found = START.search(label)
    if found is None:
        raise BackupError(f"{database / 'backup_label'} says nothing of where the log begins.")
    return found[1]


def read_list(path: Path) -> dict[str, str]:
    """Checksums by the names of uploads; empty where there is no list."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}


def write_list(path: Path, checksums: dict[str, str]) -> None:
    """Replace a list of uploads in one step."""
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    lines = [f"{checksum}  {name}\n" for name, checksum in sorted(checksums.items())]
    unfinished.write_text("".join(lines), encoding="utf-8")
    unfinished.replace(path)


def checksum_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _segments(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        if (match := SEGMENT.fullmatch(file.name)) is not None:
            # A finished piece comes before its own ".partial" in this order.
            found.setdefault(f"{match[1]}{match[2]}", file)
    return found


def _number(segment: str) -> int:
    """Where a piece of 16 MB stands in the log: 256 of them are 4 GB, which the middle counts."""
    return int(segment[8:16], 16) * 256 + int(segment[16:24], 16)


def _name(timeline: str, number: int) -> str:
    return f"{timeline}{number // 256:08X}{number % 256:08X}"
