"""One measure with few rows and with many: each size has a process and a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from bench.growth import PRODUCTION
from bench.stack import FOLDER, PROJECT, stack


def figures_of(name: str, sizes: Iterable[int]) -> list[dict[str, Any]]:
    """What ``python -m bench.<name> --rows N`` prints as JSON in its last line, for each size."""
    found = []
    with stack() as servers:
        for rows in sizes:
            own = {
                **os.environ,
                **PRODUCTION,
                "DATABASE_URL": servers.create_database(f"bench_{name}_{rows}"),
                "REDIS_URL": servers.redis_url,
                "PEERLOOP_DATA_DIR": str(FOLDER / name),
                "DJANGO_SETTINGS_MODULE": "peerloop.settings",
                "PYTHONWARNINGS": "ignore",
                "LOG_FORMAT": "text",
            }
            collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
            subprocess.run(collect, cwd=PROJECT, env=own, check=True)
            command = [sys.executable, "-m", f"bench.{name}", "--rows", str(rows)]
            done = subprocess.run(command, cwd=PROJECT, env=own, check=True, stdout=subprocess.PIPE)
            found.append(json.loads(done.stdout.splitlines()[-1]))
    return found
