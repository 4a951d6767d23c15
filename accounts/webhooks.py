"""Resend's events: verified, kept once, worked later (rules HOOK-1 to HOOK-4, NOTE-5)."""

import uuid
from typing import Any

import resend
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.inbox import Ignored, receive
from accounts.models import Email, User, WebhookEvent
from peerloop.kit import clock
from peerloop.kit.parsing import parse_object
from peerloop.kit.refusals import Invalid

LONGEST_ID = 255


@csrf_exempt
@require_POST
def resend_webhook(request: HttpRequest) -> HttpResponse:
    """Take one signed event; a known one changes nothing."""
    if not _is_signed(request):
        raise Invalid("The signature is missing, wrong or too old.", code="bad_signature")
    event = parse_object(request.body)
    receive(
        provider="resend",
        event_id=request.headers["svix-id"][:LONGEST_ID],
        kind=str(event.get("type", "")),
        payload=event,
        at=clock.now(),
    )
    return JsonResponse({})


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
    """What an event changes: the mail's row, and the member's address. Safe in any order."""
    data = event.payload.get("data")
    if not isinstance(data, dict):
        raise Ignored
    if event.kind == "email.delivered":
        _mark(data, Email.Status.DELIVERED, after=[Email.Status.SENDING, Email.Status.SENT])
    elif event.kind == "email.bounced":
        _mark(data, Email.Status.BOUNCED)
        if _is_final(data):
            _people(data).update(email_status=User.EmailStatus.BOUNCED)
    elif event.kind == "email.complained":
        _mark(data, Email.Status.COMPLAINED)
        _people(data).update(marketing_opt_out=True)
        _people(data).filter(email_status=User.EmailStatus.OK).update(
            email_status=User.EmailStatus.COMPLAINED
        )
    else:
        raise Ignored


def _is_final(data: dict[str, Any]) -> bool:
    """A full mailbox or a server away for a day is no reason to give an address up."""
    bounce = data.get("bounce")
    kind = bounce.get("type") if isinstance(bounce, dict) else None
    return kind in (None, "Permanent")


def _mark(data: dict[str, Any], status: str, *, after: list[str] | None = None) -> None:
    mails = Email.objects.filter(provider_id=str(data.get("email_id", "")))
    ours = _our_id(data)
    if ours is not None and not mails.exists():
        # Quicker than the answer to our own call, which brings the provider's id.
        mails = Email.objects.filter(pk=ours)
    if after is not None:
        mails = mails.filter(status__in=after)
    mails.update(status=status)


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
