"""A member's profile over the API. Here, since it needs both accounts and learning."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.members.access import member_of, visible_member
from accounts.members.actions.profile import change_profile
from accounts.members.queries.profiles import profile_of
from accounts.members.serializers import ProfileAnswer, ProfileInput
from accounts.models import User
from accounts.requests import MemberApiRequest
from learning.actions.teaching import list_as_teacher
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.refusals import Forbidden

MISSING = OpenApiResponse(description="There is no such member.")
BAD = OpenApiResponse(description="A field does not fit; it is named.")
NOBODY = OpenApiResponse(description="Nobody is signed in.")
OTHERS = OpenApiResponse(description="This is somebody else's profile.")
HIDDEN = OpenApiResponse(description="Moderators closed the profile: it can not be public now.")


class MemberEndpoint(Endpoint):
    """GET and PATCH /users/:id."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="users_get", responses={200: ProfileAnswer, 404: MISSING})
    def get(self, request: Request, user_id: str) -> Response:
        """A profile, limited to what the caller may see."""
        viewer = request.user if isinstance(request.user, User) else None
        return _answer(visible_member(viewer, user_id), viewer)

    @extend_schema(
        operation_id="users_update",
        request=ProfileInput,
        responses={
            200: ProfileAnswer,
            400: BAD,
            401: NOBODY,
            403: OTHERS,
            404: MISSING,
            409: HIDDEN,
        },
    )
    def patch(self, request: MemberApiRequest, user_id: str) -> Response:
        """Change the caller's own profile; fields that are not sent stay."""
        member = member_of(user_id)
        if member.pk != request.user.pk:
            raise Forbidden("You can change your own profile only.")
        member = _change(member, self.body(ProfileInput))
        return _answer(member, member)


def _answer(member: User, viewer: User | None) -> Response:
    return Response(ProfileAnswer(profile_of(member, viewer=viewer)).data)


@transaction.atomic
def _change(member: User, changes: dict[str, Any]) -> User:
    """Change the profile and the listing as a student-teacher, in one transaction."""
    listed = changes.pop("is_student_teacher", None)
    if listed is not None:
        list_as_teacher(user=member, listed=listed)
    return change_profile(user=member, at=clock.now(), **changes)
