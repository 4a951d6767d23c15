"""Every address that the resolver knows, knocked on by everybody."""

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import LocalMail, User
from accounts.tests.factors import a_passkey
from peerloop.kit import clock
from tests.cast import api, browse
from tests.faults.knocking import undone
from tests.security.scene import World

ROLES = (
    *("anonymous", "newcomer", "student", "other_student", "teacher", "other_teacher"),
    *("creator", "other_creator", "moderator", "admin", "suspended"),
)
# Where an address names no row, there is nobody whose row it is: these stand for the rest.
FEW = {"anonymous", "newcomer", "teacher", "creator", "admin", "suspended"}
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
# Django's own admin has its own guard and tests; the rest are not people's: files and vendors.
ELSEWHERE = ("admin/", "assets/", "^", "api/v1/webhooks/")
API = "api/v1/"
TABLE = Path(__file__).with_name("access_matrix.toml")


@cache
def table() -> dict[str, str]:
    """How far each gets at each door, by its name, as access_matrix.toml says it."""
    doors: dict[str, str] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["doors"]
    return doors


def is_let_in(who: str, door: "Door") -> bool:
    """Whether the table lets this person in; that it tells the truth is tested of it."""
    met = table().get(door.name, "").split()
    return bool(met) and met[ROLES.index(who)] == "ok"


@dataclass(frozen=True)
class Door:
    """A method of an address."""

    method: str
    route: str

    @property
    def name(self) -> str:
        """As the table names it."""
        return f"{self.method} /" + PLACEHOLDER.sub(r"{\1}", self.route)


def all_met(visitors: "Visitors", door: Door) -> str:
    """How far each gets, in the order of ROLES; "-" where nobody asked."""
    everybody = "<" in door.route or door.route.startswith(API)
    return " ".join(visitors.knock(door, who) if everybody or who in FEW else "-" for who in ROLES)


def routes() -> Iterator[tuple[str, Any]]:
    """All addresses with their views, without the alias of the API and the catch-alls."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if route.startswith(ELSEWHERE) or (route.startswith("api/") and not route.startswith(API)):
            continue
        if isinstance(entry, URLResolver):
            yield from _below(entry, route)
        elif isinstance(entry, URLPattern) and "^" not in route:
            yield route, entry.callback


def doors(visitor: "Visitors") -> list[Door]:
    """All methods of all addresses. A page says by 405 what it answers to."""
    found = []
    for route, view in routes():
        handlers = getattr(view, "view_class", None)
        if route.startswith(API) and handlers is not None:
            wanted = [m.upper() for m in ("get", "post", "put", "patch", "delete")]
            found += [Door(m, route) for m in wanted if hasattr(handlers, m.lower())]
            continue
        answered = visitor.methods_of(route)
        found += [Door(method, route) for method in ("GET", "POST") if method in answered]
    return found


class Visitors:
    """Everybody, signed in on the web and over the API."""

    def __init__(self, world: World, bodies: dict[str, Any]) -> None:
        self.bodies = bodies
        self.people = world.people
        self.words = {name: str(value) for name, value in world.words().items()}
        self.handles = {
            "student-teachers/": world.people["teacher"].handle,
            "u/": world.people["student"].handle,
        }
        mail = LocalMail.objects.first()
        self.words |= {
            "token": "nothing-of-ours",
            "object_id": "cs_nothing",
            "mail_id": str(mail.pk) if mail else "",
            "passkey_id": str(a_passkey(world.people["student"])),
            "family": "0190f0c0-0000-7000-8000-000000000000",
            "browser": "0190f0c0-0000-7000-8000-000000000000",
        }
        self.browsers: dict[str, Client] = {"anonymous": browse()}
        self.programs: dict[str, Client] = {"anonymous": api()}
        for who in ROLES[1:]:
            self.browsers[who] = browse(world.people[who])
            self.programs[who] = api(world.people[who])
        for client in (*self.browsers.values(), *self.programs.values()):
            client.raise_request_exception = False
        # The row alone, so that their open sign-ins meet the doors.
        sid = User.objects.filter(pk=world.people["suspended"].pk)
        sid.update(suspended_at=clock.now(), suspended_reason="Broke the rules.")

    def words_for(self, door: Door) -> dict[str, str]:
        """What stands for the placeholders of its address."""
        words = dict(self.words)
        for prefix, handle in self.handles.items():
            if door.route.startswith(prefix):
                words["handle"] = handle
        return words

    def sign_in_again(self, who: str) -> None:
        """A browser of the person's own, after the last one was signed out or handed on."""
        self.browsers[who] = browse(self.people[who])
        self.browsers[who].raise_request_exception = False

    def methods_of(self, route: str) -> list[str]:
        """What a page answers to: it says so when it is asked for something else."""
        asked = self.answer(Door("OTHER", route), "student")
        if asked.status_code == 405:
            return asked.headers["Allow"].split(", ")
        doors = [Door(method, route) for method in ("GET", "POST")]
        return [door.method for door in doors if self.knock(door, "student") != "405"]

    def knock(self, door: Door, who: str) -> str:
        """How far this person gets: ok, login, 403, 404, or another status."""
        return _how_far(self.answer(door, who))

    def answer(self, door: Door, who: str) -> Any:
        """What this person is answered; nothing of it stays."""
        is_api = door.route.startswith(API)
        client = (self.programs if is_api else self.browsers)[who]
        cookies = copy.deepcopy(client.cookies)
        words = self.words_for(door)
        path = "/" + PLACEHOLDER.sub(lambda found: words.get(found[1], "nothing"), door.route)
        body = b"{}" if is_api else b""
        if door.name in self.bodies:
            body = json.dumps(self.bodies[door.name]).encode()
        kind = "application/json" if is_api else "application/x-www-form-urlencoded"
        if door.method == "GET":
            body, kind = b"", "application/octet-stream"
        with undone():
            answer = client.generic(door.method, path, body, kind)
        client.cookies = cookies
        return answer


def _how_far(answer: Any) -> str:
    status = answer.status_code
    if status == 401 or (status in (301, 302, 303) and answer["Location"].startswith("/login?")):
        return "login"
    # Through the door: what is said then is about the request.
    return "ok" if status < 400 or status in (400, 409, 410, 422) else str(status)
