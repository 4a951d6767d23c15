"""Homework, quizzes, resources and reviews in the admin site, to look at."""

from django.contrib import admin

from accounts.audit.admin_pages import ReadOnlyAdmin
from learning.models import (
    HomeworkAssignment,
    HomeworkSubmission,
    Quiz,
    QuizAttempt,
    Resource,
    Review,
)


@admin.register(HomeworkAssignment)
class HomeworkAssignmentAdmin(ReadOnlyAdmin):
    """Homework of all courses, deleted ones too. Creators change it on its page."""

    list_display = ["title", "course", "module", "is_required", "due_days", "is_active"]
    list_filter = ["is_required", "is_active"]
    list_select_related = ["course", "module"]
    search_fields = ["course__title"]


@admin.register(HomeworkSubmission)
class HomeworkSubmissionAdmin(ReadOnlyAdmin):
    """What was handed in and answered, every version of it."""

    list_display = ["student", "assignment", "version", "status", "is_late", "points", "created_at"]
    list_filter = ["status", "is_late", "is_current"]
    list_select_related = ["student", "assignment"]
    search_fields = ["student__name", "student__email"]


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Public reviews, hidden and removed ones too. Moderators decide on them by reports."""

    list_display = ["rated", "course", "about", "rating", "status", "created_at"]
    list_filter = ["about", "status"]
    list_select_related = ["rated", "course"]
    search_fields = ["rated__name", "rated__email", "course__title"]


@admin.register(Resource)
class ResourceAdmin(ReadOnlyAdmin):
    """Resources of all courses; a file is taken down in the list of files."""

    list_display = ["name", "course", "module", "type", "download_count", "created_at"]
    list_filter = ["type"]
    list_select_related = ["course", "module"]
    search_fields = ["course__title"]


@admin.register(Quiz)
class QuizAdmin(ReadOnlyAdmin):
    """Quizzes of all courses, deleted ones too."""

    list_display = ["title", "course", "module", "question_count", "is_required", "is_active"]
    list_filter = ["is_required", "is_active"]
    list_select_related = ["course", "module"]
    search_fields = ["course__title"]


@admin.register(QuizAttempt)
class QuizAttemptAdmin(ReadOnlyAdmin):
    """What students answered, and how it was marked."""

    list_display = ["student", "quiz", "number", "status", "right", "total", "is_passed"]
    list_filter = ["status", "is_passed"]
    list_select_related = ["student", "quiz"]
    search_fields = ["student__name", "student__email"]
