"""Series over the API: look at every date first, then book all of them or none (ADR 38)."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.incoming.idempotency import idempotent
from accounts.members.access import member_of
from accounts.models import User
from accounts.requests import MemberApiRequest
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Choice, Id, Input, Instant, Listed, Query, Text, Whole
from peerloop.kit.refusals import Invalid
from scheduling import access
from scheduling.actions.series import book_series
from scheduling.api.sessions import (
    CLOSED,
    KEY,
    LIMIT,
    MISSING,
    SessionOut,
    answer_context,
)
from scheduling.models import Session
from scheduling.queries.booking import places_of
from scheduling.queries.series import next_start, series_of
from scheduling.series import MAX_SESSIONS, Obstacle

BAD = OpenApiResponse(
    description="`series_not_bookable` with `refused`, each time and its code; or the first start "
    "can't be booked: `start_not_bookable`."
)
TAKEN = OpenApiResponse(
    description="`series_taken` with `refused`, each time and its code. Nothing was booked."
)

# A free meeting is one, and never weekly.
WEEKLY_KINDS = ["course", "makeup", "extra"]


class SeriesQuery(Query):
    """From when on, and how many weeks."""

    teacher_id = Id(required=False, help_text="The enrollment's own without it.")
    scheduled_start = Instant(
        required=False, help_text="The first session; the next free time without it."
    )
    count = Whole(
        required=False,
        min_value=1,
        max_value=MAX_SESSIONS,
        help_text="Weeks; all that are left to book without it.",
    )


class SeriesIn(Input):
    """The starts of all sessions, each at most 28 days after the one before."""

    refuse_unknown = True
    teacher_id = Id(allow_null=True, required=False)
    starts = Listed(child=Instant(), max_length=MAX_SESSIONS, min_length=1)
    topic = Text(required=False, allow_blank=True, max_length=500)
    kind = Choice(required=False, choices=WEEKLY_KINDS)


class SeriesLineOut(serializers.Serializer[Any]):
    """One week. ``obstacle`` null: free. ``offers``: the nearest free times of that week."""

    number = serializers.IntegerField()
    date = serializers.DateField(source="day", help_text="In the caller's zone")
    scheduled_start = serializers.DateTimeField(
        source="wanted", allow_null=True, help_text="null: the clocks skip that time"
    )
    is_free = serializers.BooleanField()
    obstacle = serializers.ChoiceField(choices=[one.value for one in Obstacle], allow_null=True)
    offers = serializers.ListField(child=serializers.DateTimeField())
    nearest = serializers.DateTimeField(allow_null=True)


class SeriesOut(serializers.Serializer[Any]):
    """Every week of a series."""

    weeks = SeriesLineOut(many=True)


class BookedSeriesOut(serializers.Serializer[Any]):
    """All sessions that were booked, in order."""

    sessions = SessionOut(many=True)


class Series(Endpoint):
    """``/enrollments/:id/series``."""

    @extend_schema(
        operation_id="preview_session_series",
        parameters=[SeriesQuery],
        responses={200: SeriesOut, 400: BAD, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """The same time every week, on the caller's clock: what is free, and what is in the way."""
        enrollment = access.enrollment_to_book(request.user, enrollment_id)
        query = self.query(SeriesQuery)
        teacher = _teacher(query.get("teacher_id")) or enrollment.teacher
        if teacher is None:
            raise Invalid.field("teacher_id", "Choose the teacher of these sessions.")
        at = clock.now()
        places = places_of(enrollment.pk)
        left = places.left(places.next_kind) if places.next_kind else 0
        count = query.get("count") or min(left, MAX_SESSIONS)
        first = query.get("scheduled_start") or next_start(enrollment, teacher, at=at)
        lines = []
        if count and first is not None:
            lines = series_of(enrollment, teacher, first=first, count=count, at=at)
        return Response(SeriesOut({"weeks": lines}).data)

    @extend_schema(
        operation_id="book_session_series",
        parameters=[KEY],
        request=SeriesIn,
        responses={
            201: BookedSeriesOut,
            400: BAD,
            403: CLOSED,
            404: MISSING,
            409: TAKEN,
            422: LIMIT,
        },
    )
    @idempotent
    def post(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """Book a session at each start, or none."""
        enrollment = access.enrollment_to_book(request.user, enrollment_id)
        given = self.body(SeriesIn)
        sessions = book_series(
            enrollment=enrollment,
            teacher=_teacher(given.get("teacher_id")),
            starts=given["starts"],
            by=request.user,
            topic=given.get("topic", ""),
            kind=given.get("kind", Session.Kind.COURSE),
            at=clock.now(),
        )
        context = answer_context(sessions, request.user)
        return Response(BookedSeriesOut({"sessions": sessions}, context=context).data, status=201)


def _teacher(user_id: Any) -> User | None:
    return member_of(user_id) if user_id else None
