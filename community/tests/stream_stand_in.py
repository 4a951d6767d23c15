"""A stand-in for Stream: checks key, token and body as the service does, and keeps feeds.

The facts are those of the vendor's client and its tests: paths, tokens, error codes.
"""

import json
import re
from collections import defaultdict
from typing import Any

import jwt
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

KEY = "k3y"
SECRET = "stream-secret-0123456789abcdefghijklmnopqrstuvwxyz"
GROUPS = {"user", "course", "instructor", "townhall", "timeline", "notification"}
WORD = re.compile(r"[\w-]+")
RESERVED = {"id", "origin", "results", "duration"}


class StandIn:
    """Feeds in memory, behind HTTP. ``calls`` are what was asked: method, path and body."""

    def __init__(self, server: HTTPServer) -> None:
        self.feeds: dict[str, dict[tuple[str, str], dict[str, Any]]] = defaultdict(dict)
        self.follows: set[tuple[str, str]] = set()
        self.calls: list[tuple[str, str, Any]] = []
        self.answers: list[Response] = []
        # Called once a request was carried out, before its answer leaves.
        self.after: Any = None
        server.expect_request(re.compile("^/api/v1.0/")).respond_with_handler(self.answer)

    def names(self, feed: str) -> list[str]:
        """What stands in a feed, by our own names."""
        return sorted(foreign for foreign, _ in self.feeds[feed])

    def fail(self, *, times: int, status: int = 503, **headers: str) -> None:
        """Answer the next calls with an error of no known form, and do nothing."""
        for _ in range(times):
            self.answers.append(
                Response(
                    "<html>", status, {name.replace("_", "-"): headers[name] for name in headers}
                )
            )

    def answer(self, request: Request) -> Response:
        """Do what is asked, or refuse it as Stream does."""
        body = json.loads(request.data) if request.data else {}
        self.calls.append((request.method, request.path, body))
        if self.answers:
            return self.answers.pop(0)
        refused = self._refused(request)
        if refused is not None:
            return refused
        parts = request.path.removeprefix("/api/v1.0/").strip("/").split("/")
        assert parts[0] == "feed", request.path
        feed, rest = f"{parts[1]}:{parts[2]}", parts[3:]
        if parts[1] not in GROUPS:
            return error(6, 400, "this feed group is not configured")
        answer = self._follow(request, feed, rest, body) if rest[:1] == ["follows"] else None
        answer = answer or self._activity(request, feed, rest, body)
        if self.after is not None:
            self.after()
        return answer

    def _refused(self, request: Request) -> Response | None:
        if request.args.get("api_key") != KEY:
            return error(2, 401, "api_key is not known")
        if request.headers.get("stream-auth-type") != "jwt":
            return error(3, 401, "stream-auth-type is missing")
        try:
            claims = jwt.decode(request.headers["Authorization"], SECRET, algorithms=["HS256"])
        except jwt.InvalidTokenError:
            return error(3, 401, "the signature is wrong")
        resource = "follower" if "/follows/" in request.path else "feed"
        action = {"GET": "read", "POST": "write", "DELETE": "delete"}[request.method]
        fits = claims["resource"] in (resource, "*") and claims["action"] in (action, "*")
        return None if fits else error(17, 403, "the token is for something else")

    def _follow(self, request: Request, feed: str, rest: list[str], body: Any) -> Response:
        if request.method == "POST":
            target = body["target"]
            if target.split(":")[0] == "notification":
                return error(4, 400, "only flat feeds can be followed")
            jwt.decode(body["target_token"], SECRET, algorithms=["HS256"])
            self.follows.add((feed, target))
        else:
            self.follows.discard((feed, rest[1]))
        return reply({"duration": "1ms"})

    def _activity(self, request: Request, feed: str, rest: list[str], body: Any) -> Response:
        if request.method == "GET":
            rows = sorted(self.feeds[feed].values(), key=lambda row: row["id"], reverse=True)
            before = request.args.get("id_lt", "~")
            found = [row for row in rows if row["id"] < before][: int(request.args["limit"])]
            return reply({"results": found, "next": "", "duration": "1ms"})
        if request.method == "DELETE":
            assert request.args["foreign_id"] == "1"
            for rows in self.feeds.values():
                for key in [key for key in rows if key[0] == rest[0]]:
                    del rows[key]
            return reply({"removed": rest[0], "duration": "1ms"})
        missing = {"actor", "verb", "object"} - set(body)
        if missing or RESERVED & set(body) or not WORD.fullmatch(body["verb"]):
            return error(4, 400, f"the activity is not right: {sorted(missing)}")
        copies = [word.split(" ") for word in body.get("to", [])]
        for _, token in copies:
            jwt.decode(token, SECRET, algorithms=["HS256"])
        key = (body["foreign_id"], body["time"])
        row = {**body, "id": f"{body['time']}-{body['foreign_id']}", "to": [to for to, _ in copies]}
        for name in (feed, *row["to"]):
            self.feeds[name][key] = row
        return reply({**row, "duration": "1ms"}, 201)


def reply(body: Any, status: int = 200) -> Response:
    """An answer as JSON."""
    return Response(json.dumps(body), status, content_type="application/json")


def error(code: int, status: int, words: str) -> Response:
    """A refusal in the form that the client reads."""
    body = {"code": code, "detail": words, "exception": "Exception", "status_code": status}
    return reply(body, status)
