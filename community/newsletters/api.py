"""API endpoints of newsletters."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.members.access import any_member
from accounts.requests import MemberApiRequest
from community.models import Newsletter, SubscriberSource
from community.newsletters import serializers as shapes
from community.newsletters.access import creator_to_read, own_newsletter, require_creator
from community.newsletters.actions import (
    change_newsletter,
    delete_newsletter,
    retry_failed,
    schedule_newsletter,
    send_newsletter,
    send_test,
    subscribe,
    unschedule_newsletter,
    unsubscribe,
    write_newsletter,
)
from community.newsletters.queries import newsletters_of, subscribers_of, subscriptions_of
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import ListEndpoint, PageQuery

FORBIDDEN = OpenApiResponse(description="The caller is not a creator, unverified, or banned.")
MISSING = OpenApiResponse(description="Not there, or not the caller's own.")
CLASH = OpenApiResponse(description="Right in itself, but not in the present state.")
ONE = shapes.NewsletterAnswer


def _answer(newsletter: Newsletter, status: int = 200) -> Response:
    """The newsletter with its figures as they are now."""
    return Response(ONE(Newsletter.objects.get(pk=newsletter.pk)).data, status=status)


class Newsletters(ListEndpoint):
    """The caller's newsletters."""

    list_name = "newsletters"

    @extend_schema(
        operation_id="list_newsletters",
        summary="Your newsletters",
        description="The newest first, each with its figures. For creators.",
        parameters=[PageQuery],
        responses={200: shapes.NewslettersAnswer, 400: BAD, 403: FORBIDDEN},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        require_creator(request.user)
        rows = self.paginate_queryset(newsletters_of(request.user))
        return self.get_paginated_response(ONE(rows, many=True).data)

    @extend_schema(
        operation_id="create_newsletter",
        summary="Write a newsletter",
        description="It is a draft until it is sent or scheduled. For creators.",
        request=shapes.NewsletterInput,
        responses={201: ONE, 400: BAD, 403: FORBIDDEN},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Begin a draft."""
        require_creator(request.user)
        given = self.body(shapes.NewsletterInput)
        return _answer(write_newsletter(**given, by=request.user, at=clock.now()), 201)


class OneNewsletter(Endpoint):
    """One newsletter of the caller's own."""

    @extend_schema(
        operation_id="get_newsletter",
        summary="A newsletter with its figures",
        responses={200: ONE, 403: FORBIDDEN, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, newsletter_id: str) -> Response:
        """The newsletter."""
        return Response(ONE(own_newsletter(request.user, newsletter_id)).data)

    @extend_schema(
        operation_id="change_newsletter",
        summary="Change a draft",
        request=shapes.ChangeInput,
        responses={200: ONE, 400: BAD, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def patch(self, request: MemberApiRequest, newsletter_id: str) -> Response:
        """Change what was given."""
        row, given = own_newsletter(request.user, newsletter_id), self.body(shapes.ChangeInput)
        words = {"subject": row.subject, "body": row.body} | given
        return _answer(change_newsletter(newsletter=row, **words, at=clock.now()))

    @extend_schema(
        operation_id="delete_newsletter",
        summary="Delete a draft",
        responses={204: None, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def delete(self, request: MemberApiRequest, newsletter_id: str) -> Response:
        """Delete it."""
        delete_newsletter(newsletter=own_newsletter(request.user, newsletter_id))
        return Response(status=204)


class TestMail(Endpoint):
    """A test mail of a newsletter."""

    @extend_schema(
        operation_id="test_newsletter",
        summary="Mail a newsletter to yourself",
        description="Five times in ten minutes.",
        request=None,
        responses={202: ONE, 403: FORBIDDEN, 404: MISSING},
    )
    def post(self, request: MemberApiRequest, newsletter_id: str) -> Response:
        """Queue it."""
        row = own_newsletter(request.user, newsletter_id)
        send_test(newsletter=row, by=request.user, at=clock.now())
        return _answer(row, 202)


class Sending(Endpoint):
    """The sending of a newsletter."""

    @extend_schema(
        operation_id="send_newsletter",
        summary="Send newsletter to subscribers",
        description="Now, to every subscriber who can be reached; one newsletter in 24 hours. The "
        "mails leave in batches: `GET /newsletters/{newsletter_id}` tells how far it is.",
        request=None,
        responses={202: ONE, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, newsletter_id: str) -> Response:
        """Begin."""
        row = own_newsletter(request.user, newsletter_id)
        return _answer(send_newsletter(newsletter=row, by=request.user, at=clock.now()), 202)


class Schedule(Endpoint):
    """When a newsletter is sent."""

    @extend_schema(
        operation_id="schedule_newsletter",
        summary="Send a newsletter later",
        description="At most a year ahead; a scheduled one is moved.",
        request=shapes.ScheduleInput,
        responses={200: ONE, 400: BAD, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, newsletter_id: str) -> Response:
        """Schedule or move it."""
        row, given = own_newsletter(request.user, newsletter_id), self.body(shapes.ScheduleInput)
        scheduled = schedule_newsletter(
            newsletter=row, send_at=given["send_at"], by=request.user, at=clock.now()
        )
        return _answer(scheduled)

    @extend_schema(
        operation_id="unschedule_newsletter",
        summary="Don't send a scheduled newsletter",
        description="It is a draft again. Safe to repeat.",
        responses={200: ONE, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def delete(self, request: MemberApiRequest, newsletter_id: str) -> Response:
        """Make it a draft."""
        row = own_newsletter(request.user, newsletter_id)
        return _answer(unschedule_newsletter(newsletter=row))


class Retry(Endpoint):
    """What failed of a newsletter."""

    @extend_schema(
        operation_id="retry_newsletter",
        summary="Send again what failed",
        description="Only to those who did not get it and can still be reached.",
        request=None,
        responses={202: ONE, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, newsletter_id: str) -> Response:
        """Queue the failed ones anew."""
        row = own_newsletter(request.user, newsletter_id)
        return _answer(retry_failed(newsletter=row, by=request.user, at=clock.now()), 202)


class Subscribers(ListEndpoint):
    """Who subscribed to the caller."""

    list_name = "subscribers"

    @extend_schema(
        operation_id="list_newsletter_subscribers",
        summary="Who subscribed to your newsletters",
        description="The newest first, without their addresses. For creators.",
        parameters=[PageQuery],
        responses={200: shapes.SubscribersAnswer, 400: BAD, 403: FORBIDDEN},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        require_creator(request.user)
        rows = self.paginate_queryset(subscribers_of(request.user))
        return self.get_paginated_response(shapes.SubscriberAnswer(rows, many=True).data)


class Subscriptions(ListEndpoint):
    """The caller's subscriptions."""

    list_name = "subscriptions"

    @extend_schema(
        operation_id="list_newsletter_subscriptions",
        summary="Newsletters that you get",
        parameters=[PageQuery],
        responses={200: shapes.SubscriptionsAnswer, 400: BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page, the newest first."""
        rows = self.paginate_queryset(subscriptions_of(request.user))
        return self.get_paginated_response(shapes.SubscriptionAnswer(rows, many=True).data)


class Subscribe(Endpoint):
    """The caller's subscription to one creator."""

    @extend_schema(
        operation_id="subscribe_to_newsletters",
        summary="Get a creator's newsletters",
        description="Safe to repeat.",
        request=None,
        responses={204: None, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, creator_id: str) -> Response:
        """Opt in."""
        creator = creator_to_read(request.user, creator_id)
        source = SubscriberSource.API
        subscribe(creator=creator, by=request.user, source=source, at=clock.now())
        return Response(status=204)

    @extend_schema(
        operation_id="unsubscribe_from_newsletters",
        summary="End a creator's newsletters",
        description="Safe to repeat.",
        responses={204: None, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, creator_id: str) -> Response:
        """Opt out."""
        unsubscribe(creator=any_member(creator_id), by=request.user, at=clock.now())
        return Response(status=204)
