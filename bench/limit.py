"""Bare views: the same main query, and nothing around it."""

import orjson
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from catalog.api import _summary
from catalog.queries import CourseFilter, course_cards
from peerloop.kit.paging import Page

BOOK = (
    "INSERT INTO bench_bookings (teacher, student, held)"
    " VALUES (%s, %s, tstzrange(%s::timestamptz, %s::timestamptz + interval '1 hour'))"
)


def courses(request: HttpRequest) -> HttpResponse:
    """What GET /api/v1/courses answers, without parameters, throttles or headers."""
    found = course_cards(CourseFilter(), Page(1, 20))
    body = {
        "courses": [_summary(card) for card in found.cards],
        "total": found.total,
        "page": found.page,
    }
    return HttpResponse(orjson.dumps(body), content_type="application/json")


def cards(request: HttpRequest) -> HttpResponse:
    """A page of the same twenty cards, by Django's templates."""
    found = course_cards(CourseFilter(), Page(1, 20))
    return render(request, "cards.html", {"cards": found.cards})


def book(request: HttpRequest) -> HttpResponse:
    """One row that the database lets in or not."""
    wish = orjson.loads(request.body)
    start = wish["scheduled_start"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(BOOK, [wish["teacher_id"], wish["enrollment_id"], start, start])
    except IntegrityError:
        return HttpResponse(orjson.dumps({"code": "slot_taken"}), status=409)
    return HttpResponse(orjson.dumps(wish), status=201, content_type="application/json")


urlpatterns = [
    path("api/v1/courses", courses),
    path("api/v1/sessions", book),
    path("courses", cards),
]
