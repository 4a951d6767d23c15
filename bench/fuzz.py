"""``bin/bench fuzz``: requests made from docs/openapi.json against a server as in production.

As stranger, student, teacher, creator and admin. What must not be: a 5xx, a status that the
document does not name, an answer outside its schema. Prints each kind once, and the seed.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from bench.products import KEY
from bench.requests import STRANGER, Request, Requests
from bench.servers import HOST, Server, serving, shipped_command
from bench.stack import FOLDER, PROJECT, Stack, stack

ACTORS = (STRANGER, "student", "other_student", "teacher", "creator", "admin", "newcomer")
THREADS = 4
DATABASE = "bench_fuzz"
WORLDS = 3


def main(requests: int, seed: int) -> None:
    """Send so many requests; exit code 1 if a response is wrong."""
    with stack() as servers:
        environment, facts = filled(servers)
        with serving(shipped_command(PROJECT), PROJECT, environment, servers, DATABASE) as server:
            found = sent(server, facts, requests, seed)
    for problem, example in found.items():
        print(f"{problem}\n    {example}")
    print(f"{requests} requests with seed {seed}: {len(found)} problems")
    sys.exit(1 if found else 0)


def filled(servers: Stack) -> tuple[dict[str, str], dict[str, Any]]:
    """The environment of the server, and what ``scene`` printed of its database."""
    environment = {
        "DATABASE_URL": servers.create_database(DATABASE),
        "REDIS_URL": servers.redis_url,
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": HOST,
        "API_THROTTLES": "off",
        "LOG_FORMAT": "json",
        "PEERLOOP_DATA_DIR": str(FOLDER / DATABASE),
        "ACCESS_TOKEN_SECONDS": "86400",
        "DEBUG": "0",
        "PEERLOOP_TEST": "0",
        "STAFF_SECOND_FACTOR": "off",
    }
    own = {
        **os.environ,
        **environment,
        "PYTHONPATH": str(PROJECT),
        "DJANGO_SETTINGS_MODULE": "peerloop.settings",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(collect, cwd=PROJECT, env=own, check=True)
    fill = [sys.executable, "-c", "from bench.fuzz import scene; scene()"]
    filling = {**own, "PEERLOOP_TEST": "1", "DEBUG": "1"}
    done = subprocess.run(fill, cwd=PROJECT, env=filling, stdout=subprocess.PIPE, check=True)
    return environment, json.loads(done.stdout.splitlines()[-1])


def scene() -> None:
    """Migrate, fill, and print the values and tokens of the requests as JSON."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    print(json.dumps(facts_of([_world() for _ in range(WORLDS)])))


def _world() -> Any:
    from tests.security.scene import a_world

    return a_world()


def facts_of(worlds: list[Any]) -> dict[str, Any]:
    """Values of the placeholders and fields by name, and a bearer token for each actor."""
    from tests.cast import api

    known: dict[str, list[str]] = {}
    for world in worlds:
        for name, value in world.words().items():
            known.setdefault(name, []).append(str(value))
        known.setdefault("user_id", []).extend(str(one.pk) for one in world.people.values())
        known.setdefault("teacher_id", []).append(str(world.people["teacher"].pk))
    for spelling in ("st_id", "student_teacher_id"):
        known[spelling] = known["teacher_id"]
    tokens = {
        who: api(worlds[0].people[who])._credentials["HTTP_AUTHORIZATION"]
        for who in ACTORS
        if who != STRANGER
    }
    return {"known": known, "tokens": tokens}


def sent(server: Server, facts: Mapping[str, Any], number: int, seed: int) -> dict[str, str]:
    """Send the requests in a few threads; the problems, each with its first example."""
    from tests.openapi_document import Document

    told = json.loads((PROJECT / "docs" / "openapi.json").read_text())
    document, problems, statuses = Document(told), dict[str, str](), Counter[int]()
    began = time.monotonic()

    def run(part: int) -> None:
        source = Requests(told, facts["known"], ACTORS, seed=seed * 1_000 + part)
        connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
        for request in islice(iter(source), number // THREADS):
            status, content = answered(connection, request, facts["tokens"])
            statuses[status] += 1
            if problem := problem_of(document, request, status, content):
                problems.setdefault(problem, f"{request.label} -> {content[:300]!r}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))
    print(f"{time.monotonic() - began:.0f} s, {dict(sorted(statuses.items()))}")
    return problems


def answered(
    connection: http.client.HTTPConnection, request: Request, tokens: Mapping[str, str]
) -> tuple[int, bytes]:
    """Status and body; 0 and the reason for a connection that broke.

    A server may close a connection at any time between requests: once more on a new one.
    """
    is_used = connection.sock is not None
    status, content = _answered(connection, request, tokens)
    if status == 0 and is_used:
        status, content = _answered(connection, request, tokens)
    return status, content


def _answered(
    connection: http.client.HTTPConnection, request: Request, tokens: Mapping[str, str]
) -> tuple[int, bytes]:
    headers = {"Host": HOST, **request.headers}
    if request.actor in tokens:
        headers.setdefault("Authorization", tokens[request.actor])
    try:
        connection.putrequest(
            request.method, request.target, skip_host=True, skip_accept_encoding=True
        )
        for name, value in headers.items():
            connection.putheader(name, value.encode("latin-1"))
        if request.body:
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return 0, repr(error).encode()


def problem_of(document: Any, request: Request, status: int, content: bytes) -> str:
    """What is wrong with a response, in words that are the same for others of its kind."""
    operation = request.operation
    if status == 0:
        return f"{request.method} {operation.path}: the connection broke"
    if status >= 500:
        return f"{request.method} {operation.path} -> {status}"
    if request.method in ("HEAD", "OPTIONS"):
        return ""
    fault: str = document.fault_of(request.method, operation.path, status, content)
    return fault[:200]
