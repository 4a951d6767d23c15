"""Members over the API: the creators' directory, following and blocking."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.members import serializers as shapes
from accounts.members.access import any_member, visible_member
from accounts.members.actions.relations import (
    block_member,
    follow_member,
    unblock_member,
    unfollow_member,
)
from accounts.members.queries.directory import creator_cards
from accounts.members.queries.people import People, blocks_of, followers_of, following_of
from accounts.models import User
from accounts.requests import MemberApiRequest
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import Page, PageQuery, page_of
from peerloop.kit.text import one_line

BAD = OpenApiResponse(description="Not possible, or a field does not fit.")
NOBODY = OpenApiResponse(description="Nobody is signed in.")
MISSING = OpenApiResponse(description="There is no such member.")
BLOCKED = OpenApiResponse(description="The asker shut the member out.")
DONE = OpenApiResponse(description="It is so now, also if it was so before.")


class FollowEndpoint(Endpoint):
    """/users/:id/follow."""

    @extend_schema(
        operation_id="users_follow",
        request=None,
        responses={
            201: shapes.FollowAnswer,
            400: BAD,
            401: NOBODY,
            404: MISSING,
            409: BLOCKED,
        },
    )
    def post(self, request: MemberApiRequest, user_id: str) -> Response:
        """Follow a member. Safe to repeat."""
        member = visible_member(request.user, user_id)
        follow_member(member=member, by=request.user, at=clock.now())
        return Response(shapes.FollowAnswer({"is_following": True}).data, status=201)

    @extend_schema(operation_id="users_unfollow", responses={204: DONE, 401: NOBODY, 404: MISSING})
    def delete(self, request: MemberApiRequest, user_id: str) -> Response:
        """No longer follow a member. Safe to repeat."""
        unfollow_member(member=any_member(user_id), by=request.user)
        return Response(status=204)


class FollowersEndpoint(Endpoint):
    """/users/:id/followers."""

    @extend_schema(
        operation_id="users_followers",
        parameters=[PageQuery],
        responses={200: shapes.FollowersAnswer, 400: BAD, 401: NOBODY, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, user_id: str) -> Response:
        """Who follows a member, newest first; nobody of a private profile."""
        page = page_of(request.query_params)
        found = followers_of(visible_member(request.user, user_id), viewer=request.user, page=page)
        return Response(shapes.FollowersAnswer(_listed(found, page)).data)


class FollowingEndpoint(Endpoint):
    """/users/:id/following."""

    @extend_schema(
        operation_id="users_following",
        parameters=[PageQuery],
        responses={200: shapes.FollowingAnswer, 400: BAD, 401: NOBODY, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, user_id: str) -> Response:
        """Whom a member follows, newest first; nobody of a private profile."""
        page = page_of(request.query_params)
        found = following_of(visible_member(request.user, user_id), viewer=request.user, page=page)
        return Response(shapes.FollowingAnswer(_listed(found, page)).data)


class BlocksEndpoint(Endpoint):
    """/blocks."""

    @extend_schema(
        operation_id="blocks_list",
        parameters=[PageQuery],
        responses={200: shapes.BlocksAnswer, 400: BAD, 401: NOBODY},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """The blocked members, newest first. Nobody else sees them."""
        page = page_of(request.query_params)
        return Response(shapes.BlocksAnswer(_listed(blocks_of(request.user, page=page), page)).data)

    @extend_schema(
        operation_id="blocks_add",
        request=shapes.BlockInput,
        responses={201: shapes.PersonInList, 400: BAD, 401: NOBODY, 404: MISSING},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Block a member: follows end both ways, they no longer find the blocker. Repeatable."""
        member = any_member(self.body(shapes.BlockInput)["user_id"])
        block_member(member=member, by=request.user, at=clock.now())
        return Response(shapes.PersonInList(member).data, status=201)


class BlockEndpoint(Endpoint):
    """/blocks/:id."""

    @extend_schema(operation_id="blocks_remove", responses={204: DONE, 401: NOBODY, 404: MISSING})
    def delete(self, request: MemberApiRequest, user_id: str) -> Response:
        """Unblock a member. Safe to repeat."""
        unblock_member(member=any_member(user_id), by=request.user)
        return Response(status=204)


class CreatorsEndpoint(Endpoint):
    """/creators."""

    permission_classes = []

    @extend_schema(
        operation_id="creators_list",
        parameters=[shapes.CreatorQuery],
        responses={200: shapes.CreatorsAnswer, 400: BAD},
    )
    def get(self, request: Request) -> Response:
        """Creators with a public profile, by name; the nearest name first while searching."""
        asked = self.query(shapes.CreatorQuery)
        page = page_of(request.query_params)
        found = creator_cards(
            viewer=request.user if isinstance(request.user, User) else None,
            search=one_line(asked.get("search", "")),
            expertise=one_line(asked.get("expertise", "")),
            page=page,
        )
        answer = {"creators": found.cards, "total": found.total, "page": page.page}
        return Response(shapes.CreatorsAnswer(answer).data)


def _listed(found: People, page: Page) -> dict[str, Any]:
    return {"people": found.people, "total": found.total, "page": page.page}
