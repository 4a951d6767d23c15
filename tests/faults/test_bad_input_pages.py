"""Nonsense in forms and URLs of pages: a readable answer, no partial write, no 500."""

import copy
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.faults.fuzzing import UNICODE, counts, rolled_back, writes_of
from tests.security.endpoints import PLACEHOLDER, Clients, endpoints, is_admitted
from tests.security.scene import World, a_world

pytestmark = pytest.mark.django_db
# URL-encoded values for every field. The access matrix sends empty forms.
WRONG = {
    "NUL": "a%00b",
    "no UTF-8": "%FF%FE",
    "7k text": "x" * 7_000,
    "every Unicode": urlencode({"": UNICODE})[1:],
    "endless": "9" * 5_000,
    "last year": "9999-12-31T23%3A59%3A59-14%3A00",
    "another site": "//evil.example/%0d%0aSet-Cookie:a=b",
}
APPS = (
    *("accounts", "catalog", "learning", "scheduling", "billing", "community", "goodwill"),
    "peerloop",
)
IN_ADDRESSES = ("no UTF-8", "endless", "last year", "another site")
READ_BY_HAND = re.compile(r"""(?:POST|GET)(?:\.get|\.getlist)?[(\[]\s*["'](\w+)["']""")
A_FIELD = re.compile(
    r"""^    (\w+) = (?:forms\.|\w+Field\()|^ +self\.fields\["(\w+)"\] = """, re.MULTILINE
)


def field_names() -> list[str]:
    """Every field name that a form or a view of ours reads."""
    found: set[str] = set()
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "tests" in path.parts or "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            found |= set(READ_BY_HAND.findall(text))
            if "forms" in path.name:
                found |= {name for both in A_FIELD.findall(text) for name in both if name}
    return sorted(found)


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def clients(world: World) -> Clients:
    return Clients(world, {})


def problem_of(
    clients: Clients, endpoint: Any, who: str, label: str, sent: str, before: dict[str, int]
) -> str:
    """Send the request as this role; what is wrong with the answer, or an empty string."""
    client = clients.browsers[who]
    cookies = copy.deepcopy(client.cookies)
    words = clients.placeholders_for(endpoint)
    path = "/" + PLACEHOLDER.sub(lambda found: words.get(found[1], "nothing"), endpoint.route)
    with rolled_back(), writes_of() as written:
        if endpoint.method == "GET":
            answer = client.get(f"{path}?{sent}")
        else:
            kind = "application/x-www-form-urlencoded"
            answer = client.post(path, sent.encode(), content_type=kind)
        status = answer.status_code
        changed = status >= 400 and written and counts() != before
    wrong = "half-written" if changed else "" if status < 500 or status == 503 else "an error page"
    away = answer.headers.get("Location", "")
    if away.startswith("//") or "evil.example" in away.split("?")[0]:
        wrong = f"sent to {away[:60]}"
    client.cookies = cookies
    return f"{endpoint.name} as {who} [{label}] -> {status}: {wrong}" if wrong else ""


def problems_of(clients: Clients, method: str) -> list[str]:
    names, before = field_names(), counts()
    values = WRONG if method == "POST" else {label: WRONG[label] for label in IN_ADDRESSES}
    found = []
    for endpoint in endpoints(clients):
        if endpoint.method != method or endpoint.route.startswith("api/"):
            continue
        people = ("student", "teacher", "creator") if "<" in endpoint.route else ("teacher",)
        # Only a role that is admitted; the access matrix tests that the others are refused.
        who = next((one for one in people if is_admitted(one, endpoint)), "")
        if not who:
            continue
        for label, value in values.items():
            sent = "&".join(f"{name}={value}" for name in names)
            assert len(sent) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE, "forms would not be read"
            if problem := problem_of(clients, endpoint, who, label, sent, before):
                found.append(problem)
    return found


def test_no_form_breaks_on_nonsense_in_any_field(clients: Clients) -> None:
    problems = problems_of(clients, "POST")
    assert not problems, "\n".join(problems)


def test_no_page_breaks_on_nonsense_in_its_url(clients: Clients) -> None:
    problems = problems_of(clients, "GET")
    assert not problems, "\n".join(problems)


def test_a_form_of_2_mb_is_refused(clients: Clients) -> None:
    answer = clients.browsers["anonymous"].post("/signup", {"name": "x" * 2_000_000})
    assert answer.status_code in (400, 413)
