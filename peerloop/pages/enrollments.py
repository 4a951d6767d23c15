"""GET /enrollments: what a member learns, with whom, and when next."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.members.queries.profiles import member_summary
from accounts.requests import MemberApiRequest
from learning.models import Enrollment
from learning.queries import enrollments_of
from peerloop.kit import clock
from peerloop.kit.paging import ListEndpoint
from scheduling.models import Session
from scheduling.queries import next_session_by_enrollment


class EnrolledCourse(serializers.Serializer[Any]):
    """The course in short."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    slug = serializers.CharField()
    thumbnail_url = serializers.CharField(allow_null=True)


class EnrollmentTeacher(serializers.Serializer[Any]):
    """Who teaches."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)


class NextSession(serializers.Serializer[Any]):
    """The next session that stands."""

    id = serializers.UUIDField()
    scheduled_start = serializers.DateTimeField()
    scheduled_end = serializers.DateTimeField()
    status = serializers.CharField()


class EnrollmentOut(serializers.Serializer[Any]):
    """One enrollment."""

    id = serializers.UUIDField()
    course = EnrolledCourse()
    status = serializers.CharField()
    progress_percent = serializers.IntegerField()
    modules_paid = serializers.IntegerField()
    enrolled_at = serializers.DateTimeField()
    student_teacher = EnrollmentTeacher(allow_null=True)
    next_session = NextSession(allow_null=True)


class EnrollmentsOut(serializers.Serializer[Any]):
    """A page of enrollments."""

    enrollments = EnrollmentOut(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class EnrollmentsEndpoint(ListEndpoint):
    """GET /enrollments."""

    list_name = "enrollments"

    @extend_schema(
        operation_id="enrollments",
        parameters=[OpenApiParameter("page", int), OpenApiParameter("limit", int)],
        responses=EnrollmentsOut,
    )
    def get(self, request: MemberApiRequest) -> Response:
        """The member's enrollments, newest first, with teacher and next session."""
        rows = self.paginate_queryset(enrollments_of(request.user))
        upcoming = next_session_by_enrollment([row.pk for row in rows], at=clock.now())
        return self.get_paginated_response(
            [enrollment_out(row, upcoming.get(row.pk)) for row in rows]
        )


def enrollment_out(enrollment: Enrollment, upcoming: Session | None) -> dict[str, Any]:
    """An enrollment as the API shows it."""
    course, teacher = enrollment.course, enrollment.teacher
    return {
        "id": enrollment.pk,
        "course": {
            "id": course.pk,
            "title": course.title,
            "slug": course.slug,
            "thumbnail_url": course.thumbnail_url,
        },
        "status": enrollment.status,
        "progress_percent": enrollment.progress_percent,
        "modules_paid": enrollment.modules_paid,
        "enrolled_at": enrollment.created_at,
        "student_teacher": member_summary(teacher) if teacher else None,
        "next_session": _session(upcoming) if upcoming else None,
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.pk,
        "scheduled_start": session.scheduled_start,
        "scheduled_end": session.scheduled_end,
        "status": session.status,
    }
