"""GET /enrollments: the member's enrollments with teacher and next session."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import PageQuery, page_of
from peerloop.kit.pictures import public_url
from peerloop.kit.serializers import PictureUrl
from peerloop.kit.statements import Given, PagedRead, packed, unpacked
from scheduling.models import Session


class EnrolledCourse(serializers.Serializer[Any]):
    """The course of an enrollment."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    slug = serializers.CharField()
    thumbnail_url = PictureUrl()


class EnrollmentTeacher(serializers.Serializer[Any]):
    """The teacher of an enrollment."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    avatar_url = PictureUrl()


class NextSession(serializers.Serializer[Any]):
    """The next scheduled session of an enrollment."""

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


class EnrollmentRow(NamedTuple):
    """An enrollment with its course, its teacher and, packed, its next session."""

    id: UUID
    status: str
    progress_percent: int
    modules_paid: int
    enrolled_at: datetime
    course_id: UUID
    title: str
    slug: str
    thumbnail_url: str | None
    teacher_id: UUID | None
    teacher: str
    avatar_url: str
    upcoming: str | None


def _next_session() -> Subquery:
    ahead = Session.objects.open().filter(enrollment=OuterRef("pk"), scheduled_end__gt=Given("at"))
    columns = packed("pk", "scheduled_start", "scheduled_end", "status")
    return Subquery(ahead.order_by("scheduled_start", "pk").values_list(columns)[:1])


ENROLLMENTS = PagedRead(
    EnrollmentRow,
    lambda: Enrollment.objects.filter(student=Given("student")).order_by("-created_at", "-pk"),
    lambda: (
        *("pk", "status", "progress_percent", "modules_paid", "created_at"),
        *("course_id", "course__title", "course__slug", "course__thumbnail_url"),
        *("teacher_id", "teacher__name", "teacher__avatar_url"),
        _next_session(),
    ),
)


class EnrollmentsEndpoint(Endpoint):
    """GET /enrollments."""

    @extend_schema(
        operation_id="enrollments",
        parameters=[PageQuery],
        responses=EnrollmentsOut,
    )
    def get(self, request: MemberApiRequest) -> Response:
        """The member's enrollments, newest first, with teacher and next session."""
        page = page_of(request.query_params)
        rows, total = ENROLLMENTS.page(page, student=request.user.pk, at=clock.now())
        return Response(
            {"enrollments": [_answer(row) for row in rows], "total": total, "page": page.page}
        )


def _answer(row: EnrollmentRow) -> dict[str, Any]:
    teacher = None
    if row.teacher_id is not None:
        photo = public_url(row.avatar_url)
        teacher = {"id": row.teacher_id, "name": row.teacher, "avatar_url": photo}
    return {
        "id": row.id,
        "course": {
            "id": row.course_id,
            "title": row.title,
            "slug": row.slug,
            "thumbnail_url": public_url(row.thumbnail_url),
        },
        "status": row.status,
        "progress_percent": row.progress_percent,
        "modules_paid": row.modules_paid,
        "enrolled_at": row.enrolled_at,
        "student_teacher": teacher,
        "next_session": _session(row.upcoming) if row.upcoming else None,
    }


def _session(packed_columns: str) -> dict[str, Any]:
    key, start, end, status = unpacked(packed_columns)
    return {
        "id": key,
        "scheduled_start": datetime.fromisoformat(start),
        "scheduled_end": datetime.fromisoformat(end),
        "status": status,
    }
