"""Where the embedded servers of one data folder live, and under which account they run.

Everything here only looks at the file system: settings call it at every start of every process.
"""

import hashlib
import os
import pwd
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parents[1]
DATABASE = "peerloop"
ROLE = "peerloop"
PORT = 5432

# The kernel takes 107 bytes for a socket's path, ours end in "/pg/.s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 80
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
UNPRIVILEGED_ACCOUNTS = ("postgres", "pgserver", "nobody")
# Written beside the data when the folder itself cannot hold a database (see `places.settle`).
ELSEWHERE_NOTE = "postgres.elsewhere"


class ServiceError(Exception):
    """A server cannot be started; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine under which a server runs."""

    user_id: int
    group_id: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The files and addresses of one data folder's servers."""

    data_dir: Path
    account: Account | None
    postgres_data: Path
    socket_dir: Path

    @property
    def postgres_socket_dir(self) -> Path:
        """Folder of PostgreSQL's socket: closed to everyone but its own account."""
        return self.socket_dir / "pg"

    @property
    def redis_dir(self) -> Path:
        """Folder of Redis' append-only file."""
        return self.data_dir / "redis"

    @property
    def redis_socket(self) -> Path:
        """Redis' socket."""
        return self.socket_dir / "redis.sock"

    @property
    def logs(self) -> Path:
        """Folder of the servers' own logs."""
        return self.data_dir / "log"

    @property
    def database_url(self) -> str:
        """Address of the application's database."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Address of any database of this cluster."""
        folder = quote(str(self.postgres_socket_dir), safe="/")
        return f"postgresql://{ROLE}@/{database}?host={folder}"

    @property
    def redis_url(self) -> str:
        """Address of Redis, in redis-py's spelling."""
        return f"unix://{quote(str(self.redis_socket), safe='/')}?db=0"


def layout_of(data_dir: Path) -> Layout:
    """The layout of a data folder, which need not exist yet."""
    data_dir = Path(os.path.abspath(data_dir))
    postgres_data = data_dir / "postgres"
    note = data_dir / ELSEWHERE_NOTE
    if note.is_file():
        postgres_data = Path(note.read_text(encoding="utf-8").strip())
    account = server_account(postgres_data)
    if account and not note.is_file() and not reachable(data_dir, account):
        postgres_data = elsewhere(data_dir) / "postgres"
    return Layout(data_dir, account, postgres_data, _socket_dir(data_dir, account))


def server_account(postgres_data: Path) -> Account | None:
    """The account that runs PostgreSQL, which refuses to run as root; None: our own.

    The owner of existing data stays its owner.
    """
    if os.geteuid() != 0:
        return None
    if postgres_data.is_dir() and (owner := postgres_data.stat().st_uid) != 0:
        return Account(owner, postgres_data.stat().st_gid)
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return None


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may pass through every folder down to the path (as far as it exists)."""
    for folder in (path, *path.parents):
        try:
            status = folder.stat()
        except FileNotFoundError:
            continue
        if status.st_uid == account.user_id:
            allowed = status.st_mode & 0o100
        elif status.st_gid == account.group_id:
            allowed = status.st_mode & 0o010
        else:
            allowed = status.st_mode & 0o001
        if not allowed:
            return False
    return True


def fingerprint(path: Path) -> str:
    """A short name for a folder, the same at every start."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def elsewhere(data_dir: Path) -> Path:
    """The folder of a database that cannot be in the data folder itself."""
    if os.geteuid() == 0:
        base = Path("/var/lib/peerloop")
    else:
        base = Path(os.environ.get("XDG_STATE_HOME", "~/.local/state")).expanduser() / "peerloop"
    return base / fingerprint(data_dir)


def _socket_dir(data_dir: Path, account: Account | None) -> Path:
    own = data_dir / "run"
    is_plain = PLAIN_PATH.fullmatch(str(own)) and len(os.fsencode(own)) <= LONGEST_SOCKET_FOLDER
    is_reachable = account is None or reachable(data_dir, account)
    is_capable = not (data_dir / ELSEWHERE_NOTE).is_file()
    if is_plain and is_reachable and is_capable:
        return own
    # Its name can be guessed: `places` checks that it is ours before anything goes in.
    return Path(f"/tmp/peerloop-{os.geteuid()}-{fingerprint(data_dir)}")  # noqa: S108
