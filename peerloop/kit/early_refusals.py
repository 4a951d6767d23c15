"""Refusals before Django has the request: its body did not come, or no thread was free for it."""

from collections.abc import Callable

import orjson

from peerloop.kit import paths


class EarlyRefusal(Exception):
    """Ends the request with ``status``; ``retry_after`` in seconds, 0: not said."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.retry_after = retry_after


# Makes the body of a page from a refusal.
PageOf = Callable[[EarlyRefusal], bytes]
Headers = list[tuple[bytes, bytes]]


def answer_of(refusal: EarlyRefusal, path: str, page_of: PageOf) -> tuple[Headers, bytes]:
    """Headers and body; the connection ends, as the rest of the request may still come."""
    if path.startswith(paths.API):
        kind = b"application/json"
        body = orjson.dumps({"code": refusal.code, "detail": refusal.message, "fields": {}})
    else:
        kind, body = b"text/html; charset=utf-8", page_of(refusal)
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; style-src 'self'; font-src 'self'"),
    ]
    if refusal.retry_after:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    return headers, body
