"""The API representation of one course: serializers for documentation and response."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from catalog.queries import CourseDetail
from catalog.serializers import CategoryName, CourseSummary, Creator
from learning.queries import CourseTeacher
from peerloop.kit.pictures import public_url

NO_COURSE = OpenApiResponse(description="No such course.")


class CourseModuleShape(serializers.Serializer[dict[str, object]]):
    """A module of the curriculum."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    duration = serializers.CharField()
    video_count = serializers.IntegerField()
    reading_count = serializers.IntegerField()
    has_assessment = serializers.BooleanField()


class FeaturesShape(serializers.Serializer[dict[str, object]]):
    """What PeerLoop adds; ``teacher_commission`` in percent of the price."""

    one_on_one_teaching = serializers.BooleanField()
    certified_teachers = serializers.BooleanField()
    earn_while_teaching = serializers.BooleanField()
    teacher_commission = serializers.IntegerField()


class CourseTeacherShape(serializers.Serializer[dict[str, object]]):
    """A member who may be chosen as the teacher."""

    user = Creator()
    students_taught = serializers.IntegerField()
    certified_date = serializers.DateField()


class CourseAnswer(CourseSummary):
    """One course with everything on its page."""

    category = CategoryName(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    learning_objectives = serializers.ListField(child=serializers.CharField())
    includes = serializers.ListField(child=serializers.CharField())
    curriculum = CourseModuleShape(many=True)
    peerloop_features = FeaturesShape()
    student_teachers = CourseTeacherShape(many=True)
    is_enrolled = serializers.BooleanField()
    is_following = serializers.BooleanField()


def answer(
    detail: CourseDetail, teachers: Iterable[CourseTeacher], is_enrolled: bool
) -> dict[str, Any]:
    """The course in the format of the seed data; category is None for a draft without one."""
    category = {"id": detail.category[0], "name": detail.category[1]} if detail.category else None
    return {
        "id": detail.id,
        "title": detail.title,
        "description": detail.description,
        "thumbnail_url": public_url(detail.thumbnail_url),
        "level": detail.level,
        "price_cents": detail.price_cents,
        "duration": detail.duration,
        "rating": detail.rating,
        "student_count": detail.student_count,
        "category": category,
        "creator": {
            "id": detail.creator.id,
            "name": detail.creator.name,
            "avatar_url": public_url(detail.creator.avatar_url),
        },
        "tags": detail.tags,
        "learning_objectives": detail.objectives,
        "includes": detail.includes,
        "curriculum": [module.as_json() for module in detail.modules],
        "peerloop_features": detail.features,
        "student_teachers": [
            {
                "user": {
                    "id": one.user_id,
                    "name": one.name,
                    "avatar_url": public_url(one.avatar_url),
                },
                "students_taught": one.students_taught,
                "certified_date": one.certified_date,
            }
            for one in teachers
        ],
        "is_enrolled": is_enrolled,
        "is_following": detail.is_following,
    }
