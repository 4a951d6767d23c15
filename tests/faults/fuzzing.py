"""Bad requests for every operation of the OpenAPI document, and the checks of their answers."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from tests.api_document import document
from tests.cast import api
from tests.security.scene import World

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
# Written also for refused requests: rate limits, idempotency keys and sessions.
BOOKKEEPING = {"rate_hits", "idempotency_keys", "web_sessions"}
HUGE = 10**30
# An emoji, right-to-left text, stacked accents, a zero-width space, a flag, a long ligature.
UNICODE = "\U0001f984 \u202eabc\u202c Z\u0351\u036b\u0343 \u200bg \U0001f1e9\U0001f1ea \ufdfd"


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    method: str
    path: str
    name: str
    body: dict[str, Any] | None
    required: frozenset[str]
    query: tuple[str, ...]


@cache
def operations() -> list[Operation]:
    """All operations of the document except the webhooks, which members do not call."""
    told = document().told
    found = []
    for path, methods in told["paths"].items():
        if "/webhooks/" in path:
            continue
        for method, described in methods.items():
            body = described.get("requestBody", {}).get("content", {}).get("application/json", {})
            shape = _resolve(told, body.get("schema", {}))
            found.append(
                Operation(
                    method,
                    path,
                    described["operationId"],
                    shape.get("properties") if body else None,
                    frozenset(shape.get("required", ())),
                    tuple(p["name"] for p in described.get("parameters", ()) if p["in"] == "query"),
                )
            )
    return found


def _resolve(told: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    reference = shape.get("$ref", "").rsplit("/", 1)[-1]
    return told["components"]["schemas"][reference] if reference else shape


def deep(levels: int) -> Any:
    """A list nested that many levels deep."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


# Values as JSON text, by their label. All of them are invalid for every field.
ALWAYS_INVALID = {
    "object": '{"a": 1}',
    "nested 100 deep": json.dumps(deep(100)),
    "huge integer": str(HUGE),
    "huge float": "1e999",
    "NaN": "NaN",
    "infinity": "-Infinity",
    "NUL": r'"a\u0000b"',
    "half a surrogate pair": r'"a\ud800"',
}
SOMETIMES_VALID = {
    "null": "null",
    "empty": '""',
    "spaces": '"  "',
    "list": "[1]",
    "true": "true",
    "integer": "7",
    "negative": "-1",
    "64 bits": str(2**63 - 1),
    "float": "0.5",
    "10k text": json.dumps("x" * 10_000),
    "every Unicode": f'"{UNICODE}"',
    "first year": '"0001-01-01T00:00:00+14:00"',
    "last year": '"9999-12-31T23:59:59-14:00"',
    "no such date": '"2027-02-30T25:00:00Z"',
}
BROKEN_BODIES = {
    "list": b"[]",
    "text": b'"text"',
    "null": b"null",
    "cut off": b'{"a": ',
    "invalid UTF-8": b'{"a": "\xff\xfe"}',
    "key twice": b'{"a": 1, "a": 2}',
    "endless nesting": b'{"a":' + b"[" * 20_000,
    "many digits": b'{"a": ' + b"9" * 5_000 + b"}",
}


@dataclass
class Fuzzer:
    """Sends each request as a member who may, checks the answer, and rolls its changes back."""

    world: World
    valid: dict[str, dict[str, Any]]
    actors: dict[str, str]
    own_words: dict[str, dict[str, str]]
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clients = {who: api(user) for who, user in self.world.people.items()}
        for client in self.clients.values():
            client.raise_request_exception = False
        self.words = {name: str(value) for name, value in self.world.words().items()}
        self.before = counts()

    def send(
        self,
        operation: Operation,
        label: str,
        body: bytes | None = None,
        *,
        path: str = "",
        content_type: str = "application/json",
        name: str = "",
        allowed: str = "24",
    ) -> Any:
        """Send, check the answer, roll back. ``allowed``: first digits of the allowed statuses."""
        path = path or operation.path.format_map(self.words_of(operation))
        client = self.clients[self.actors.get(operation.name, "student")]
        sent = b"" if body is None else body
        with rolled_back(), writes_of() as written:
            answer = client.generic(operation.method.upper(), path, sent, content_type)
            problem = self.problem(answer, allowed=allowed, name=name)
            if not problem and answer.status_code >= 300 and written:
                after = counts()
                changed = {t for t in after if after[t] != self.before[t]}
                problem = f"half-written: {sorted(changed)}" if changed else ""
        if problem:
            self.failures.append(
                f"{operation.method.upper()} {path[:120]} [{label}] -> {answer.status_code} "
                f"{problem}: {answer.content[:160]!r}"
            )
        return answer

    def words_of(self, operation: Operation) -> dict[str, str]:
        """A value for each placeholder of the path."""
        return {**self.words, **self.own_words.get(operation.name, {})}

    @staticmethod
    def problem(answer: Any, *, allowed: str, name: str) -> str:
        """What is wrong with the answer, or an empty string."""
        status = answer.status_code
        if str(status)[0] not in allowed:
            return f"not one of {allowed}"
        if status < 300:
            return ""
        said = json.loads(answer.content)
        if not {"code", "detail", "fields"} <= set(said) or not said["detail"]:
            return "not the shape of an error"
        if name and status == 400 and not names(said["fields"], name):
            return f"does not name {name}"
        return ""


def names(fields: dict[str, Any], name: str) -> bool:
    """Whether the error names the field or a part of it."""
    return any(key == name or key.startswith(f"{name}.") for key in fields)


def counts() -> dict[str, int]:
    """The number of rows of every table, except BOOKKEEPING."""
    tables = sorted(
        {model._meta.db_table for model in apps.get_models() if model._meta.managed} - BOOKKEEPING
    )
    parts = [f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back all database changes of the block."""
    with transaction.atomic():
        point = transaction.savepoint()
        yield
        transaction.savepoint_rollback(point)


@contextmanager
def writes_of() -> Iterator[list[str]]:
    """Collect the writing statements of the block, also those that were rolled back."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def body_with(valid: dict[str, Any], name: str, value: str) -> bytes:
    """The valid body as JSON, with the field's value as the given text."""
    rest = {key: inner for key, inner in valid.items() if key != name}
    text = json.dumps(rest)[1:-1]
    return f"{{{text}{', ' if text else ''}{json.dumps(name)}: {value}}}".encode(
        "utf-8", "surrogatepass"
    )
