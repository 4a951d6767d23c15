"""A bare view that runs the same main query and dumps the same JSON with orjson."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import path

from catalog.api import _summary
from catalog.queries import CourseFilter, course_cards
from peerloop.kit.api import Page


def courses(request: HttpRequest) -> HttpResponse:
    """What GET /api/v1/courses answers, without parameters, throttles or headers."""
    found = course_cards(CourseFilter(), Page(1, 20))
    body = {
        "courses": [_summary(card) for card in found.cards],
        "total": found.total,
        "page": found.page,
    }
    return HttpResponse(orjson.dumps(body), content_type="application/json")


urlpatterns = [path("api/v1/courses", courses)]
