"""Takes backups: the database as a whole, and the uploads that are new."""

import os
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages

from peerloop.operations.backups.folder import (
    LIST,
    STAMP,
    UNFINISHED,
    BackupFolder,
    Base,
    checksum_of,
    first_segment,
    note_base,
    read_list,
    write_list,
)
from peerloop.operations.backups.programs import BackupError, run, system_identifier


def take_base(folder: BackupFolder, *, stopping: threading.Event | None = None) -> Base:
    """Copy the whole database and all uploads; raises BackupError.

    Whoever is killed in the middle leaves nothing that counts as a backup. Times are the machine's,
    not the demo's: PostgreSQL restores to a time of its own clock.
    """
    folder.make()
    folder.drop_unfinished()
    system = system_identifier()
    _refuse_another_database(folder, system)
    began = datetime.now(UTC)
    home = folder.bases_folder / f"{UNFINISHED}{began.strftime(STAMP)}"
    database = home / "database"
    home.mkdir(mode=0o700)
    run(
        "pg_basebackup",
        *("--pgdata", database, "--format=plain", "--wal-method=stream", "--checkpoint=fast"),
        *("--manifest-checksums=SHA256", "--no-password"),
        stopping=stopping,
    )
    uploads = copy_uploads(folder)
    if uploads is not None:
        write_list(home / LIST, uploads)
    base = Base(
        name=began.strftime(STAMP),
        system=system,
        began=began.isoformat(),
        ended=datetime.now(UTC).isoformat(),
        first_segment=first_segment(database),
    )
    note_base(home, base)
    _flush(home)
    home.rename(folder.home_of(base))
    return base


def copy_uploads(folder: BackupFolder) -> dict[str, str] | None:
    """Copy uploads that are new, and list those of now by name with their checksums.

    None where uploads are not on this machine's disks: a bucket keeps versions of its own.
    """
    source = uploads_folder()
    if source is None:
        return None
    known = read_list(folder.list)
    found: dict[str, str] = {}
    for file in _contents(source):
        name = file.relative_to(source).as_posix()
        copy = folder.files / name
        try:
            size = file.stat().st_size
            if name in known and copy.exists() and copy.stat().st_size == size:
                found[name] = known[name]
            else:
                found[name] = _copy(file, copy)
        except FileNotFoundError:
            continue  # its member removed it meanwhile
    if found != known or not folder.list.exists():
        write_list(folder.list, found)
    return found


def uploads_folder() -> Path | None:
    """Where uploads lie; None if that is no folder of this machine."""
    storage = storages["default"]
    return Path(storage.location) if isinstance(storage, FileSystemStorage) else None


def drop_older(folder: BackupFolder, *, before: datetime) -> list[str]:
    """Remove copies that nothing after the moment needs, and what only they needed.

    The newest copy that was finished by then stays: what came after it is restored from it. Returns
    the names of the removed copies.
    """
    bases = folder.bases()
    old = [base for base in bases if base.usable_from <= before][:-1]
    for base in old:
        home = folder.home_of(base)
        gone = home.with_name(f"{UNFINISHED}{home.name}")
        home.rename(gone)
        shutil.rmtree(gone)
    if kept := bases[len(old) :]:
        _drop_segments(folder, before=min(base.first_segment[8:] for base in kept))
        _drop_uploads(folder, kept)
    return [base.name for base in old]


def _drop_segments(folder: BackupFolder, *, before: str) -> None:
    for name, file in folder.segments().items():
        if name[8:] < before and file.suffix != ".partial":
            file.unlink()


def _drop_uploads(folder: BackupFolder, kept: list[Base]) -> None:
    wanted = set(read_list(folder.list))
    for base in kept:
        wanted |= read_list(folder.home_of(base) / LIST).keys()
    for file in _contents(folder.files):
        if file.relative_to(folder.files).as_posix() not in wanted:
            file.unlink()


def _refuse_another_database(folder: BackupFolder, system: str) -> None:
    others = [base.name for base in folder.bases() if base.system != system]
    if others:
        raise BackupError(
            f"{folder.path} holds backups of another database ({others[-1]}). Name another folder."
        )


def _contents(folder: Path) -> list[Path]:
    return [
        Path(where) / name
        for where, _, names in os.walk(folder)
        for name in names
        if not name.startswith(UNFINISHED)
    ]


def _copy(file: Path, copy: Path) -> str:
    """Copy one content under its name in one step; its checksum."""
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = copy.with_name(f"{UNFINISHED}{copy.name}")
    shutil.copyfile(file, unfinished)
    _flush(unfinished)
    unfinished.replace(copy)
    return checksum_of(copy)


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
