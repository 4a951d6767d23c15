"""API endpoints of calls for help."""

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.incoming.idempotency import idempotent
from accounts.members.access import member_of
from accounts.requests import MemberApiRequest
from goodwill.models import HelpSummons, UserGoodwill
from goodwill.summons import serializers as shapes
from goodwill.summons.access import (
    answerable_summons,
    enrollment_in,
    module_of,
    own_summons,
    require_switched_on,
    summons_in_reach,
)
from goodwill.summons.actions import (
    answer_summons,
    cancel_summons,
    complete_summons,
    record_sign_of_life,
    summon,
    switch_help,
)
from goodwill.summons.queries import MOST_SHOWN, count_here, here_now, waiting_for
from peerloop.kit import clock
from peerloop.kit.answers import BAD, MISSING
from peerloop.kit.api import Endpoint
from peerloop.kit.refusals import Forbidden

NOT_ENROLLED = OpenApiResponse(description="Not enrolled, unverified, or banned from posting.")
NOT_A_HELPER = OpenApiResponse(
    description="`not_certified` for the course, `switched_off`, or the caller's own call."
)
NOT_THE_CALLER = OpenApiResponse(description="Somebody else's call.")


class Summons(Endpoint):
    """Calls for help."""

    @extend_schema(
        operation_id="create_summons",
        summary="Call for help",
        description="All who are available for the course are told at once. It waits 15 minutes.",
        request=shapes.SummonsInput,
        responses={
            201: shapes.SummonsCreated,
            400: BAD,
            403: NOT_ENROLLED,
            404: MISSING,
            409: OpenApiResponse(description="`already_open`, with `summons`."),
            422: OpenApiResponse(description="`calls_used`: three a day."),
        },
    )
    @idempotent
    def post(self, request: MemberApiRequest) -> Response:
        """Call."""
        given, at = self.body(shapes.SummonsInput), clock.now()
        enrollment = enrollment_in(request.user, given["course_id"])
        module = module_of(enrollment, given["module_id"])
        row = summon(enrollment=enrollment, module=module, by=request.user, at=at)
        here = count_here(enrollment.course, for_user=request.user, at=at)
        answer = {"id": row.pk, "status": row.status, "available_helpers": here}
        return Response(shapes.SummonsCreated({"summon": answer}).data, status=201)


class ActiveSummons(Endpoint):
    """Calls that wait for the caller."""

    @extend_schema(
        operation_id="list_active_summons",
        summary="List calls that you can answer",
        description="For teachers and creators whose switch is on; asking is a sign of life.",
        responses={200: shapes.WaitingList, 403: NOT_A_HELPER},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """The oldest first."""
        require_switched_on(request.user)
        at = clock.now()
        record_sign_of_life(user_id=request.user.pk, at=at)
        rows = list(waiting_for(request.user, at=at)[:MOST_SHOWN])
        return Response(shapes.WaitingList({"summons": rows}).data)


class OneSummons(Endpoint):
    """One call."""

    @extend_schema(
        operation_id="get_summons",
        summary="Get a call for help",
        responses={200: shapes.SummonsState, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, summons_id: str) -> Response:
        """Its state now."""
        row = summons_in_reach(request.user, summons_id)
        return Response(shapes.SummonsState({"summon": row}).data)


class Cancelling(Endpoint):
    """Taking a call back."""

    @extend_schema(
        operation_id="cancel_summons",
        summary="Cancel your call for help",
        description="While nobody answered. Safe to repeat.",
        request=None,
        responses={
            200: shapes.SummonsState,
            403: NOT_THE_CALLER,
            404: MISSING,
            409: OpenApiResponse(description="`already_answered` or `not_waiting`."),
        },
    )
    def post(self, request: MemberApiRequest, summons_id: str) -> Response:
        """Cancel it."""
        row = own_summons(request.user, summons_id)
        cancel_summons(summons=row, by=request.user, at=clock.now())
        return Response(_state(request, row))


class Responding(Endpoint):
    """Answering a call."""

    @extend_schema(
        operation_id="respond_to_summons",
        summary="Answer a call for help",
        description="The first answer wins.",
        request=None,
        responses={
            200: shapes.SummonsResponded,
            403: NOT_A_HELPER,
            404: MISSING,
            409: OpenApiResponse(description="`already_answered` or `not_waiting`."),
        },
    )
    def post(self, request: MemberApiRequest, summons_id: str) -> Response:
        """Answer it."""
        row = answerable_summons(request.user, summons_id)
        row = answer_summons(summons=row, by=request.user, at=clock.now())
        chat_url = settings.BASE_URL + reverse("conversation", args=[row.conversation_id])
        answer = {"id": row.pk, "status": row.status, "chat_url": chat_url}
        return Response(shapes.SummonsResponded({"summon": answer}).data)


class Completing(Endpoint):
    """Thanking for help."""

    @extend_schema(
        operation_id="complete_summons",
        summary="Close a call and give points",
        description="At least five minutes after the answer; 10 to 25 points.",
        request=shapes.ThanksInput,
        responses={
            200: shapes.SummonsCompleted,
            400: BAD,
            403: NOT_THE_CALLER,
            404: MISSING,
            409: OpenApiResponse(
                description="`nobody_answered`, `too_early`, `already_closed`, `shared_account` or "
                "`not_a_helper`."
            ),
            422: OpenApiResponse(description="`day_is_full`: a daily limit of points."),
            429: OpenApiResponse(
                description="`too_soon`: points for the same helper within a day."
            ),
        },
    )
    def post(self, request: MemberApiRequest, summons_id: str) -> Response:
        """Thank the helper."""
        row = own_summons(request.user, summons_id)
        given = self.body(shapes.ThanksInput)
        row = complete_summons(summons=row, points=given["points"], by=request.user, at=clock.now())
        total = UserGoodwill.objects.values_list("total_earned", flat=True).get(pk=row.helper_id)
        answer = {"summon": row, "helper_new_total": total}
        return Response(shapes.SummonsCompleted(answer).data)


class AvailableHelpers(Endpoint):
    """Who is here to help in a course."""

    @extend_schema(
        operation_id="get_available_helpers",
        summary="Who can help in a course now",
        responses={200: shapes.HelpersAnswer, 403: NOT_ENROLLED, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, course_id: str) -> Response:
        """Count and name them."""
        course = enrollment_in(request.user, course_id).course
        helpers, count = here_now(course, for_user=request.user, at=clock.now())
        answer = {"available_count": count, "helpers": helpers}
        return Response(shapes.HelpersAnswer(answer).data)


class Availability(Endpoint):
    """The switch "available to help"."""

    @extend_schema(
        operation_id="set_help_availability",
        summary="Offer help, or no more",
        request=shapes.SwitchInput,
        responses={
            200: shapes.SwitchAnswer,
            400: BAD,
            403: OpenApiResponse(description="Somebody else's, or `not_certified`."),
            404: MISSING,
        },
    )
    def patch(self, request: MemberApiRequest, user_id: str) -> Response:
        """Switch it."""
        if member_of(user_id).pk != request.user.pk:
            raise Forbidden("You can only switch your own.")
        wanted = self.body(shapes.SwitchInput)["is_available"]
        row = switch_help(user=request.user, is_available=wanted, at=clock.now())
        return Response(shapes.SwitchAnswer(row).data)


def _state(request: MemberApiRequest, row: HelpSummons) -> object:
    row = summons_in_reach(request.user, row.pk)
    return shapes.SummonsState({"summon": row}).data
