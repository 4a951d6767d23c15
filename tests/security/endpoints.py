"""Sends a request to every URL of the resolver as every role, for the access matrix."""

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
from tests.faults.fuzzing import rolled_back
from tests.security.scene import World

ROLES = (
    *("anonymous", "newcomer", "student", "other_student", "teacher", "other_teacher"),
    *("creator", "other_creator", "moderator", "admin", "suspended"),
)
# URLs without a placeholder have no owner, so these roles are enough for them.
ROLES_WITHOUT_ROW = {"anonymous", "newcomer", "teacher", "creator", "admin", "suspended"}
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
# The admin site has tests of its own; static files and webhooks have no roles.
EXCLUDED = ("admin/", "assets/", "^", "api/v1/webhooks/")
API = "api/v1/"
TABLE = Path(__file__).with_name("access_matrix.toml")


@cache
def table() -> dict[str, str]:
    """The expected outcomes of access_matrix.toml by the name of the endpoint."""
    expected: dict[str, str] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["doors"]
    return expected


def is_admitted(who: str, endpoint: "Endpoint") -> bool:
    """Whether the access matrix expects "ok" for this role."""
    expected = table().get(endpoint.name, "").split()
    return bool(expected) and expected[ROLES.index(who)] == "ok"


@dataclass(frozen=True)
class Endpoint:
    """One HTTP method of one route."""

    method: str
    route: str

    @property
    def name(self) -> str:
        """Its key in access_matrix.toml."""
        return f"{self.method} /" + PLACEHOLDER.sub(r"{\1}", self.route)


def outcomes(clients: "Clients", endpoint: Endpoint) -> str:
    """The outcome for each of ROLES in their order; "-" for a role that was not tried."""
    try_all = "<" in endpoint.route or endpoint.route.startswith(API)
    return " ".join(
        clients.outcome(endpoint, who) if try_all or who in ROLES_WITHOUT_ROW else "-"
        for who in ROLES
    )


def routes() -> Iterator[tuple[str, Any]]:
    """All routes with their views, except the alias of the API and the catch-all routes."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if route.startswith(EXCLUDED) or (route.startswith("api/") and not route.startswith(API)):
            continue
        if isinstance(entry, URLResolver):
            yield from _below(entry, route)
        elif isinstance(entry, URLPattern) and "^" not in route:
            yield route, entry.callback


def endpoints(clients: "Clients") -> list[Endpoint]:
    """All methods of all routes. The methods of a page come from the Allow header of its 405."""
    found = []
    for route, view in routes():
        handlers = getattr(view, "view_class", None)
        if route.startswith(API) and handlers is not None:
            wanted = [m.upper() for m in ("get", "post", "put", "patch", "delete")]
            found += [Endpoint(m, route) for m in wanted if hasattr(handlers, m.lower())]
            continue
        answered = clients.methods_of(route)
        found += [Endpoint(method, route) for method in ("GET", "POST") if method in answered]
    return found


class Clients:
    """Test clients of every role: a signed-in browser and an API client each."""

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
        # Only the column: the suspended member keeps their sessions and uses them in the requests.
        sid = User.objects.filter(pk=world.people["suspended"].pk)
        sid.update(suspended_at=clock.now(), suspended_reason="Broke the rules.")

    def placeholders_for(self, endpoint: Endpoint) -> dict[str, str]:
        """A value for each placeholder of the route."""
        words = dict(self.words)
        for prefix, handle in self.handles.items():
            if endpoint.route.startswith(prefix):
                words["handle"] = handle
        return words

    def methods_of(self, route: str) -> list[str]:
        """The methods that a page allows: from its 405, else those of GET and POST that work."""
        asked = self.answer(Endpoint("OTHER", route), "student")
        if asked.status_code == 405:
            return asked.headers["Allow"].split(", ")
        candidates = [Endpoint(method, route) for method in ("GET", "POST")]
        return [one.method for one in candidates if self.outcome(one, "student") != "405"]

    def outcome(self, endpoint: Endpoint, who: str) -> str:
        """The outcome for this role: ok, login, or the status of the refusal."""
        return _outcome_of(self.answer(endpoint, who))

    def answer(self, endpoint: Endpoint, who: str) -> Any:
        """The response for this role. Database changes and cookies are rolled back."""
        is_api = endpoint.route.startswith(API)
        client = (self.programs if is_api else self.browsers)[who]
        cookies = copy.deepcopy(client.cookies)
        words = self.placeholders_for(endpoint)
        path = "/" + PLACEHOLDER.sub(lambda found: words.get(found[1], "nothing"), endpoint.route)
        body = b"{}" if is_api else b""
        if endpoint.name in self.bodies:
            body = json.dumps(self.bodies[endpoint.name]).encode()
        kind = "application/json" if is_api else "application/x-www-form-urlencoded"
        if endpoint.method == "GET":
            body, kind = b"", "application/octet-stream"
        with rolled_back():
            answer = client.generic(endpoint.method, path, body, kind)
        client.cookies = cookies
        return answer


def _outcome_of(answer: Any) -> str:
    status = answer.status_code
    if status == 401 or (status in (301, 302, 303) and answer["Location"].startswith("/login?")):
        return "login"
    # These refusals are about the content of the request, so the role was admitted.
    return "ok" if status < 400 or status in (400, 409, 410, 422) else str(status)
