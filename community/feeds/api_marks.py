"""API endpoints of reposts, pins, helpful replies, companions and recent posters."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.members.access import visible_member
from accounts.requests import MemberApiRequest
from community.feeds import serializers as shapes
from community.feeds import serializers_marks as small
from community.feeds.access import asked_feed, visible_post
from community.feeds.actions import (
    keep_author,
    keep_post,
    let_go,
    mark_helped,
    pin_post,
    repost,
    take_help_back,
    undo_repost,
    unpin_post,
)
from community.feeds.api import BAD, CLASH, FORBIDDEN, MISSING, answer_of
from community.feeds.panels import companions_of, recent_posters
from peerloop.kit import clock
from peerloop.kit.api import Endpoint, identifier
from peerloop.kit.refusals import Invalid, Missing


class Reposts(Endpoint):
    """The caller's repost of a post."""

    @extend_schema(
        operation_id="repost_post",
        summary="Repost a post",
        description="Into its own feed, or one all of whose readers may see it. Once a post; safe "
        "to repeat.",
        request=small.RepostInput,
        responses={200: shapes.PostAnswer, 400: BAD, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Show it again."""
        post, given = visible_post(request.user, post_id), self.body(small.RepostInput)
        feed = asked_feed(request.user, given) if given else None
        repost(post=post, feed=feed, by=request.user, at=clock.now())
        return Response(answer_of(request, post))

    @extend_schema(
        operation_id="undo_repost",
        summary="Take your repost back",
        description="Safe to repeat.",
        responses={200: shapes.PostAnswer, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, post_id: str) -> Response:
        """Take it back."""
        post = visible_post(request.user, post_id)
        undo_repost(post=post, by=request.user)
        return Response(answer_of(request, post))


class Pins(Endpoint):
    """Whether a post stands on top of its feed."""

    @extend_schema(
        operation_id="pin_post",
        summary="Pin a post to the top of its feed",
        description="For who leads the feed of a course or creator; at most three a feed. Safe to "
        "repeat.",
        request=None,
        responses={200: shapes.PostAnswer, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Pin it."""
        post = visible_post(request.user, post_id)
        pin_post(post=post, by=request.user, at=clock.now())
        return Response(answer_of(request, post))

    @extend_schema(
        operation_id="unpin_post",
        summary="Take a pin down",
        description="Safe to repeat.",
        responses={200: shapes.PostAnswer, 403: FORBIDDEN, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, post_id: str) -> Response:
        """Take it down."""
        post = visible_post(request.user, post_id)
        unpin_post(post=post, by=request.user)
        return Response(answer_of(request, post))


class Helped(Endpoint):
    """Whether a reply helped who asked."""

    @extend_schema(
        operation_id="mark_helped",
        summary="Say that a reply helped you",
        description="For who asked the question, on replies of others. Safe to repeat.",
        request=None,
        responses={200: shapes.PostAnswer, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Mark it."""
        reply = visible_post(request.user, post_id)
        mark_helped(reply=reply, by=request.user, at=clock.now())
        return Response(answer_of(request, reply))

    @extend_schema(
        operation_id="unmark_helped",
        summary="Take that back",
        description="Within fifteen minutes of the first mark. Safe to repeat.",
        responses={200: shapes.PostAnswer, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def delete(self, request: MemberApiRequest, post_id: str) -> Response:
        """Take it back."""
        reply = visible_post(request.user, post_id)
        take_help_back(reply=reply, by=request.user, at=clock.now())
        return Response(answer_of(request, reply))


class Companions(Endpoint):
    """What the caller keeps in sight beside their feed."""

    @extend_schema(
        operation_id="list_companion_pins",
        summary="What you keep in sight",
        description="Posts and authors, each with the newest reply only. Nobody else sees them.",
        responses={200: small.CompanionsAnswer},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """All of them."""
        return Response(small.CompanionsAnswer({"pins": companions_of(request.user)}).data)

    @extend_schema(
        operation_id="add_companion_pin",
        summary="Keep a post or a member in sight",
        description="At most twenty. Safe to repeat.",
        request=small.CompanionInput,
        responses={200: small.CompanionAnswer, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Keep it."""
        given, at = self.body(small.CompanionInput), clock.now()
        post_id, user_id = given.get("post_id"), given.get("user_id")
        if (post_id is None) == (user_id is None):
            raise Invalid.field("post_id", "Name either a post or a member.")
        if post_id is not None:
            post = visible_post(request.user, post_id)
            pin = keep_post(post=post, by=request.user, at=at)
        else:
            author = visible_member(request.user, user_id)
            pin = keep_author(author=author, by=request.user, at=at)
        [one] = [one for one in companions_of(request.user) if one.pin.pk == pin.pk]
        return Response(small.CompanionAnswer(one).data)


class OneCompanion(Endpoint):
    """One thing that the caller keeps in sight."""

    @extend_schema(
        operation_id="remove_companion_pin",
        summary="Keep it in sight no more",
        responses={204: None, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, pin_id: str) -> Response:
        """Remove it."""
        if not let_go(pin_id=identifier(pin_id), by=request.user):
            raise Missing
        return Response(status=204)


class Posters(Endpoint):
    """Who wrote last in a feed."""

    @extend_schema(
        operation_id="list_recent_posters",
        summary="Who wrote last",
        description="The last ten authors of a feed, with how much they wrote in 24 hours.",
        parameters=[small.PostersQuery],
        responses={200: small.PostersAnswer, 400: BAD, 403: FORBIDDEN},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """The authors."""
        feed = asked_feed(request.user, self.query(small.PostersQuery))
        found = recent_posters(feed, request.user, at=clock.now())
        return Response(small.PostersAnswer({"posters": found}).data)
