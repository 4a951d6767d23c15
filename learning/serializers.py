"""Serializers of the learning API: what it reads, and what it answers."""

from typing import Any

from rest_framework import serializers

from accounts.members.serializers import PersonAnswer
from learning.documents import verify_url
from learning.models import Certificate, Enrollment, TeachingApplication
from learning.queries import students_taught
from peerloop.kit.inputs import Choice, Id, Input, Text, Truth
from peerloop.kit.paging import PageQuery
from peerloop.kit.serializers import TextOrNull

Shape = serializers.Serializer[Any]
MAX_REASON_LENGTH = 2_000


class ModuleInput(Input):
    """PATCH of a module."""

    is_complete = Truth()


class RecommendInput(Input):
    """A student-teacher's recommendation."""

    enrollment_id = Id()
    type = Choice([Certificate.Type.COMPLETION, Certificate.Type.MASTERY])


class IssueInput(Input):
    """A creator's issue."""

    enrollment_id = Id()
    type = Choice(Certificate.Type.choices)
    reason = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=MAX_REASON_LENGTH,
        help_text="For the teaching type before the course is completed: why they may teach.",
    )


class CertificateInput(Input):
    """A creator's decision."""

    status = Choice(
        [Certificate.Status.ISSUED, Certificate.Status.DECLINED, Certificate.Status.REVOKED]
    )
    reason = Text(required=False, default="", allow_blank=True, max_length=MAX_REASON_LENGTH)


class ApplicationInput(Input):
    """An application to teach."""

    message = Text(required=False, default="", allow_blank=True, max_length=5_000)


class DecisionInput(Input):
    """A creator's answer to an application."""

    status = Choice([TeachingApplication.Status.APPROVED, TeachingApplication.Status.DECLINED])
    reason = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=MAX_REASON_LENGTH,
        help_text="Needed when declining; the applicant reads it.",
    )


class SideQuery(PageQuery):
    """Whose rows: the caller's own, or those that the caller decides on."""

    side = Choice(
        ["own", "creator"], required=False, help_text="creator: those in the caller's courses."
    )


class TeacherQuery(PageQuery):
    """Query of the student-teachers' list."""

    course_id = Id(required=False)
    search = Text(
        required=False, max_length=200, help_text="In name, handle, expertise and course titles."
    )


class CourseName(Shape):
    """A course inside another answer."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    slug = serializers.CharField()


class ModuleAnswer(Shape):
    """A module of an enrollment."""

    id = serializers.UUIDField(source="module.id")
    title = serializers.CharField(source="module.title")
    description = serializers.CharField(source="module.description")
    duration = serializers.CharField(source="module.duration")
    video_url = TextOrNull(source="module.video_url")
    document_url = TextOrNull(source="module.document_url")
    is_complete = serializers.BooleanField()
    is_delivered = serializers.BooleanField(help_text="Whether its session was held.")


class ContentAnswer(Shape):
    """The content of an enrollment."""

    course = CourseName(source="enrollment.course")
    status = serializers.ChoiceField(Enrollment.Status.choices, source="enrollment.status")
    progress_percent = serializers.IntegerField(source="enrollment.progress_percent")
    modules = ModuleAnswer(many=True)


class MarkAnswer(Shape):
    """A module after it was marked, and how far the enrollment is."""

    id = serializers.UUIDField(source="progress.module_id")
    is_complete = serializers.BooleanField(source="progress.is_complete")
    completed_at = serializers.DateTimeField(source="progress.completed_at", allow_null=True)
    progress_percent = serializers.IntegerField(source="enrollment.progress_percent")
    status = serializers.ChoiceField(Enrollment.Status.choices, source="enrollment.status")


class CertificateAnswer(Shape):
    """A certificate as its holder, its teacher and its creator see it."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(Certificate.Type.choices)
    status = serializers.ChoiceField(Certificate.Status.choices)
    user = PersonAnswer()
    course = CourseName()
    enrollment_id = serializers.UUIDField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    verify_url = serializers.SerializerMethodField()
    requested_at = serializers.DateTimeField(source="created_at")
    auto_issue_at = serializers.DateTimeField(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    declined_reason = serializers.CharField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField()

    def get_verify_url(self, row: Certificate) -> str | None:
        """The page that proves it; none before it is issued."""
        return verify_url(row) if row.code else None


class CertificateList(Shape):
    """A page of certificates."""

    certificates = CertificateAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class Holder(Shape):
    """Who holds a certificate: a name, whatever their privacy."""

    name = serializers.CharField()


class VerifyAnswer(Shape):
    """What everybody may know of a certificate."""

    code = serializers.CharField()
    holder = Holder(source="user")
    course = CourseName()
    type = serializers.ChoiceField(Certificate.Type.choices)
    status = serializers.ChoiceField(["issued", "revoked"])
    valid = serializers.SerializerMethodField()
    issued_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    students_taught = serializers.SerializerMethodField(
        help_text="For the teaching type: how many students were taught by now."
    )

    def get_valid(self, row: Certificate) -> bool:
        """Whether it still counts."""
        return row.status == row.Status.ISSUED

    def get_students_taught(self, row: Certificate) -> int | None:
        """One statement."""
        return students_taught(row)


class CertifiedCourse(Shape):
    """A course that a student-teacher may teach."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class TeacherAnswer(Shape):
    """A student-teacher in the list."""

    user = PersonAnswer()
    courses_certified = CertifiedCourse(many=True, source="courses")
    students_taught = serializers.IntegerField()
    certified_date = serializers.DateField(help_text="Of the first course.")


class TeacherList(Shape):
    """A page of student-teachers."""

    student_teachers = TeacherAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class ApplicationAnswer(Shape):
    """An application to teach."""

    id = serializers.UUIDField()
    user = PersonAnswer()
    course = CourseName()
    enrollment_id = serializers.UUIDField()
    status = serializers.ChoiceField(TeachingApplication.Status.choices)
    message = serializers.CharField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ApplicationList(Shape):
    """A page of applications."""

    teaching_applications = ApplicationAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class ModuleNotes(serializers.Serializer[Any]):
    """A module as its teacher prepares it."""

    id = serializers.UUIDField()
    position = serializers.IntegerField(source="module_order")
    title = serializers.CharField()
    objectives = serializers.CharField()
    exercise = serializers.CharField()
    teaching_notes = serializers.CharField()


class TeachingNotes(serializers.Serializer[Any]):
    """All modules of a course, in their order."""

    modules = ModuleNotes(many=True)
