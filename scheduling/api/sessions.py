"""Sessions over the API: book, list, read, reschedule, cancel."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.response import Response

from accounts.incoming.idempotency import idempotent
from accounts.members.access import member_of
from accounts.members.serializers import PersonAnswer
from accounts.models import User
from accounts.requests import MemberApiRequest
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Choice, Id, Input, Instant, Text, Truth
from peerloop.kit.paging import ListEndpoint, PageQuery
from peerloop.kit.refusals import Invalid
from peerloop.kit.serializers import TextOrNull
from scheduling import access
from scheduling.actions.booking import book_intro, book_session
from scheduling.actions.cancelling import MAX_REASON_LENGTH, cancel_session
from scheduling.actions.rescheduling import reschedule_session
from scheduling.calendar import join_url
from scheduling.models import Session
from scheduling.queries.modules import titled_modules_of
from scheduling.queries.sessions import sessions_of

BAD = OpenApiResponse(
    description="Not a time that can be booked: `start_not_bookable`, `outside_availability`."
)
CLOSED = OpenApiResponse(
    description="The enrollment or the teacher takes no booking: `enrollment_closed`, "
    "`booking_blocked`, `other_teacher`, `teacher_not_available`."
)
MISSING = OpenApiResponse(description="Not there, or nothing of the caller's.")
TAKEN = OpenApiResponse(
    description="`slot_taken` with `side` (teacher or student), or a state that allows no change."
)
LIMIT = OpenApiResponse(
    description="`no_session_left`, `moved_twice`, `teacher_not_certified` for this course; of a "
    "free meeting `intro_used` or `intros_full`."
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key and body get the first answer again, for two days.",
)


class BookingIn(Input):
    """Which session to book. ``teacher_id`` null: the enrollment's, or any who is free.

    A free meeting, ``kind`` intro, has ``course_id`` and a teacher in place of an enrollment.
    """

    refuse_unknown = True
    enrollment_id = Id(required=False)
    course_id = Id(required=False, help_text="What a free meeting is about.")
    teacher_id = Id(allow_null=True)
    scheduled_start = Instant()
    topic = Text(required=False, allow_blank=True, max_length=500)
    kind = Choice(required=False, choices=["course", "makeup", "extra", "intro"])
    instead_of = Id(
        required=False,
        help_text="A session of yours, cancelled in the last 30 minutes: both are notified of a "
        "rescheduling.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Of an enrollment, or a free meeting with a teacher."""
        if attrs.get("kind") == Session.Kind.INTRO:
            if {"enrollment_id", "instead_of"} & set(attrs):
                raise serializers.ValidationError(
                    {"kind": "A free meeting belongs to no enrollment."}
                )
            for name in ("course_id", "teacher_id"):
                if attrs.get(name) is None:
                    raise serializers.ValidationError(
                        {name: "A free meeting has a teacher and a course."}
                    )
        elif "enrollment_id" not in attrs:
            raise serializers.ValidationError({"enrollment_id": "Give the enrollment."})
        elif "course_id" in attrs:
            raise serializers.ValidationError({"course_id": "The enrollment says the course."})
        return attrs


class SessionChangeIn(Input):
    """Either a new start, or status cancelled."""

    refuse_unknown = True
    scheduled_start = Instant(required=False)
    status = Choice(required=False, choices=["cancelled"])
    cancel_reason = Text(required=False, allow_blank=True, max_length=MAX_REASON_LENGTH)


class ListQuery(PageQuery):
    """Which of the caller's sessions."""

    status = Choice(required=False, choices=Session.Status.choices)
    role = Choice(required=False, choices=["student", "teacher"])
    upcoming = Truth(
        required=False,
        allow_null=True,
        default=None,
        help_text="true: ahead or running; false: all others.",
    )


class SessionTitleOut(serializers.Serializer[Any]):
    """A course or a module inside another answer."""

    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()


class SessionOut(serializers.Serializer[Any]):
    """A session. ``module`` is positional until it is completed."""

    id = serializers.UUIDField()
    scheduled_start = serializers.DateTimeField()
    scheduled_end = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=Session.Status.choices)
    kind = serializers.ChoiceField(choices=Session.Kind.choices)
    role = serializers.SerializerMethodField(help_text="The caller's")
    enrollment_id = serializers.UUIDField(allow_null=True)
    course = SessionTitleOut()
    module = serializers.SerializerMethodField()
    teacher = PersonAnswer()
    student = PersonAnswer()
    topic = serializers.CharField(allow_blank=True)
    bbb_meeting_url = serializers.SerializerMethodField(
        help_text="Our page from which the session is joined"
    )
    cancel_reason = TextOrNull()
    is_late_cancel = serializers.BooleanField()
    reschedule_count = serializers.IntegerField()

    @extend_schema_field(serializers.ChoiceField(choices=["student", "teacher"]))
    def get_role(self, session: Session) -> str:
        """The side of the session that asks."""
        return "teacher" if session.teacher_id == self.context["viewer"].pk else "student"

    @extend_schema_field(SessionTitleOut(allow_null=True))
    def get_module(self, session: Session) -> dict[str, Any] | None:
        """The module that it teaches, as far as that is known."""
        module = self.context["modules"].get(session.pk)
        return SessionTitleOut(module).data if module else None

    def get_bbb_meeting_url(self, session: Session) -> str:
        """Absolute."""
        return join_url(session)


class SessionAnswer(serializers.Serializer[Any]):
    """One session."""

    session = SessionOut()


class SessionsAnswer(serializers.Serializer[Any]):
    """A page of sessions."""

    sessions = SessionOut(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class Sessions(ListEndpoint):
    """``/sessions``."""

    list_name = "sessions"

    @extend_schema(
        operation_id="list_sessions",
        parameters=[ListQuery],
        responses={200: SessionsAnswer},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """The caller's sessions, soonest first if ``upcoming``, else the latest first."""
        query = self.query(ListQuery)
        rows = sessions_of(
            request.user,
            role=query.get("role", ""),
            statuses=[query["status"]] if "status" in query else [],
            upcoming=query["upcoming"],
            at=clock.now(),
        )
        found = self.paginate_queryset(rows)
        return self.get_paginated_response(
            SessionOut(found, many=True, context=answer_context(found, request.user)).data
        )

    @extend_schema(
        operation_id="book_session",
        parameters=[KEY],
        request=BookingIn,
        responses={201: SessionAnswer, 400: BAD, 403: CLOSED, 404: MISSING, 409: TAKEN, 422: LIMIT},
    )
    @idempotent
    def post(self, request: MemberApiRequest) -> Response:
        """Book a session of one's own enrollment (BOOK-1), or a free meeting (BOOK-11)."""
        given = self.body(BookingIn)
        if given.get("kind") == Session.Kind.INTRO:
            offering, course = access.teacher_and_course(
                request.user, given["teacher_id"], given["course_id"]
            )
            session = book_intro(
                teacher=offering,
                course=course,
                start=given["scheduled_start"],
                by=request.user,
                topic=given.get("topic", ""),
                at=clock.now(),
            )
            return Response(_one(session, request.user), status=201)
        teacher = member_of(given["teacher_id"]) if given["teacher_id"] else None
        instead_of = given.get("instead_of")
        session = book_session(
            enrollment=access.enrollment_to_book(request.user, given["enrollment_id"]),
            teacher=teacher,
            start=given["scheduled_start"],
            by=request.user,
            topic=given.get("topic", ""),
            kind=given.get("kind", Session.Kind.COURSE),
            instead_of=access.session_of(request.user, instead_of) if instead_of else None,
            at=clock.now(),
        )
        return Response(_one(session, request.user), status=201)


class OneSession(Endpoint):
    """``/sessions/:id``."""

    @extend_schema(operation_id="get_session", responses={200: SessionAnswer, 404: MISSING})
    def get(self, request: MemberApiRequest, session_id: str) -> Response:
        """One of the caller's sessions."""
        return Response(_one(access.session_of(request.user, session_id), request.user))

    @extend_schema(
        operation_id="change_session",
        parameters=[KEY],
        request=SessionChangeIn,
        responses={200: SessionAnswer, 400: BAD, 403: CLOSED, 404: MISSING, 409: TAKEN, 422: LIMIT},
    )
    @idempotent
    def patch(self, request: MemberApiRequest, session_id: str) -> Response:
        """Reschedule with ``scheduled_start``, or cancel with ``status`` (rules LATE-1 to LATE-3).

        Less than 24 hours before the start ``cancel_reason`` is required for both.
        """
        session = access.session_of(request.user, session_id)
        given = self.body(SessionChangeIn)
        reason, at = given.get("cancel_reason", ""), clock.now()
        if ("scheduled_start" in given) == ("status" in given):
            raise Invalid.field("status", "Give either a new scheduled_start or status cancelled.")
        if "status" in given:
            session = cancel_session(session=session, by=request.user, reason=reason, at=at)
        else:
            start = given["scheduled_start"]
            session = reschedule_session(
                session=session, start=start, by=request.user, reason=reason, at=at
            )
        return Response(_one(session, request.user))


def _one(session: Session, viewer: User) -> dict[str, Any]:
    return SessionAnswer({"session": session}, context=answer_context([session], viewer)).data


def answer_context(sessions: list[Session], viewer: User) -> dict[str, Any]:
    """What ``SessionOut`` needs beside the sessions: who asks, and the modules."""
    return {"viewer": viewer, "modules": titled_modules_of(sessions)}
