"""Webhooks of Resend: verified, stored once, processed later (rules HOOK-1 to HOOK-4, NOTE-5)."""

import uuid
from typing import Any

import resend
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.incoming.inbox import Ignored, receive
from accounts.models import Email, User, WebhookEvent
from accounts.notifications.outbox.rows import tell
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.parsing import parse_object
from peerloop.kit.refusals import Invalid
from peerloop.kit.schema import EMPTY_OBJECT

LONGEST_ID = 255
# Queued: our call got no answer, but the event proves that the mail was sent.
_LEFT: list[str] = [Email.Status.QUEUED, Email.Status.SENDING, Email.Status.SENT]
_ARRIVED: list[str] = [*_LEFT, Email.Status.DELIVERED, Email.Status.FAILED]
# The new status for each event, and from which statuses: the order of arrival does not matter.
STEPS: dict[str, tuple[str, list[str], str]] = {
    "email.delivered": (Email.Status.DELIVERED, [*_LEFT, Email.Status.FAILED], ""),
    "email.bounced": (Email.Status.BOUNCED, _ARRIVED, "bounced"),
    "email.complained": (
        Email.Status.COMPLAINED,
        [*_ARRIVED, Email.Status.BOUNCED],
        "called spam by its reader",
    ),
    "email.failed": (Email.Status.FAILED, _LEFT, "lost by the provider"),
    "email.suppressed": (Email.Status.FAILED, _LEFT, "kept back by the provider"),
}


class ResendWebhook(Endpoint):
    """POST /webhooks/resend: what became of our mails."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []

    @extend_schema(
        operation_id="receive_resend_event",
        summary="Take an event of the mail provider",
        description="Signed with the headers svix-id, svix-timestamp and svix-signature over the "
        "raw body.",
        request={"application/json": {"type": "object"}},
        responses={200: EMPTY_OBJECT},
        tags=["webhooks"],
    )
    def post(self, request: Request) -> Response:
        """Store one signed event; a known one changes nothing. 400 for a wrong signature."""
        if not _is_signed(request._request):
            raise Invalid("The signature is missing, wrong or too old.", code="bad_signature")
        event = parse_object(request._request.body)
        receive(
            provider="resend",
            event_id=request.headers["svix-id"][:LONGEST_ID],
            kind=str(event.get("type", "")),
            payload=event,
            at=clock.now(),
        )
        return Response({})


def _is_signed(request: HttpRequest) -> bool:
    """Whether one of our secrets signed this body within the last five minutes."""
    headers: Any = {
        name: request.headers.get(f"svix-{name}", "") for name in ("id", "timestamp", "signature")
    }
    for secret in settings.RESEND_WEBHOOK_SECRET.split(","):
        try:
            resend.Webhooks.verify(
                {
                    "payload": request.body.decode("utf-8"),
                    "headers": headers,
                    "webhook_secret": secret.strip(),
                }
            )
        except (ValueError, TypeError):
            continue
        return True
    return False


@transaction.atomic
def apply_resend_event(event: WebhookEvent) -> None:
    """Update the mail and the status of the member's address. Safe in any order."""
    data = event.payload.get("data")
    if not isinstance(data, dict):
        raise Ignored
    if event.kind not in STEPS:
        raise Ignored
    _update_mail(data, *STEPS[event.kind])
    people = _people(data)
    kept_back = _part(data, "suppressed").get("reason")
    if (event.kind == "email.bounced" and _is_final(data)) or kept_back == "previous_bounce":
        people.update(email_status=User.EmailStatus.BOUNCED)
    elif event.kind == "email.complained" or kept_back == "previous_complaint":
        people.update(marketing_opt_out=True)
        ok = people.filter(email_status=User.EmailStatus.OK)
        ok.update(email_status=User.EmailStatus.COMPLAINED)


def _is_final(data: dict[str, Any]) -> bool:
    """A full mailbox or an unavailable server does not make an address invalid."""
    return _part(data, "bounce").get("type") in (None, "Permanent")


def _part(data: dict[str, Any], name: str) -> dict[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _update_mail(data: dict[str, Any], status: str, after: list[str], error: str) -> None:
    mails = Email.objects.filter(provider_id=str(data.get("email_id", "")))
    ours = _our_id(data)
    if ours is not None and not mails.exists():
        # The event came before the answer to our own call, which has the provider's id.
        mails = Email.objects.filter(pk=ours)
    at = clock.now()
    found = list(mails.filter(status__in=after).only("pk", "template"))
    mails.filter(status__in=after).update(status=status, error=error, updated_at=at)
    tell(found, at)


def _our_id(data: dict[str, Any]) -> uuid.UUID | None:
    tags = data.get("tags")
    try:
        return uuid.UUID(str(tags["id"])) if isinstance(tags, dict) else None
    except (KeyError, ValueError):
        return None


def _people(data: dict[str, Any]) -> Any:
    to = data.get("to")
    addresses = to if isinstance(to, list) else [to]
    return User.objects.filter(email__in=[str(address).lower() for address in addresses if address])
