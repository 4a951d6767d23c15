"""The shape of one course over the API, as it is documented and as it is answered."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from catalog.queries import CourseDetail
from catalog.serializers import CategoryName, CourseSummary, Creator
from learning.queries import CourseTeacher

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
    """Somebody who may be chosen as the teacher."""

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
    told: CourseDetail, teachers: Iterable[CourseTeacher], is_enrolled: bool
) -> dict[str, Any]:
    """The course as the seeds want it; a draft without a category has none."""
    category = {"id": told.category[0], "name": told.category[1]} if told.category else None
    return {
        "id": told.id,
        "title": told.title,
        "description": told.description,
        "thumbnail_url": told.thumbnail_url or None,
        "level": told.level,
        "price_cents": told.price_cents,
        "duration": told.duration,
        "rating": told.rating,
        "student_count": told.student_count,
        "category": category,
        "creator": {
            "id": told.creator.id,
            "name": told.creator.name,
            "avatar_url": told.creator.avatar_url or None,
        },
        "tags": told.tags,
        "learning_objectives": told.objectives,
        "includes": told.includes,
        "curriculum": [module.as_json() for module in told.modules],
        "peerloop_features": told.features,
        "student_teachers": [
            {
                "user": {
                    "id": one.user_id,
                    "name": one.name,
                    "avatar_url": one.avatar_url or None,
                },
                "students_taught": one.students_taught,
                "certified_date": one.certified_date,
            }
            for one in teachers
        ],
        "is_enrolled": is_enrolled,
        "is_following": told.is_following,
    }
