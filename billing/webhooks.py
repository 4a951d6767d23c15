"""The webhook of the payment provider: verify the raw body, store the event once, answer 200
(rules HOOK-1 to HOOK-3).
"""

import time
from typing import Any

from django.core.exceptions import RequestDataTooBig
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.incoming.inbox import receive
from billing import mirror
from billing.providers import payments
from billing.providers.signatures import BadSignature, verify
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.parsing import parse_object
from peerloop.kit.refusals import Invalid, TooLarge
from peerloop.kit.tasks import enqueue


class Unsigned(Invalid):
    """Not from the provider, or too late."""

    code = "bad_signature"


class StripeEventReceived(serializers.Serializer[Any]):
    """The event is kept."""

    received = serializers.BooleanField()


class StripeWebhook(Endpoint):
    """POST /webhooks/stripe: events of Stripe, and of the local provider, which signs alike."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []

    @extend_schema(
        operation_id="receive_stripe_event",
        summary="Take an event of the payment provider",
        description="Signed with the header Stripe-Signature over the raw body.",
        request={"application/json": {"type": "object"}},
        responses={200: StripeEventReceived},
        tags=["webhooks"],
    )
    def post(self, request: Request) -> Response:
        """400 for a missing, wrong or stale signature, and nothing is written then."""
        event = read_event(request)
        kept = receive(
            provider="stripe",
            event_id=event["id"],
            kind=event["type"],
            payload=event,
            at=clock.now(),
        )
        if kept is not None and mirror.is_on():
            enqueue("billing.mirror_stripe_event", event_id=str(kept.pk))
        return Response({"received": True})


def read_event(request: Request) -> dict[str, Any]:
    """The event in a signed request; raises Unsigned before anything is parsed, Invalid after."""
    try:
        body: bytes = request._request.body
    except RequestDataTooBig:
        raise TooLarge from None
    header = request.headers.get("Stripe-Signature", "")
    try:
        # Real time: the demo clock may run ahead of the signer's.
        verify(body, header=header, secrets=payments().signing_secrets(), at=int(time.time()))
    except BadSignature as error:
        raise Unsigned(str(error)) from error
    event = parse_object(body)
    for name, longest in (("id", 255), ("type", 100)):
        value = event.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            raise Invalid.field(name, "This is no event.")
    return event
