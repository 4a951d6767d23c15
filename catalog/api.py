"""The catalog over the API: courses, categories, following."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from catalog import serializers as shapes
from catalog.access import followable_course, listed_course
from catalog.actions.following import follow_course, unfollow_course
from catalog.models import Course
from catalog.queries import SORTS, CourseCard, CourseFilter, categories, course_cards
from peerloop.kit.api import Endpoint, identifier
from peerloop.kit.inputs import IDENTIFIER
from peerloop.kit.paging import page_of
from peerloop.kit.parsing import whole_number
from peerloop.kit.pictures import public_url
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import one_line

MAX_SEARCH_LENGTH = 200
BAD_QUERY = OpenApiResponse(description="A value of the query can't be right; names the field.")
NO_COURSE = OpenApiResponse(description="No such course.")


class Courses(Endpoint):
    """The list of courses."""

    permission_classes = []

    @extend_schema(
        operation_id="list_courses",
        summary="List courses",
        description="Published courses, filtered, searched and sorted, a page at a time.",
        parameters=[shapes.CourseQuery],
        responses={200: shapes.CourseList, 400: BAD_QUERY},
    )
    def get(self, request: Request) -> Response:
        """One page of the list."""
        query = request._request.GET
        found = course_cards(filter_of(query), page_of(query))
        return Response(
            {
                "courses": [_summary(card) for card in found.cards],
                "total": found.total,
                "page": found.page,
            }
        )


class Categories(Endpoint):
    """The list of categories."""

    permission_classes = []

    @extend_schema(
        operation_id="list_categories",
        summary="List categories",
        responses={200: shapes.CategoryList},
    )
    def get(self, request: Request) -> Response:
        """All active categories with the number of their courses."""
        return Response({"categories": categories()})


class CourseFollowing(Endpoint):
    """Whether the caller follows a course."""

    @extend_schema(
        operation_id="follow_course",
        summary="Follow a course",
        description="Safe to repeat.",
        request=None,
        responses={200: shapes.Following, 404: NO_COURSE},
    )
    def post(self, request: MemberApiRequest, course_id: str) -> Response:
        """Follow."""
        follow_course(course=listed_course(identifier(course_id)), by=request.user)
        return Response({"is_following": True})

    @extend_schema(
        operation_id="unfollow_course",
        summary="Unfollow a course",
        description="Safe to repeat.",
        request=None,
        responses={200: shapes.Following, 404: NO_COURSE},
    )
    def delete(self, request: MemberApiRequest, course_id: str) -> Response:
        """Unfollow."""
        course = followable_course(request.user, identifier(course_id))
        unfollow_course(course=course, by=request.user)
        return Response({"is_following": False})


def filter_of(query: Mapping[str, str]) -> CourseFilter:
    """The filter that a query string asks for; raises Invalid naming the field.

    Prices are cents, like every other amount of the API.
    """
    search = one_line(query.get("search", ""))
    if len(search) > MAX_SEARCH_LENGTH:
        raise Invalid.field("search", f"Use at most {MAX_SEARCH_LENGTH} characters.")
    least, most = _cents(query, "min_price"), _cents(query, "max_price")
    if least is not None and most is not None and least > most:
        raise Invalid.field("max_price", "The highest price is below the lowest.")
    return CourseFilter(
        search=search,
        level=_one_of(query, "level", Course.Level.values),
        category_id=_uuid(query, "category_id"),
        creator_id=_uuid(query, "creator_id"),
        least_cents=least,
        most_cents=most,
        sort=_one_of(query, "sort", SORTS),
    )


def _one_of(query: Mapping[str, str], name: str, words: Any) -> str:
    value = query.get(name, "")
    if value and value not in words:
        raise Invalid.field(name, f"Choose one of: {', '.join(words)}.")
    return value


def _uuid(query: Mapping[str, str], name: str) -> UUID | None:
    value = query.get(name, "")
    if not value:
        return None
    if not IDENTIFIER.fullmatch(value):
        raise Invalid.field(name, "Give the id as a UUID.")
    return UUID(value)


def _cents(query: Mapping[str, str], name: str) -> int | None:
    value = query.get(name, "")
    if not value:
        return None
    cents = whole_number(value)
    if cents is None or not 0 <= cents <= Course.MAX_PRICE_CENTS:
        raise Invalid.field(name, f"Give whole cents from 0 to {Course.MAX_PRICE_CENTS}.")
    return cents


def _summary(card: CourseCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "description": card.description,
        "thumbnail_url": public_url(card.thumbnail_url),
        "level": card.level,
        "price_cents": card.price_cents,
        "duration": card.duration,
        "rating": card.rating,
        "student_count": card.student_count,
        "category": {"id": card.category_id, "name": card.category_name},
        "creator": {
            "id": card.creator_id,
            "name": card.creator_name,
            "avatar_url": public_url(card.creator_avatar_url),
        },
    }
