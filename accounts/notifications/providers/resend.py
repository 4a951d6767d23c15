"""Mail through Resend's HTTP API."""

import base64
import hashlib
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import resend
from django.conf import settings
from resend.exceptions import ResendError

from accounts.notifications.providers.base import MOST_IN_BATCH, EmailOptions
from peerloop.kit.providers import Rejected, Unavailable

TIMEOUT_SECONDS = 10
# 409: the first call under this key is still running. 401 and 403: our key or domain is not set up
# right, which an operator has to fix; the mails wait.
AGAIN = {401, 403, 408, 409, 425, 429, 500, 502, 503, 504}
LONGEST_WAIT = 3_600
FINAL = {"invalid_idempotent_request"}


class ResendEmail:
    """The vendor's SDK keeps its settings in module globals; they are set before each call."""

    most_in_batch = MOST_IN_BATCH

    def held(self) -> AbstractContextManager[None]:
        """Nothing to keep open: batches make few calls."""
        return nullcontext()

    def send_email(self, options: EmailOptions) -> str:
        """Send one mail under its own idempotency key."""
        self._prepare()
        try:
            answer = resend.Emails.send(_parameters(options), {"idempotency_key": options.key})
        except ResendError as error:
            raise _translated(error) from error
        return str(answer["id"])

    def send_batch(self, mails: list[EmailOptions]) -> list[str]:
        """Send up to 100 mails in one call; strict, so one bad mail stops all."""
        if len(mails) > MOST_IN_BATCH or any(options.attachments for options in mails):
            raise Rejected(f"A batch holds at most {MOST_IN_BATCH} mails, without attachments.")
        if not mails:
            return []
        self._prepare()
        keys = hashlib.sha256("\n".join(options.key for options in mails).encode()).hexdigest()
        try:
            answer = resend.Batch.send(
                [_parameters(options) for options in mails], {"idempotency_key": f"batch/{keys}"}
            )
        except ResendError as error:
            raise _translated(error) from error
        return [str(row["id"]) for row in answer["data"]]

    def _prepare(self) -> None:
        resend.api_key = settings.RESEND_API_KEY
        resend.api_url = settings.RESEND_API_URL
        resend.default_http_client = resend.RequestsClient(timeout=TIMEOUT_SECONDS)


def _parameters(options: EmailOptions) -> Any:
    values: dict[str, Any] = {
        "from": options.sender,
        "to": [options.to],
        "subject": options.subject,
        "text": options.text,
        "html": options.html,
        "tags": [{"name": name, "value": value} for name, value in options.tags.items()],
    }
    if options.headers:
        values["headers"] = options.headers
    if options.attachments:
        values["attachments"] = [
            {
                "filename": file.name,
                "content": base64.b64encode(file.content).decode(),
                "content_type": file.kind,
            }
            for file in options.attachments
        ]
    return values


def _translated(error: ResendError) -> Unavailable | Rejected:
    kind = str(error.error_type)
    status = int(error.code) if str(error.code).isdigit() else 500
    if kind in FINAL:
        return Rejected(str(error), code=kind)
    if status not in AGAIN:
        return Rejected(str(error), code=kind)
    return Unavailable(str(error), code=kind, retry_after=_retry_after(error))


def _retry_after(error: ResendError) -> int:
    headers = {name.lower(): value for name, value in error.headers.items()}
    words = headers.get("retry-after") or headers.get("ratelimit-reset") or ""
    return min(int(words), LONGEST_WAIT) if words.isascii() and words.isdigit() else 0
