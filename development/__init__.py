"""Tools for development, demo and tests: embedded PostgreSQL and Redis, and `manage.py dev`.

This module is imported by the settings, so it is cheap and needs no Django. Production has its own
servers in DATABASE_URL and REDIS_URL, and its image does not contain this package.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from development.layout import PROJECT, ServiceError, layout_of

__all__ = [
    "PROJECT",
    "ServiceError",
    "data_dir_of",
    "default_urls",
    "ensure_running",
    "kept_stopped",
    "set_database_environment",
    "set_environment",
]
DEFAULT_PORT = 8000


def data_dir_of(environment: Mapping[str, str] = os.environ) -> Path:
    """The data folder: PEERLOOP_DATA_DIR, else `var` in the project."""
    return Path(os.path.abspath(environment.get("PEERLOOP_DATA_DIR") or PROJECT / "var"))


def default_urls(data_dir: Path) -> tuple[str, str]:
    """Addresses of the embedded PostgreSQL and Redis of a data folder, running or not."""
    layout = layout_of(data_dir)
    return layout.database_url, layout.redis_url


def set_environment(*, port: int | None = None) -> None:
    """Set the environment of a development machine: debug mode, demo, and BASE_URL.

    Without a port BASE_URL is the address at which `bin/dev` runs, or last ran, on the same data.
    """
    from development.locks import OwnerLock

    data_dir = data_dir_of()
    os.environ["DEBUG"] = "1"
    os.environ["PEERLOOP_DEMO"] = "1"
    os.environ["PEERLOOP_DATA_DIR"] = str(data_dir)
    known = OwnerLock(data_dir).owner().url if port is None else ""
    os.environ.setdefault("BASE_URL", known or f"http://localhost:{port or DEFAULT_PORT}")


def set_database_environment() -> None:
    """Say where the embedded PostgreSQL has its programs and its data, for backups of it."""
    from development.places import postgres_binaries

    layout = layout_of(data_dir_of())
    os.environ.setdefault("POSTGRES_PROGRAMS", str(postgres_binaries(layout.account)))
    os.environ.setdefault("POSTGRES_DATA", str(layout.postgres_data))


@contextlib.contextmanager
def kept_stopped(data_dir: Path, *, purpose: str) -> Iterator[None]:
    """Keep the embedded servers from running for the length of a block.

    Raises ServiceError if they run.
    """
    from development.locks import OwnerLock
    from development.places import settle

    settle(data_dir)
    owner = OwnerLock(data_dir)
    if not owner.acquire(purpose):
        raise ServiceError(f"{owner.owner().purpose} uses {data_dir}. Stop it first.")
    try:
        yield
    finally:
        owner.release()


@contextlib.contextmanager
def ensure_running(data_dir: Path, *, purpose: str) -> Iterator[None]:
    """Keep the embedded servers running for the length of a block.

    Servers that run already (those of `bin/dev`) are used and left running. Those started here are
    stopped at the end, after the last other process that uses them. Those with an address of their
    own in DATABASE_URL or REDIS_URL are not started.
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield
        return
    # Imported late: a process with its own servers does not need these.
    from development.embedded import Embedded
    from development.locks import OwnerLock, UsersLock

    servers = Embedded.of_environment(data_dir)
    users = UsersLock(data_dir)
    owner = OwnerLock(data_dir)
    with users.shared():
        if not owner.acquire(purpose):
            servers.wait_until_ready()
            yield
            return
        try:
            servers.start()
            yield
        finally:
            users.wait_until_last()
            servers.stop()
            owner.release()
