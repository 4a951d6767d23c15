"""Webhooks of video servers: authenticate, store each event once, answer (HOOK-1 to HOOK-3)."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.incoming.inbox import receive
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.refusals import Invalid, TooLarge
from scheduling.providers import video
from scheduling.providers.base import BadSignature, HookCall

UNPROVEN = OpenApiResponse(description="No proof, a wrong one or a stale one: nothing is written.")


class Unproven(Invalid):
    """The call is not from the video server."""

    code = "bad_signature"
    message = "This call is not signed as the video server signs."


class Received(serializers.Serializer[Any]):
    """The events are stored."""

    received = serializers.BooleanField()


class VideoWebhook(Endpoint):
    """What both webhooks have in common."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    provider = ""

    def take(self, request: Request) -> Response:
        """Store each event of an authentic call under its id; known ones change nothing."""
        call = _call(request)
        try:
            events = video(self.provider).parse_event(call)
        except BadSignature:
            raise Unproven from None
        for event in events:
            receive(
                provider=self.provider,
                event_id=event.event_id[:255],
                kind=event.name or event.kind,
                payload=event.as_json(),
                at=clock.now(),
            )
        return Response({"received": True})


class PlugNmeetWebhook(VideoWebhook):
    """POST /webhooks/plugnmeet."""

    provider = "plugnmeet"

    @extend_schema(
        operation_id="receive_plugnmeet_event",
        summary="Take an event of plugNmeet",
        description="Proven by the header Authorization: a token over the hash of the raw body.",
        request={"application/json": OpenApiTypes.OBJECT},
        responses={200: Received, 400: UNPROVEN},
        tags=["webhooks"],
    )
    def post(self, request: Request) -> Response:
        """400 for a missing, wrong or expired signature."""
        return self.take(request)


class BigBlueButtonWebhook(VideoWebhook):
    """/webhooks/bbb: bbb-webhooks and recording-ready by POST, the end of a meeting by GET."""

    provider = "bigbluebutton"

    @extend_schema(
        operation_id="receive_bbb_event",
        summary="Take an event of BigBlueButton",
        description="Events of bbb-webhooks, proven by the checksum over registered address, raw "
        "body and secret; or the signed parameters of the recording-ready callback.",
        parameters=[OpenApiParameter("checksum", str, description="Hash that proves the call.")],
        request={"application/x-www-form-urlencoded": OpenApiTypes.OBJECT},
        responses={200: Received, 400: UNPROVEN},
        tags=["webhooks"],
    )
    def post(self, request: Request) -> Response:
        """400 for a missing, wrong or expired signature (rule HOOK-1)."""
        return self.take(request)

    @extend_schema(
        operation_id="receive_bbb_end",
        summary="Take the end of a meeting",
        description="BigBlueButton's end callback, proven by the word that we put into the address "
        "when the meeting was made. It is only a hint: the server is asked before anything ends.",
        parameters=[
            OpenApiParameter("ended", str, description="Our own proof."),
            OpenApiParameter("meetingID", str, description="The room, added by the server."),
            OpenApiParameter("recordingmarks", str, description="Added by the server; unused."),
        ],
        responses={200: Received, 400: UNPROVEN},
        tags=["webhooks"],
    )
    def get(self, request: Request) -> Response:
        """400 for a missing or wrong signature."""
        return self.take(request)


def _call(request: Request) -> HookCall:
    try:
        body: bytes = request._request.body
    except RequestDataTooBig:
        raise TooLarge from None
    return HookCall(
        method=request.method or "",
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.META.get("QUERY_STRING", ""),
        body=body,
        # Real time: the demo clock may run ahead of the server's.
        at=datetime.now(UTC),
    )
