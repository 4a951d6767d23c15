"""Serializers of homework: what the API reads, and what it answers."""

from typing import Any

from rest_framework import serializers

from accounts.files.words import scan_description
from accounts.members.serializers import PersonAnswer
from learning.models.homework import (
    LONGEST_ADDRESS,
    LONGEST_FEEDBACK,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_DAYS,
    MOST_POINTS,
    SubmissionStatus,
)
from learning.serializers import CourseName
from peerloop.kit.inputs import Choice, Id, Input, Text, Truth, Whole
from peerloop.kit.paging import PageQuery

Shape = serializers.Serializer[Any]
REVIEWS = [SubmissionStatus.APPROVED, SubmissionStatus.RESUBMIT_REQUESTED]


class AssignmentChanges(Input):
    """Fields of homework; those left out stay as they are."""

    title = Text(required=False, max_length=LONGEST_TITLE)
    instructions = Text(required=False, max_length=LONGEST_TEXT, help_text="Markdown.")
    module_id = Id(required=False, allow_null=True, help_text="null: the whole course.")
    is_required = Truth(required=False, help_text="Completing the course needs its approval.")
    due_days = Whole(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="Days after the session of its module, else after enrolling.",
    )
    max_points = Whole(required=False, allow_null=True, min_value=1, max_value=MOST_POINTS)


class AssignmentInput(AssignmentChanges):
    """New homework."""

    title = Text(max_length=LONGEST_TITLE)
    instructions = Text(max_length=LONGEST_TEXT, help_text="Markdown.")


class SubmissionInput(Input):
    """What a student hands in: a text or a link. Files are uploaded on the page."""

    content = Text(required=False, default="", allow_blank=True, max_length=LONGEST_TEXT)
    link = Text(required=False, default="", allow_blank=True, max_length=LONGEST_ADDRESS)
    keeps_file = Truth(required=False, help_text="Whether the file of the last version stays.")


class ReviewInput(Input):
    """A reviewer's answer."""

    status = Choice(REVIEWS)
    feedback = Text(required=False, default="", allow_blank=True, max_length=LONGEST_FEEDBACK)
    points = Whole(required=False, allow_null=True, min_value=0, max_value=MOST_POINTS)


class WaitingQuery(PageQuery):
    """Whose homework: what the caller answers, or all in the caller's courses."""

    side = Choice(["reviewer", "creator"], required=False)


class AssignmentAnswer(Shape):
    """Homework of a course."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    instructions = serializers.CharField()
    module_id = serializers.UUIDField(allow_null=True)
    is_required = serializers.BooleanField()
    due_days = serializers.IntegerField(allow_null=True)
    max_points = serializers.IntegerField(allow_null=True)


class AssignmentList(Shape):
    """A page of a course's homework."""

    assignments = AssignmentAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class SubmittedFile(Shape):
    """The file of a submission; its address comes from `GET /homework/:id/file`."""

    name = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()
    scan = serializers.SerializerMethodField()

    def get_scan(self, row: Any) -> str:
        """The state of its virus check, in words."""
        return scan_description(row)


class SubmissionAnswer(Shape):
    """One version of a student's homework."""

    id = serializers.UUIDField()
    assignment_id = serializers.UUIDField()
    enrollment_id = serializers.UUIDField()
    version = serializers.IntegerField()
    is_current = serializers.BooleanField()
    status = serializers.ChoiceField(SubmissionStatus.choices)
    content = serializers.CharField()
    link = serializers.CharField()
    file = SubmittedFile(allow_null=True)
    is_late = serializers.BooleanField()
    points = serializers.IntegerField(allow_null=True)
    feedback = serializers.CharField()
    reviewed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class HomeworkAnswer(Shape):
    """Homework as its student has it."""

    assignment = AssignmentAnswer()
    due_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()
    submission = SubmissionAnswer(allow_null=True, help_text="The newest version.")


class HomeworkList(Shape):
    """The homework of an enrollment."""

    homework = HomeworkAnswer(many=True)


class VersionList(Shape):
    """What was handed in, the newest version first."""

    assignment = AssignmentAnswer()
    submissions = SubmissionAnswer(many=True)


class ReviewedAnswer(SubmissionAnswer):
    """A submission as its reviewer sees it."""

    student = PersonAnswer()
    course = CourseName(source="enrollment.course")
    assignment = AssignmentAnswer()


class ReviewedList(Shape):
    """A page of homework that waits for a reviewer."""

    homework = ReviewedAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class FileLink(Shape):
    """A signed address for the caller, valid for 15 minutes."""

    url = serializers.CharField()
