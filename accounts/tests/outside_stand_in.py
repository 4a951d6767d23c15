"""Google and GitHub as far as sign-in sees them: the exchange of OAuth 2 on a local server."""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.test import Client
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

KEYS = {"google": ("google-id", "google-secret"), "github": ("github-id", "github-secret")}


@dataclass
class Person:
    """Who sits at the provider."""

    uid: str = "1001"
    email: str = "sam@example.com"
    is_proven: bool = True
    name: str = "Sam Outside"


@dataclass
class Providers:
    """Both providers; ``person`` is who says yes there next, ``broken`` an answer instead."""

    server: HTTPServer
    person: Person = field(default_factory=Person)
    broken: tuple[int, str] | None = None
    challenges: dict[str, str] = field(default_factory=dict)
    exchanges: list[dict[str, str]] = field(default_factory=list)

    def visit(self, browser: Client, provider: str, location: str) -> Any:
        """The person says yes at the provider, which leads back with a code."""
        query = dict(parse_qsl(urlsplit(location).query))
        assert query["client_id"] == KEYS[provider][0]
        assert query["redirect_uri"] == f"http://testserver/login/{provider}/back"
        assert query["code_challenge_method"] == "S256"
        self.challenges["the-code"] = query["code_challenge"]
        return self.lead_back(browser, provider, state=query["state"], code="the-code")

    def lead_back(self, browser: Client, provider: str, **query: str) -> Any:
        """The browser arrives with whatever stands in its address."""
        return browser.get(f"/login/{provider}/back", query)

    def go(self, browser: Client, provider: str = "google", **form: str) -> Any:
        """From the button on /login to where one ends up."""
        there = browser.post(f"/login/with/{provider}", form)
        return self.visit(browser, provider, there["Location"])

    def connect(self, browser: Client, provider: str = "google") -> Any:
        """The same from the button in the settings."""
        there = browser.post(f"/settings/security/outside/{provider}/connect")
        return self.visit(browser, provider, there["Location"])

    def token(self, request: Request) -> Response:
        """The code for a token: secret and PKCE verifier must be right."""
        if self.broken:
            return Response(self.broken[1], self.broken[0], content_type="application/json")
        given = dict(request.form.items())
        self.exchanges.append(given)
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if self.challenges.pop(given["code"], "") != challenge:
            return Response('{"error": "invalid_grant"}', 400, content_type="application/json")
        assert (given["client_id"], given["client_secret"]) in KEYS.values()
        answer = {"access_token": "token", "token_type": "bearer", "id_token": self.id_token()}
        return Response(json.dumps(answer), content_type="application/json")

    def id_token(self) -> str:
        """What Google says of the person."""
        now = int(timezone.now().timestamp())
        said = {"iss": "https://accounts.google.com", "aud": "google-id", "iat": now}
        person = {"sub": self.person.uid, "name": self.person.name, "picture": "https://x/y.png"}
        address = {"email": self.person.email, "email_verified": self.person.is_proven}
        return jwt.encode({**said, **person, **address, "exp": now + 60}, "k" * 32)

    def profile(self, _: Request) -> Response:
        """What GitHub says of the person, but for the addresses."""
        said = {"id": int(self.person.uid), "login": "sam-o", "name": self.person.name}
        return Response(json.dumps(said), content_type="application/json")

    def addresses(self, _: Request) -> Response:
        """The person's addresses at GitHub."""
        said = {"email": self.person.email, "primary": True, "verified": self.person.is_proven}
        listed = [said] if self.person.email else []
        return Response(json.dumps(listed), content_type="application/json")


def stand_in(server: HTTPServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Providers:
    """Both providers offered, with their addresses on the local server."""
    settings.OUTSIDE_KEYS = KEYS
    providers = Providers(server)
    server.expect_request("/token", method="POST").respond_with_handler(providers.token)
    server.expect_request("/user").respond_with_handler(providers.profile)
    server.expect_request("/user/emails").respond_with_handler(providers.addresses)
    for adapter in (GoogleOAuth2Adapter, GitHubOAuth2Adapter):
        monkeypatch.setattr(adapter, "access_token_url", server.url_for("/token"))
    monkeypatch.setattr(GitHubOAuth2Adapter, "profile_url", server.url_for("/user"))
    monkeypatch.setattr(GitHubOAuth2Adapter, "emails_url", server.url_for("/user/emails"))
    return providers
