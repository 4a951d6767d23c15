"""Middleware: request id, demo clock, unreadable requests, security headers, refusals."""

import codecs
import logging
import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse

from peerloop.kit import clock, paths
from peerloop.kit.htmx import go
from peerloop.kit.ids import uuid7
from peerloop.kit.network import client_address, is_our_proxy, is_own_address, own_host
from peerloop.kit.refusals import Invalid, Refused, TooLarge
from peerloop.kit.security_log import note_refusal
from peerloop.kit.tracing import actor_id, address, missing_proof, request_id
from peerloop.kit.uploads import is_too_large, limit_words

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
LENGTH = re.compile(r"[0-9]*")
SAFE = {"GET", "HEAD", "OPTIONS"}
# What is written in ASCII is UTF-8 as well. Python knows many more, some of which decode no text.
CHARSETS = {"utf-8", "ascii"}


def is_api(request: HttpRequest) -> bool:
    """Whether the answer goes to a program."""
    return request.path.startswith(paths.API) or request.path == paths.API.rstrip("/")


class RequestMiddleware:
    """Gives the request an id, and fixes the demo clock's offset."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the rest under a request id, which the answer has as X-Request-ID."""
        if not is_our_proxy(request.META.get("REMOTE_ADDR", "")):
            # Else anybody could claim that their connection is encrypted.
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        given = request.headers.get("X-Request-ID", "")
        name = given if GIVEN_ID.fullmatch(given) else str(uuid7())
        request.request_id = name  # type: ignore[attr-defined]
        token = request_id.set(name)
        place, actor = address.set(client_address(request)), actor_id.set("")
        proof = missing_proof.set(None)
        try:
            with clock.fixed_offset():
                response = self.get_response(request)
        finally:
            request_id.reset(token)
            address.reset(place)
            actor_id.reset(actor)
            missing_proof.reset(proof)
        response["X-Request-ID"] = name
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: Any, words: Any
    ) -> HttpResponse | None:
        """Refuse a body that is too large before any of it is parsed."""
        if request.method in SAFE or not is_too_large(request, view):
            return None
        return answer_refusal(request, TooLarge(limit_words(view)))


class ReadableMiddleware:
    """Refuses what no view could read (400): foreign hosts, NUL characters, other charsets.

    Below HeadersMiddleware, so that the refusal has its headers, and above all that looks at the
    host, the query string or cookies.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what can be read."""
        if not own_host(request):
            return answer_refusal(request, Invalid("This site has another address."))
        meta = request.META
        if (
            "\x00" in request.path
            or "%00" in meta.get("QUERY_STRING", "")
            # The spelling of NUL inside a quoted cookie.
            or "\\0" in meta.get("HTTP_COOKIE", "")
            or not LENGTH.fullmatch(str(meta.get("CONTENT_LENGTH") or ""))
        ):
            return answer_refusal(request, Invalid("This request can't be read."))
        charset = (request.content_params or {}).get("charset", "")
        if charset and not _is_text(charset):
            return answer_refusal(request, Invalid("Send text in UTF-8."))
        return self.get_response(request)


def _is_text(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in CHARSETS
    except (LookupError, ValueError):
        return False


class HeadersMiddleware:
    """Content-Security-Policy with a nonce, and the other headers of standards/security.md 3."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that the view did not set itself."""
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "")
        if kind.startswith("text/html") and "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = policy(request.csp_nonce, request)  # type: ignore[attr-defined]
            response["Reporting-Endpoints"] = f'policy="{paths.POLICY_REPORTS}"'
        camera = "(self)" if getattr(response, "opens_room", False) else "()"
        response.setdefault(
            "Permissions-Policy",
            f"camera={camera}, microphone={camera}, display-capture={camera}, "
            "geolocation=(), payment=(), usb=(), interest-cohort=()",
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response and _is_personal(request):
            response["Cache-Control"] = "private, no-store"
        return response


def _is_personal(request: HttpRequest) -> bool:
    """Whether the answer is for one person: signed in, or signing in by this very request."""
    session = getattr(request, "session", None)
    signed_in = session is not None and session.accessed and "_auth_user_id" in session
    return signed_in or request.method not in SAFE or "HTTP_AUTHORIZATION" in request.META


def policy(nonce: str, request: HttpRequest) -> str:
    """The Content-Security-Policy of a page: own files only, scripts by nonce."""
    sockets = "ws:" if settings.DEBUG else "wss:"
    host = own_host(request) or "localhost"
    # Browsers look at where a form's answer leads to as well.
    others = " ".join([*settings.PAYMENT_FORM_HOSTS, *settings.OUTSIDE_FORM_HOSTS])
    return (
        "default-src 'none'; "
        f"script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; "
        f"connect-src 'self' {sockets}//{host}; media-src 'self' blob:; manifest-src 'self'; "
        f"worker-src 'self'; form-action 'self' {others}; "
        "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
        f"report-uri {paths.POLICY_REPORTS}; report-to policy"
    )


class RefusalMiddleware:
    """Answers a refusal that a view did not handle."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; refusals are caught in ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a Refused into its answer; leave other errors alone."""
        if isinstance(error, Refused):
            return answer_refusal(request, error)
        return None


def answer_refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The refusal as JSON, as an HTMX part, as a message on the page it came from, or as a page."""
    response: HttpResponse
    note_refusal(refusal, request)
    if is_api(request):
        response = JsonResponse(refusal.as_json(), status=refusal.status)
    elif refusal.status == 401:
        wanted = urlencode({"next": request.get_full_path()})
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{wanted}")
    elif refusal.leads_to:
        return _lead_to(request, refusal)
    elif getattr(request, "htmx", False):
        response = render(request, "ui/_refusal.html", {"refusal": refusal}, status=refusal.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
    elif request.method == "POST" and refusal.status != 404 and (back := _page_before(request)):
        messages.error(request, refusal.message)
        return redirect(back)
    else:
        response = _refusal_page(request, refusal)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(max(refusal.retry_after, 1))
    return response


def _refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    template = "404.html" if refusal.status == 404 else "refusal.html"
    context: dict[str, Any] = {"refusal": refusal}
    return render(request, template, context, status=refusal.status)


def _lead_to(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Redirect to the page that ``leads_to`` names, with the way back as ``next``.

    From a form that was sent, back to the form, with the refusal as a message.
    """
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD") or getattr(request, "htmx", False):
        messages.info(request, refusal.message)
        before = urlsplit(_page_before(request))
        back = before._replace(scheme="", netloc="", fragment="").geturl() or "/"
    return go(request, f"{reverse(refusal.leads_to)}?{urlencode({'next': back})}")


def _page_before(request: HttpRequest) -> str:
    """The page of ours with the form, so that an error page does not replace what was typed.

    Browsers send a whole address; what is none, or not ours, is nothing.
    """
    before, host = request.headers.get("Referer", ""), own_host(request)
    safe = host and before.startswith(("http://", "https://")) and is_own_address(request, before)
    return before if safe else ""
