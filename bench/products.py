"""A checkout of the product with its own database: fills and serves it."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.servers import Server, serving, shipped_command
from bench.stack import FOLDER, PROJECT, Stack

KEY = "a key for measuring only, longer than fifty characters, never used elsewhere"


@dataclass(frozen=True)
class Product:
    """One checkout. ``facts`` are the ids, cookie and token for the requests of the roles."""

    name: str
    checkout: Path
    stack: Stack
    database: str
    environment: dict[str, str]
    facts: dict[str, Any]

    @classmethod
    def filled(cls, name: str, checkout: Path, stack: Stack, courses: int) -> "Product":
        """The checkout with a new database, filled for the measurements."""
        database = f"bench_{name}"
        environment = {
            "DATABASE_URL": stack.create_database(database),
            "REDIS_URL": stack.redis_url,
            "SECRET_KEY": KEY,
            "ALLOWED_HOSTS": "127.0.0.1",
            "API_THROTTLES": "off",
            "LOG_FORMAT": "json",
            "PEERLOOP_DATA_DIR": str(FOLDER / name),
            # The last round still uses the token of the first.
            "ACCESS_TOKEN_SECONDS": "86400",
            "DEBUG": "0",
            "PEERLOOP_TEST": "0",
        }
        own = {**os.environ, **environment, "PYTHONPATH": str(checkout)}
        own["DJANGO_SETTINGS_MODULE"] = "peerloop.settings"
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(collect, cwd=checkout, env=own, check=True)
        fill = [sys.executable, str(PROJECT / "bench" / "scene.py"), str(checkout), str(courses)]
        # With the settings of tests, where hashing five hundred passwords is fast.
        filling = {**own, "PEERLOOP_TEST": "1", "DEBUG": "1"}
        done = subprocess.run(fill, cwd=checkout, env=filling, stdout=subprocess.PIPE, check=True)
        return cls(name, checkout, stack, database, environment, json.loads(done.stdout))

    def program(self, name: str, *arguments: str) -> dict[str, Any]:
        """Run a program of ``bench/`` with the models of the checkout; the JSON that it prints."""
        own = {
            **os.environ,
            **self.environment,
            "PYTHONPATH": str(self.checkout),
            "DJANGO_SETTINGS_MODULE": "peerloop.settings",
            "PEERLOOP_TEST": "1",
            "DEBUG": "1",
        }
        command = [sys.executable, str(PROJECT / "bench" / name), str(self.checkout), *arguments]
        done = subprocess.run(
            command, cwd=self.checkout, env=own, stdout=subprocess.PIPE, check=True
        )
        return dict(json.loads(done.stdout))

    @contextlib.contextmanager
    def serving(self) -> Iterator[Server]:
        """Run its web server with the command of its Dockerfile."""
        command = shipped_command(self.checkout)
        with serving(command, self.checkout, self.environment, self.stack, self.database) as server:
            yield server
