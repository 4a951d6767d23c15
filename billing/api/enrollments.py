"""Leaving a course: DELETE /enrollments/:id, and what would come back."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing import access
from billing.actions.refunds import cancel_enrollment
from billing.queries.refund_preview import due_cents, preview_cancellation
from learning.access import own_enrollment
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Input, Text

NOT_OPEN = OpenApiResponse(description="The enrollment is completed or disputed.")


class CancelIn(Input):
    """Why, in the student's words."""

    refuse_unknown = True
    reason = Text(required=False, allow_blank=True, max_length=2000)


class CancelOut(serializers.Serializer[Any]):
    """The enrollment is cancelled; what comes back. Without a refund's status but with an amount,
    another refund of the payment is on its way, and this one follows it."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    refund_cents = serializers.IntegerField()
    refund_status = serializers.CharField(allow_null=True)


class PreviewPartOut(serializers.Serializer[Any]):
    """One session's part of the price."""

    number = serializers.IntegerField()
    amount_cents = serializers.IntegerField()
    state = serializers.CharField(help_text="taught, running, ahead or gone")
    comes_back = serializers.BooleanField()


class RefundPreviewOut(serializers.Serializer[Any]):
    """What would come back now (rules REF-1 to REF-4). No policy: there was no payment."""

    policy = serializers.CharField(allow_blank=True, help_text="full, guarantee or pro_rata")
    refund_cents = serializers.IntegerField(source="amount_cents")
    paid_cents = serializers.IntegerField()
    kept_cents = serializers.IntegerField()
    refunded_cents = serializers.IntegerField(help_text="Went back before")
    delivered = serializers.IntegerField()
    parts = PreviewPartOut(many=True)


class EnrollmentEndpoint(Endpoint):
    """DELETE /enrollments/:id."""

    @extend_schema(
        operation_id="enrollments_cancel",
        description="Cancel the own enrollment at once; the refund is computed and asked for. "
        'A JSON body `{"reason": "..."}` is optional. Safe to repeat.',
        request=CancelIn,
        responses={200: CancelOut, 409: NOT_OPEN},
        tags=["pay"],
    )
    def delete(self, request: Request, enrollment_id: str) -> Response:
        """Cancel the own enrollment at once; the refund is computed and asked for (rule REF-5).

        Safe to repeat: the answer is the refund that was asked for the first time.
        """
        student = access.member(request.user)
        enrollment = own_enrollment(student, enrollment_id)
        given = self.body(CancelIn)
        refund = cancel_enrollment(
            enrollment=enrollment, by=student, reason=given.get("reason", ""), at=clock.now()
        )
        answer = {
            "id": enrollment.pk,
            "status": Enrollment.Status.CANCELLED,
            "refund_cents": refund.policy_cents if refund else due_cents(enrollment),
            "refund_status": refund.status if refund else None,
        }
        return Response(CancelOut(answer).data)


class RefundPreviewEndpoint(Endpoint):
    """GET /enrollments/:id/refund."""

    @extend_schema(
        operation_id="enrollments_refund_preview", responses=RefundPreviewOut, tags=["pay"]
    )
    def get(self, request: Request, enrollment_id: str) -> Response:
        """What would come back if the enrollment were cancelled now; changes nothing."""
        enrollment = own_enrollment(access.member(request.user), enrollment_id)
        preview = preview_cancellation(enrollment=enrollment, at=clock.now())
        return Response(RefundPreviewOut(preview).data)
