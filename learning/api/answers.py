"""Rows of the learning app as JSON values."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from accounts.members.queries.profiles import member_summary
from catalog.models import Course
from learning.documents import verify_url
from learning.models import Certificate, TeachingApplication
from learning.queries import ModuleState

BAD = OpenApiResponse(description="Something in the request is not right; names the field.")
FORBIDDEN = OpenApiResponse(description="Known, but not for this caller.")
MISSING = OpenApiResponse(description="Not there, or nothing of the caller's.")
CLASH = OpenApiResponse(description="Right in itself, but not in the present state.")


def course_name(course: Course) -> dict[str, Any]:
    """A course inside another answer."""
    return {"id": course.pk, "title": course.title, "slug": course.slug}


def module(state: ModuleState) -> dict[str, Any]:
    """A module of an enrollment."""
    return {
        "id": state.module.pk,
        "title": state.module.title,
        "description": state.module.description,
        "duration": state.module.duration,
        "video_url": state.module.video_url or None,
        "document_url": state.module.document_url or None,
        "is_complete": state.is_complete,
        "is_delivered": state.is_delivered,
    }


def certificate(row: Certificate) -> dict[str, Any]:
    """A certificate for its holder, teacher or creator."""
    return {
        "id": row.pk,
        "type": row.type,
        "status": row.status,
        "user": member_summary(row.user),
        "course": course_name(row.course),
        "enrollment_id": row.enrollment_id,
        "code": row.code,
        "verify_url": verify_url(row) if row.code else None,
        "requested_at": row.created_at,
        "auto_issue_at": row.auto_issue_at,
        "issued_at": row.issued_at,
        "declined_reason": row.declined_reason,
        "revoked_at": row.revoked_at,
        "revoked_reason": row.revoked_reason,
    }


def application(row: TeachingApplication) -> dict[str, Any]:
    """An application to teach."""
    return {
        "id": row.pk,
        "user": member_summary(row.user),
        "course": course_name(row.course),
        "enrollment_id": row.enrollment_id,
        "status": row.status,
        "message": row.message,
        "reason": row.reason,
        "created_at": row.created_at,
        "decided_at": row.decided_at,
    }
