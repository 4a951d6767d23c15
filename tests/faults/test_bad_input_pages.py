"""Whatever is typed into a page, or into its address: words, nothing half-written, no 500."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.faults.knocking import UNICODE, counts, undone, writes_of
from tests.security.doors import PLACEHOLDER, Visitors, doors, is_let_in
from tests.security.scene import World, a_world

pytestmark = pytest.mark.django_db
# Over the wire, what every field is filled with. An empty form is sent by the access matrix.
WRONG = {
    "NUL": "a%00b",
    "no UTF-8": "%FF%FE",
    "10k text": "x" * 10_000,
    "every Unicode": urlencode({"": UNICODE})[1:],
    "endless": "9" * 5_000,
    "last year": "9999-12-31T23%3A59%3A59-14%3A00",
    "another site": "//evil.example/%0d%0aSet-Cookie:a=b",
}
IN_ADDRESSES = ("no UTF-8", "endless", "last year", "another site")
READ_BY_HAND = re.compile(r"""(?:POST|GET)(?:\.get|\.getlist)?[(\[]\s*["'](\w+)["']""")
A_FIELD = re.compile(r"^    (\w+) = (?:forms\.|\w+Field\()", re.MULTILINE)


def field_names() -> list[str]:
    """Every name that a form or a page of ours reads."""
    found: set[str] = set()
    for app in ("accounts", "catalog", "learning", "scheduling", "billing", "peerloop"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "tests" in path.parts or "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            found |= set(READ_BY_HAND.findall(text))
            if "forms" in path.name:
                found |= set(A_FIELD.findall(text))
    return sorted(found)


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def visitors(world: World) -> Visitors:
    return Visitors(world, {})


def knock(
    visitors: Visitors, door: Any, who: str, label: str, sent: str, before: dict[str, int]
) -> str:
    """Send it as this person; what is wrong with the answer, if anything."""
    client = visitors.browsers[who]
    cookies = client.cookies.output()
    words = visitors.words_for(door)
    path = "/" + PLACEHOLDER.sub(lambda found: words.get(found[1], "nothing"), door.route)
    with undone(), writes_of() as written:
        if door.method == "GET":
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
    if client.cookies.output() != cookies:
        visitors.sign_in_again(who)
    return f"{door.name} as {who} [{label}] -> {status}: {wrong}" if wrong else ""


def everybody_knocks(visitors: Visitors, method: str) -> list[str]:
    names, before = field_names(), counts()
    values = WRONG if method == "POST" else {label: WRONG[label] for label in IN_ADDRESSES}
    found = []
    for door in doors(visitors):
        if door.method != method or door.route.startswith("api/"):
            continue
        people = ("student", "teacher", "creator") if "<" in door.route else ("teacher",)
        # Whom the door lets in; that the others stay out is told by the access matrix.
        who = next((one for one in people if is_let_in(one, door)), "")
        if not who:
            continue
        for label, value in values.items():
            sent = "&".join(f"{name}={value}" for name in names)
            if problem := knock(visitors, door, who, label, sent, before):
                found.append(problem)
    return found


def test_every_form_takes_nonsense_in_every_field(visitors: Visitors) -> None:
    problems = everybody_knocks(visitors, "POST")
    assert not problems, "\n".join(problems)


def test_every_page_takes_nonsense_in_its_address(visitors: Visitors) -> None:
    problems = everybody_knocks(visitors, "GET")
    assert not problems, "\n".join(problems)


def test_a_form_of_2_mb_is_refused(visitors: Visitors) -> None:
    answer = visitors.browsers["anonymous"].post("/signup", {"name": "x" * 2_000_000})
    assert answer.status_code in (400, 413)
