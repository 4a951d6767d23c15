"""Requests made from the OpenAPI document: right ones, wrong ones, and what no client sends.

Used by ``bin/bench fuzz`` against a running server, and by a test in the process.
"""

import json
import random
import string
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

STRANGER = "stranger"
# Texts and values that have broken programs before.
ODD_TEXTS = (
    *("", " ", "x" * 5_000, "null", "0", "-1", "2147483648", "9" * 40, "1e400", "NaN"),
    *("\N{ARABIC-INDIC DIGIT FOUR}", "\N{UNICORN FACE}", "\u202eabc", "Z\u0351\u036b", "\ufdfd"),
    *("2026-02-30", "1969-12-31", "2101-01-01", "0001-01-01T00:00:00+14:00", "20260101"),
    *("9999-12-31T23:59:59Z", "24:00", "99:99", "true", "' OR 1=1 --", "../../etc/passwd"),
    *("a\r\nX-Odd: 1", "\x00", "a\x00b", "\x7f", "%00", "{{7*7}}", "<script>", "//evil.example"),
    *(
        "Mars/Olympus",
        "x@localhost",
        "A" * 65 + "@example.com",
        "00000000-0000-0000-0000",
        "\ud800",
    ),
)
ODD_VALUES = (
    *(None, True, False, 0, -1, 1, 5, 2**31, 2**63 - 1, 2**63, -(2**63), 10**30, 0.5, 1e308),
    *([], {}, [[]], [None], {"a": 1}, [1, "a", None], ["x"] * 600),
)
BROKEN_BODIES = (
    *(b"", b"null", b"[]", b'"text"', b"{", b'{"a":', b'{"a": NaN}', b'{"a": 1, "a": 2}'),
    *(b'{"a": "\xff\xfe"}', b"\xef\xbb\xbf{}", b'{"a":' + b"[" * 5_000, b'{"a": ' + b"9" * 5_000),
    *(
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b"a=b",
        b'{"__proto__": {}}',
        b" " * 70_000,
    ),
)
ODD_QUERIES = ("&%00", "&%ff=%fe", "&&=&", "&page=%ED%A0%80", "&a=1" * 900)
ODD_HEADERS: tuple[tuple[str, str], ...] = (
    ("Content-Type", "application/json; charset=rot13"),
    ("Content-Type", "application/json; charset=bogus"),
    ("Content-Type", "application/json; charset=utf-16"),
    ("Content-Type", "text/plain"),
    ("Content-Type", "multipart/form-data; boundary=x"),
    ("Content-Type", ";;=,/"),
    ("Accept", "application/xml"),
    ("Accept", "\xe9;q=x,,/"),
    ("Accept-Encoding", "br;q=x, \xff"),
    ("Authorization", "Bearer \xe9\xff"),
    ("Authorization", "Bearer"),
    ("Authorization", "Bearer a b c"),
    ("Authorization", "Basic eDp5"),
    ("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."),
    ("Cookie", 'peerloop_session="a\\000b"'),
    ("Cookie", "\xff\xfe; =; peerloop_csrf=\xe9; theme"),
    ("Referer", "x"),
    ("Origin", "http://[::1"),
    ("X-Request-ID", "\xe9" * 90),
    ("X-Forwarded-For", "\xe9, 1"),
    ("X-Forwarded-Proto", "\xe9"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("Idempotency-Key", "\xe9"),
    ("Idempotency-Key", "x" * 300),
    ("If-None-Match", '"\xe9'),
    ("If-Modified-Since", "Mon, 01 Jan 99999999 00:00:00 GMT"),
    ("Range", "bytes=5-2,\xe9"),
    ("User-Agent", "\xff" * 3_000),
    ("Host", "evil.example"),
    ("HX-Request", "true"),
)
OTHER_METHODS = ("PUT", "DELETE", "PATCH", "POST", "GET", "OPTIONS", "HEAD", "BREW", "TRACE")
# Sent seldom: they hash passwords, or end the sign-in that the next requests use.
SELDOM = {"auth_login", "auth_signup", "auth_reset_password_confirm", "auth_logout"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    name: str
    method: str
    path: str
    described: Mapping[str, Any]

    def parameters(self, where: str) -> list[Mapping[str, Any]]:
        """Its parameters in the path, the query string or the headers."""
        return [one for one in self.described.get("parameters", ()) if one["in"] == where]

    @property
    def body(self) -> Mapping[str, Any] | None:
        """The schema of its JSON body, None if it takes none."""
        content = self.described.get("requestBody", {}).get("content", {})
        shape: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
        return shape


@dataclass(slots=True)
class Request:
    """What is sent, by whom, and the documented path that it is sent to."""

    operation: Operation
    actor: str
    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def label(self) -> str:
        """The request in one line."""
        sent = self.body[:200].decode("utf-8", "replace")
        return f"{self.actor}: {self.method} {self.target[:200]} {self.headers} {sent!r}"


@dataclass
class Requests:
    """An endless source of requests; the same for the same seed, document and known values.

    ``known``: values of path parameters and of fields that end in ``_id``, by their name.
    """

    document: Mapping[str, Any]
    known: Mapping[str, Sequence[str]]
    actors: Sequence[str]
    seed: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.operations = [
            Operation(told["operationId"], method.upper(), path, told)
            for path, methods in self.document["paths"].items()
            for method, told in methods.items()
        ]
        self.ids = [value for values in self.known.values() for value in values]

    def __iter__(self) -> Iterator[Request]:
        while True:
            operation = self.random.choice(self.operations)
            if operation.name not in SELDOM or self._happens(0.1):
                yield self._request(operation)

    def _happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def _request(self, operation: Operation) -> Request:
        actor = self.random.choice(self.actors)
        if operation.name == "auth_logout":
            actor = STRANGER
        is_odd = self._happens(0.08)
        method = self.random.choice(OTHER_METHODS) if is_odd else operation.method
        request = Request(operation, actor, method, self._target(operation))
        if operation.body is not None or is_odd:
            request.body = self._body(operation)
            request.headers["Content-Type"] = "application/json"
        if any(one["name"] == "Idempotency-Key" for one in operation.parameters("header")):
            request.headers["Idempotency-Key"] = self.random.choice(string.ascii_letters)
        if self._happens(0.08):
            request.headers.update([self.random.choice(ODD_HEADERS)])
        return request

    def _target(self, operation: Operation) -> str:
        path = operation.path
        for one in operation.parameters("path"):
            path = path.replace(f"{{{one['name']}}}", quoted(self._id(one["name"])))
        asked = [
            (one["name"], self._asked(one))
            for one in operation.parameters("query")
            if self._happens(0.5)
        ]
        query = urlencode(asked, errors="surrogatepass")
        if self._happens(0.03):
            query += self.random.choice(
                ("&%00", "&%ff=%fe", "&&=&", "&page=%ED%A0%80", "&a=1" * 900)
            )
        return f"{path}?{query}" if query else path

    def _asked(self, parameter: Mapping[str, Any]) -> str:
        if self._happens(0.3):
            return self.random.choice(ODD_TEXTS)
        value = self.value(parameter["schema"], parameter["name"])
        return json.dumps(value) if isinstance(value, bool) else str(value)

    def _id(self, name: str) -> str:
        chance = self.random.random()
        if chance < 0.75 and self.known.get(name):
            return self.random.choice(self.known[name])
        if chance < 0.9:
            return self.random.choice([*self.ids, str(uuid.UUID(int=self.random.getrandbits(128)))])
        return self.random.choice(ODD_TEXTS) or "x"

    def _body(self, operation: Operation) -> bytes:
        if operation.body is None or self._happens(0.06):
            return self.random.choice(BROKEN_BODIES)
        value = self.value(operation.body, "")
        if isinstance(value, dict) and self._happens(0.5):
            value = self._spoiled(value)
        return json.dumps(value, ensure_ascii=self._happens(0.5)).encode("utf-8", "surrogatepass")

    def _spoiled(self, value: dict[str, Any]) -> dict[str, Any]:
        """The object with one field changed, left out or added."""
        name = self.random.choice([*value, "something_else"])
        if name in value and self._happens(0.15):
            return {key: inner for key, inner in value.items() if key != name}
        odd = self._odd()
        if isinstance(value.get(name), list) and value[name] and self._happens(0.7):
            odd = [*value[name][1:], self._inside(value[name][0])]
        return {**value, name: odd}

    def _inside(self, value: Any) -> Any:
        return self._spoiled(value) if isinstance(value, dict) else self._odd()

    def _odd(self) -> Any:
        return self.random.choice(ODD_TEXTS if self._happens(0.5) else ODD_VALUES)

    def value(self, shape: Mapping[str, Any], name: str) -> Any:
        """A value that the schema allows."""
        if "$ref" in shape:
            shape = self.document["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
            return self.value(shape, name)
        for several in ("oneOf", "anyOf", "allOf"):
            if several in shape:
                return self.value(self.random.choice(shape[several]), name)
        if "enum" in shape:
            return self.random.choice(shape["enum"])
        kind = shape.get("type", "object")
        if isinstance(kind, list):
            kind = self.random.choice(kind)
        return getattr(self, f"_{kind}")(shape, name)

    def _null(self, shape: Mapping[str, Any], name: str) -> None:
        return None

    def _boolean(self, shape: Mapping[str, Any], name: str) -> bool:
        return self._happens(0.5)

    def _integer(self, shape: Mapping[str, Any], name: str) -> int:
        least = shape.get("minimum", 0)
        most = shape.get("maximum", least + self.random.choice((1, 100, 20_000)))
        return self.random.randint(int(least), int(most))

    def _number(self, shape: Mapping[str, Any], name: str) -> float:
        return self.random.random()

    def _array(self, shape: Mapping[str, Any], name: str) -> list[Any]:
        most = min(shape.get("maxItems", 3), 3)
        return [self.value(shape["items"], name) for _ in range(self.random.randint(0, most))]

    def _object(self, shape: Mapping[str, Any], name: str) -> dict[str, Any]:
        needed = shape.get("required", ())
        return {
            key: self.value(inner, key)
            for key, inner in shape.get("properties", {}).items()
            if key in needed or self._happens(0.5)
        }

    def _string(self, shape: Mapping[str, Any], name: str) -> str:
        kind = shape.get("format", "")
        if kind == "uuid" or name.endswith("_id"):
            return self._id(name) if self._happens(0.8) else str(uuid.uuid4())
        day = f"20{self.random.randint(26, 27)}-{self.random.randint(1, 12):02}-15"
        if kind == "date":
            return day
        if kind == "date-time":
            return f"{day}T{self.random.randint(0, 23):02}:00:00Z"
        if "pattern" in shape:
            return f"{self.random.randint(0, 23):02}:{self.random.choice(('00', '30'))}"
        told = {"email": f"{self.random.getrandbits(40):x}@people.peerloop.test", "timezone": "UTC"}
        words = "".join(self.random.choices(string.ascii_letters + "  \u00e9\u5c71", k=20))
        return told.get(name, words[: shape.get("maxLength", 20)])


def quoted(text: str) -> str:
    """A path segment, also of characters that UTF-8 does not know."""
    return quote(text, safe="", errors="surrogatepass")
