"""The materials of a course as its student has them: of modules, of sessions, recordings."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.requests import MemberApiRequest, MemberRequest
from learning.access import own_enrollment
from learning.models import Enrollment, Material, Resource
from learning.models.resource import MaterialType
from learning.queries import modules_of
from learning.queries.resources import resources_in
from peerloop.kit import answers
from peerloop.kit.api import Endpoint
from peerloop.kit.refusals import Forbidden
from scheduling.models import Session, SessionMaterial, SessionRecording


class MaterialAnswer(serializers.Serializer[Any]):
    """A material; `url` opens it for a signed-in browser, by a link that is made then."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(MaterialType.choices)
    name = serializers.CharField()
    description = serializers.CharField()
    module_id = serializers.UUIDField(allow_null=True)
    session_id = serializers.UUIDField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()


class MaterialsAnswer(serializers.Serializer[Any]):
    """The materials of an enrollment: of the course in its creator's order, then of sessions."""

    materials = MaterialAnswer(many=True)


@require_safe
@login_required
def resources(request: MemberRequest, enrollment_id: UUID) -> HttpResponse:
    """By module and by session; empty once the enrollment was cancelled."""
    enrollment = own_enrollment(request.user, enrollment_id)
    context: dict[str, Any] = {"enrollment": enrollment, "course": enrollment.course}
    if enrollment.opens_content:
        context |= {
            "resources": list(_resources(enrollment)),
            "materials": list(_materials(enrollment)),
            "recorded": list(_recorded(enrollment)),
        }
    return render(request, "pages/learn_resources.html", context)


class Materials(Endpoint):
    """GET /enrollments/:id/resources."""

    @extend_schema(
        operation_id="list_enrollment_resources",
        summary="List the materials of an enrollment",
        description="The student's own: resources of the course and of modules that were paid for, "
        "and what teachers shared in sessions.",
        responses={200: MaterialsAnswer, 403: answers.FORBIDDEN, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """All of them: a course has at most 200, a session 50."""
        enrollment = own_enrollment(request.user, enrollment_id)
        if not enrollment.opens_content:
            raise Forbidden("This enrollment was cancelled. Its content is closed.")
        rows: list[Material] = [*_resources(enrollment), *_materials(enrollment)]
        answer = {"materials": [_answer(row) for row in rows]}
        return Response(MaterialsAnswer(answer).data)


def _resources(enrollment: Enrollment) -> Any:
    return resources_in(enrollment.course, [module.pk for module in modules_of(enrollment)])


def _materials(enrollment: Enrollment) -> Any:
    rows = SessionMaterial.objects.filter(session__enrollment=enrollment)
    rows = rows.select_related("file", "session__teacher", "session__module")
    return rows.order_by("-session__scheduled_start", "position")


def _recorded(enrollment: Enrollment) -> Any:
    """Sessions with a recording that can be opened, the latest first."""
    rows = Session.objects.filter(
        enrollment=enrollment, pk__in=SessionRecording.objects.watchable().values("session")
    )
    return rows.select_related("teacher", "module").order_by("-scheduled_start")


def _answer(row: Material) -> dict[str, Any]:
    if isinstance(row, Resource):
        path = reverse("resource", args=[row.pk])
    else:
        assert isinstance(row, SessionMaterial)
        path = reverse("session-material", args=[row.session_id, row.pk])
    return {
        "id": row.pk,
        "type": row.type,
        "name": row.name,
        "description": row.description,
        "module_id": getattr(row, "module_id", None),
        "session_id": getattr(row, "session_id", None),
        "size": row.file.size if row.file else None,
        "url": settings.BASE_URL + path,
    }
