"""API endpoints of a creator's moderators."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.members.access import member_of
from accounts.members.serializers import PersonInList
from accounts.models import User
from accounts.requests import MemberApiRequest
from community.models import CommunityModerator
from community.moderators.access import active_moderators_of
from community.moderators.actions import appoint_moderator, end_appointment
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Id, Input
from peerloop.kit.refusals import Forbidden, Invalid, Missing

FORBIDDEN = OpenApiResponse(description="Only the creator and admins do this.")
MISSING = OpenApiResponse(description="No such creator, or nobody who moderates for them.")
CLASH = OpenApiResponse(description="They keep order everywhere, or there are twenty already.")


class ModeratorInput(Input):
    """Who is to keep order."""

    user_id = Id()


class ModeratorAnswer(serializers.Serializer[Any]):
    """A member who keeps order in a creator's feed and those of their courses."""

    user = PersonInList()
    appointed_at = serializers.DateTimeField(source="created_at")


class ModeratorsAnswer(serializers.Serializer[Any]):
    """All of a creator: at most twenty."""

    moderators = ModeratorAnswer(many=True)


class Moderators(Endpoint):
    """Who keeps order for a creator."""

    @extend_schema(
        operation_id="list_community_moderators",
        summary="Who keeps order among a creator's people",
        description="For the creator themselves and admins.",
        responses={200: ModeratorsAnswer, 403: FORBIDDEN, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, creator_id: str) -> Response:
        """The newest first."""
        creator = _led(request.user, creator_id)
        answer = {"moderators": active_moderators_of(creator)}
        return Response(ModeratorsAnswer(answer).data)

    @extend_schema(
        operation_id="appoint_community_moderator",
        summary="Appoint a moderator",
        description="Among who learns or teaches in the creator's courses. Safe to repeat.",
        request=ModeratorInput,
        responses={200: ModeratorAnswer, 400: BAD, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, creator_id: str) -> Response:
        """Appoint them; they are notified."""
        creator, given = _led(request.user, creator_id), self.body(ModeratorInput)
        try:
            member = member_of(given["user_id"])
            made = appoint_moderator(creator=creator, user=member, by=request.user, at=clock.now())
        except (Missing, Invalid):
            words = "Choose somebody who learns or teaches in your courses."
            raise Invalid.field("user_id", words) from None
        return Response(ModeratorAnswer(made).data)


class OneModerator(Endpoint):
    """One appointment."""

    @extend_schema(
        operation_id="end_community_moderator",
        summary="End an appointment",
        description="By the creator, an admin, or the moderator. The other side is notified. Safe "
        "to repeat.",
        responses={204: None, 403: FORBIDDEN, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, creator_id: str, user_id: str) -> Response:
        """End it."""
        creator, user = _creator(creator_id), member_of(user_id)
        if user.pk != request.user.pk:
            _require_led(request.user, creator)
        rows = CommunityModerator.objects.active().select_related("creator", "user")
        appointment = rows.filter(creator=creator, user=user).first()
        if appointment is not None:
            end_appointment(appointment=appointment, by=request.user, at=clock.now())
        return Response(status=204)


def _led(user: User, creator_id: str) -> User:
    creator = _creator(creator_id)
    _require_led(user, creator)
    return creator


def _creator(creator_id: str) -> User:
    found = member_of(creator_id)
    if not found.is_creator:
        raise Missing
    return found


def _require_led(user: User, creator: User) -> None:
    if creator.pk != user.pk and not user.is_admin:
        raise Forbidden("Only the creator chooses who keeps order among their people.")
