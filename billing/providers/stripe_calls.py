"""One call to Stripe: how long, how often, and its errors in our two words."""

import time
from collections.abc import Callable
from typing import Any

import stripe

from billing.providers.base import ANSWERED, Rejected, Unavailable
from peerloop.kit.providers import NO_ANSWER

# A person waits for the answer: all tries of a call together take this long at most.
SECONDS = 3.5
CONNECT_SECONDS, READ_SECONDS = 2, 3
RETRIES = 2
FIRST_PAUSE, LEAST_LEFT = 0.5, 0.5
LATER = {"lock_timeout", "idempotency_key_in_use", "rate_limit"}


def tried(call: Callable[[], Any]) -> Any:
    """Make a call, and again where Stripe asked for that, as often as the time allows."""
    until = time.monotonic() + SECONDS
    tries = 0
    while True:
        try:
            return call().to_dict()
        except stripe.StripeError as error:
            ours = _ours(error)
            pause = _pause(ours, error, tries)
            if pause is None or time.monotonic() + pause + LEAST_LEFT > until:
                raise ours from error
        tries += 1
        time.sleep(pause)


def _pause(ours: Unavailable | Rejected, error: stripe.StripeError, tries: int) -> float | None:
    """Seconds until the next try; None for an answer that stays as it is.

    A 500 is kept under its key and given again: the caller has to look what happened.
    """
    final = isinstance(ours, Rejected) or ours.code == ANSWERED
    headers = error.headers or {}
    if final or tries >= RETRIES or headers.get("stripe-should-retry") == "false":
        return None
    return ours.retry_after or FIRST_PAUSE * 2.0**tries


def _ours(error: stripe.StripeError) -> Unavailable | Rejected:
    status, code = error.http_status or 0, _code_of(error)
    message = error.user_message or str(error)
    if isinstance(error, stripe.APIConnectionError) or not status:
        return Unavailable(message, code=NO_ANSWER)
    if not 400 <= status < 500:
        return Unavailable(message, code=ANSWERED if status == 500 else code)
    if status in {409, 429} or code in LATER:
        return Unavailable(message, code=code, retry_after=_retry_after(error))
    return Rejected(message, code=code)


def _retry_after(error: stripe.StripeError) -> int:
    """The seconds that Stripe asked to wait; 0 if it did not say."""
    words = str((error.headers or {}).get("retry-after", ""))
    return int(words) if words.isascii() and words.isdigit() else 0


def _code_of(error: stripe.StripeError) -> str:
    """Stripe's word for the error, read from its answer.

    The SDK fills its own ``code`` for 400, 402 and 404 alone: 401, 403, 409 and 429 have none.
    """
    body = error.json_body
    said = body.get("error") if isinstance(body, dict) else None
    if not isinstance(said, dict):
        return error.code or ""
    is_about_key = said.get("type") == "idempotency_error"
    return str(said.get("code") or ("idempotency_error" if is_about_key else ""))
