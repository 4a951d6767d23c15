"""Every endpoint admits exactly the roles that access_matrix.toml names."""

from typing import Any

import pytest
from django.urls import resolve

from tests.security.endpoints import Clients, endpoints, outcomes, routes, table
from tests.security.scene import World, a_world

pytestmark = pytest.mark.django_db


def api_bodies(world: World) -> dict[str, Any]:
    """Valid bodies, where an invalid one would be refused before the permission check."""
    enrollment = str(world.enrollment.pk)
    start = world.session.scheduled_start.isoformat()
    certificate = {"enrollment_id": enrollment, "type": "completion"}
    buying = {"course_id": str(world.course.pk)}
    booking = {"enrollment_id": enrollment, "teacher_id": None, "scheduled_start": start}
    return {
        "POST /api/v1/certificates/recommend": certificate,
        "POST /api/v1/certificates/issue": certificate,
        "POST /api/v1/checkout/create": buying,
        "POST /api/v1/checkout/session": buying,
        "POST /api/v1/sessions": booking,
        "POST /api/v1/enrollments/{enrollment_id}/series": {"starts": [start]},
        "POST /api/v1/payouts/request": {"amount_cents": 10_500},
        "PATCH /api/v1/sessions/{session_id}": {"status": "cancelled", "cancel_reason": "Ill."},
        "PATCH /api/v1/enrollments/{enrollment_id}/modules/{module_id}": {"is_complete": True},
        "POST /api/v1/video/token": {"session_id": str(world.session.pk)},
        "PATCH /api/v1/certificates/{certificate_id}": {"status": "issued"},
        "PATCH /api/v1/teaching-applications/{application_id}": {"status": "approved"},
        "PATCH /api/v1/users/{user_id}/availability": {"is_available": True},
        "PUT /api/v1/availability/{user_id}": {"timezone": "UTC", "slots": []},
        "POST /api/v1/sessions/{session_id}/assessment": {"rating": 5},
    }


def test_every_endpoint_admits_the_roles_of_the_matrix() -> None:
    world = a_world()
    clients = Clients(world, api_bodies(world))
    expected = table()

    found = {one.name: outcomes(clients, one) for one in endpoints(clients)}

    lines = [
        f'"{name}" = "{met}"  # the matrix says: {expected.get(name, "nothing")}'
        for name, met in found.items()
        if expected.get(name) != met
    ]
    gone = sorted(set(expected) - set(found))
    assert not lines, "\n".join(lines)
    assert not gone, gone


def test_the_alias_of_the_api_leads_to_the_same_views() -> None:
    for route, view in routes():
        if route.startswith("api/v1/") and "<" not in route:
            alias = resolve("/" + route.replace("api/v1/", "api/", 1))
            assert alias.func == view, route
