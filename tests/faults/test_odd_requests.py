"""Requests that no browser sends: odd hosts, headers, charsets and bytes get an answer, no 500."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from peerloop.wsgi import pages
from tests.cast import a_member, api, browse
from tests.faults.fuzzing import rolled_back

pytestmark = pytest.mark.django_db
LINE_BREAK = "%0d%0aSet-Cookie:%20a=b"
ODD = {
    "no host": {"HTTP_HOST": ""},
    "foreign host": {"HTTP_HOST": "evil.example"},
    "broken host": {"HTTP_HOST": "a b:c"},
    "host of a proxy": {"HTTP_X_FORWARDED_HOST": "evil.example"},
    "short referer": {"HTTP_REFERER": "x"},
    "referer without a host": {"HTTP_REFERER": "http://"},
    "broken referer": {"HTTP_REFERER": "http://[::1"},
    "foreign referer": {"HTTP_REFERER": "https://evil.example/courses"},
    "script as referer": {"HTTP_REFERER": "javascript:alert(1)"},
    "broken origin": {"HTTP_ORIGIN": "http://[::1"},
    "unknown charset": {"CONTENT_TYPE": "application/json; charset=bogus", "QUERY_STRING": "a=b"},
    "utf-16": {"CONTENT_TYPE": "application/json; charset=utf-16", "QUERY_STRING": "search=b"},
    "no type": {"CONTENT_TYPE": ""},
    "broken type": {"CONTENT_TYPE": ";;=,/", "QUERY_STRING": "a=b"},
    "multipart without boundary": {"CONTENT_TYPE": "multipart/form-data"},
    "multipart with a long boundary": {"CONTENT_TYPE": "multipart/form-data; boundary=" + "x" * 99},
    "broken query": {"QUERY_STRING": "&&=&%&%ff=%fe&page=%ED%A0%80&a[]=1&;"},
    "NUL in the query": {"QUERY_STRING": "search=a%00b"},
    "many parameters": {"QUERY_STRING": "a=1&" * 1_500},
    "bearer of other letters": {
        "HTTP_AUTHORIZATION": "Bearer \xe9\xff",
        "REMOTE_ADDR": "192.0.2.7",
    },
    "empty bearer": {"HTTP_AUTHORIZATION": "Bearer"},
    "bearer of three words": {"HTTP_AUTHORIZATION": "Bearer a b"},
    "basic": {"HTTP_AUTHORIZATION": "Basic \xe9"},
    "NUL in the session": {"HTTP_COOKIE": 'peerloop_session="a\\000b"'},
    "odd cookies": {"HTTP_COOKIE": "\xff\xfe; =; peerloop_csrf=\xe9; theme=\xe9; a"},
    "many cookies": {"HTTP_COOKIE": "; ".join(f"c{n}=1" for n in range(300))},
    "accepts nothing known": {"HTTP_ACCEPT": "application/xml"},
    "broken accept": {"HTTP_ACCEPT": "\xe9;q=x,,/"},
    "unknown format": {"QUERY_STRING": "format=xml"},
    "broken dates": {"HTTP_IF_MODIFIED_SINCE": "\xe9", "HTTP_IF_NONE_MATCH": '"\xe9'},
    "far dates": {"HTTP_IF_MODIFIED_SINCE": "Mon, 01 Jan 9999999 00:00:00 GMT"},
    "broken range": {"HTTP_RANGE": "bytes=5-2,\xe9"},
    "odd key": {"HTTP_IDEMPOTENCY_KEY": "\xe9"},
    "odd client": {"HTTP_USER_AGENT": "\xff" * 5_000, "HTTP_X_REQUEST_ID": "\xe9\n"},
    "odd addresses": {"HTTP_X_FORWARDED_FOR": "\xe9, ::ffff:1", "REMOTE_ADDR": "fe80::1%eth0"},
    "odd length": {"CONTENT_LENGTH": "9" * 50},
    "length of other digits": {"CONTENT_LENGTH": "²"},
    "htmx": {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[::1"},
    "other method": {"REQUEST_METHOD": "BREW"},
    "trace": {"REQUEST_METHOD": "TRACE"},
}
PAGES = (
    *("GET /", "GET /courses", "GET /nothing-here", "POST /login", "POST /theme", "GET /metrics"),
    *("POST /signup", "GET /dashboard", "POST /nothing-here", "GET /healthz", "GET /admin/"),
    *("POST /admin/login/", "GET /favicon.ico", "POST /settings/profile", "POST /logout"),
)
ENDPOINTS = (
    *("GET /api/v1/courses", "POST /api/v1/auth/login", "POST /api/v1/auth/login/", "GET /api"),
    *("POST /api/v1/nothing", "DELETE /api/nothing", "POST /api", "GET /api/v1/schema"),
    *("POST /api/v1/sessions", "GET /api/v1/earnings", "POST /api/v1/webhooks/stripe"),
    *("GET /api/v1/docs", "POST /api/v1/webhooks/bbb", "OPTIONS /api/v1/courses"),
)


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.METRICS_TOKEN = "a-token-of-the-operator"


def sent(client: Client, request: str, odd: dict[str, str], body: bytes = b"{}") -> Any:
    client.raise_request_exception = False
    method, path = request.split(" ")
    kind = odd.get("CONTENT_TYPE", "application/json")
    with rolled_back():
        return client.generic(method, path, b"" if method == "GET" else body, kind, **odd)


def problem_of(answer: Any, request: str) -> str:
    if answer.status_code >= 500 and answer.status_code != 503:
        return "an error page"
    if any("\n" in str(value) for value in answer.headers.values()):
        return "a line break in a header"
    if "/api" in request and answer.status_code >= 400:
        if answer.headers["Content-Type"] != "application/json":
            return "no JSON"
        if not {"code", "detail", "fields"} <= set(json.loads(answer.content)):
            return "not the shape of an error"
    elif answer.headers.get("Content-Type", "").startswith("text/html"):
        return "" if "Content-Security-Policy" in answer else "no content policy"
    return ""


@pytest.mark.parametrize("label", ODD)
def test_an_odd_request_gets_an_answer(label: str) -> None:
    member = a_member()
    browser, program = browse(member), api(member)
    problems = []
    for request in (*PAGES, *ENDPOINTS):
        client = program if "/api" in request else browser
        answer = sent(client, request, dict(ODD[label]))
        if problem := problem_of(answer, request):
            problems.append(f"{request} -> {answer.status_code}: {problem}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("label", ["no host", "foreign host", "broken host"])
def test_another_host_is_refused_on_every_address(label: str) -> None:
    for request in (*PAGES, *ENDPOINTS):
        assert sent(browse(), request, dict(ODD[label])).status_code == 400, request


@pytest.mark.parametrize("charset", ["rot13", "hex", "a\x00b", "utf-16"])
def test_a_charset_that_decodes_no_text_is_refused_by_the_server(charset: str) -> None:
    environ = RequestFactory().get("/courses?search=b").environ
    environ["CONTENT_TYPE"] = f"text/plain; charset={charset}"
    statuses: list[str] = []

    list(pages(environ, lambda status, headers: statuses.append(status)))

    assert statuses == ["400 Bad Request"]


@pytest.mark.parametrize("charset", ["bogus", "utf-16", "utf_7", "latin-1"])
def test_another_charset_than_utf_8_is_refused(charset: str) -> None:
    kind = {"CONTENT_TYPE": f"application/json; charset={charset}"}
    answer = sent(api(), "POST /api/v1/auth/login", kind)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    right = {"CONTENT_TYPE": "application/json; charset=UTF-8"}
    assert "email" in sent(api(), "POST /api/v1/auth/login", right).json()["fields"]


@pytest.mark.parametrize(
    "referer", ["x", "home", "/courses", "javascript:alert(1)", "https://evil.example/", "http://["]
)
def test_a_refused_form_is_answered_where_the_page_before_is_none_of_ours(referer: str) -> None:
    client = browse(a_member())
    client.raise_request_exception = False
    answer = client.post(reverse("payout-request"), HTTP_REFERER=referer)
    assert answer.status_code == 403
    ours = client.post(reverse("payout-request"), HTTP_REFERER="http://testserver/courses?a=1")
    assert (ours.status_code, ours["Location"]) == (302, "http://testserver/courses?a=1")


@pytest.mark.parametrize("where", ["/%0d%0aSet-Cookie:%20a=b", "/a%00b", "//evil.example", "/é"])
def test_a_line_break_in_the_way_back_goes_nowhere(where: str) -> None:
    body = f"next={where}&theme=dark".encode()
    kind = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    for request in ("POST /theme", "POST /login", "POST /logout"):
        answer = sent(browse(), request, kind, body)
        assert answer.status_code < 500, request
        assert "Set-Cookie" not in answer.headers.get("Location", "")
        assert "evil.example" not in answer.headers.get("Location", "")


def test_the_way_back_to_an_address_with_parameters_is_kept_whole() -> None:
    answer = browse().get("/dashboard?a=1&b=2")
    assert answer["Location"] == "/login?next=/dashboard%3Fa%3D1%26b%3D2"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/v1/auth/login/", "/api/v1/nothing", "/api/x", "/api"])
def test_an_unknown_address_of_the_api_is_not_found_by_any_method(method: str, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.generic(method, path, b"{}", "application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_answers_with_tokens_are_not_stored() -> None:
    member = a_member()
    body = {"email": member.email, "password": "correct horse battery"}
    signed_in = api().post("/api/v1/auth/login", body, format="json")
    refresh = {"refreshToken": signed_in.json()["refreshToken"]}
    refreshed = api().post("/api/v1/auth/refresh", refresh, format="json")
    new = {"name": "Una", "email": "una@people.peerloop.test", "password": "correct horse battery"}
    signed_up = api().post("/api/v1/auth/signup", new, format="json")
    for answer in (signed_in, refreshed, signed_up):
        assert answer.status_code in (200, 201)
        assert "no-store" in answer["Cache-Control"]


ADMIN_VALUES = ("-1", "\xe9", "9" * 30)


def admin_addresses(ada: Any) -> Iterator[str]:
    """Lists and forms of the admin site with one odd parameter each."""
    for model, page in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        related = [field.name for field in model._meta.fields if field.is_relation]
        dates = [field.name for field in model._meta.fields if "_at" in field.name]
        names = ["pk", *related[:2], *(f"{name}__year" for name in dates[:1]), "p"]
        paths = [reverse(f"{base}_changelist")]
        if page.has_add_permission(ada.get("/admin/").wsgi_request):
            paths.append(reverse(f"{base}_add"))
        for path, name, value in itertools.product(paths, names, ADMIN_VALUES):
            yield f"{path}?{name}={value}"


def test_no_page_of_the_admin_site_breaks_on_odd_parameters() -> None:
    ada = browse(a_member("Ada", is_admin=True))
    ada.raise_request_exception = False
    problems = []
    for address in admin_addresses(ada):
        with rolled_back():
            status = ada.get(address).status_code
        if status >= 500:
            problems.append(f"{address} -> {status}")
    assert not problems, f"{len(problems)}\n" + "\n".join(problems[:60])


@pytest.mark.parametrize("value", ["nobody", "-1", "\xe9"])
def test_a_form_of_the_admin_site_bears_an_id_that_is_none(value: str) -> None:
    ada = browse(a_member("Ada", is_admin=True))
    ada.raise_request_exception = False
    address = reverse("admin:learning_studentteacher_add")
    answer = ada.post(address, {"user": value, "course": value})
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
