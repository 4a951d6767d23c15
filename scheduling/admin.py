"""The admin site of sessions and hours.

Nothing is edited by hand: each change is an action of the app, with a reason for the audit log and
for the two people (rules ADM-1, ADM-2).
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from peerloop.kit import clock
from peerloop.kit.admin_lists import KnownValuesFilter
from scheduling.actions.cancelling import cancel_session
from scheduling.actions.completion import complete_by_hand
from scheduling.admin_arranging import ArrangingAdmin
from scheduling.models import (
    Availability,
    AvailabilityOverride,
    AvailabilitySettings,
    Session,
    SessionAssessment,
    SessionAttendance,
    SessionMaterial,
    SessionRecording,
    SessionReminder,
    SessionReschedule,
    TimeOff,
)


class ReadOnlyInline(admin.TabularInline):
    """Rows of a session, read-only."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Written by the product."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never edited."""
        return False


class AttendanceInline(ReadOnlyInline):
    """Who was in the room when."""

    model = SessionAttendance
    fields = ("user", "joined_at", "left_at", "source")


class RescheduleInline(ReadOnlyInline):
    """The times that it had before."""

    model = SessionReschedule
    fields = ("old_start", "new_start", "by", "is_late", "reason")


class ReminderInline(ReadOnlyInline):
    """Reminders planned and sent."""

    model = SessionReminder
    fields = ("user", "kind", "for_start", "sent_at")


class AssessmentInline(ReadOnlyInline):
    """What each side thought of it (rule RATE-2)."""

    model = SessionAssessment
    fk_name = "session"
    fields = ("assessor", "assessee", "rating", "comment")


class RecordingInline(ReadOnlyInline):
    """Its recordings: files are taken away among the files."""

    model = SessionRecording
    fields = ("created_at", "status", "file", "tries", "next_try_at", "error")
    readonly_fields = ("created_at",)


class NoShowFilter(KnownValuesFilter):
    """Who did not come."""

    values = ("student", "teacher", "both")


class DayFilter(KnownValuesFilter):
    """The days of a week, from 0 for Sunday."""

    values = tuple(str(day) for day in range(7))


class ProviderFilter(KnownValuesFilter):
    """Which video server had the room."""

    values = ("local", "plugnmeet", "bigbluebutton")


@admin.register(Session)
class SessionAdmin(ArrangingAdmin):
    """All sessions; set up, cancelled or completed by an admin with a reason."""

    list_display = (
        "scheduled_start",
        "course",
        "teacher",
        "student",
        "status",
        "kind",
        "is_late_cancel",
        "joint_minutes",
    )
    list_filter = (
        ("scheduled_start", admin.DateFieldListFilter),
        *("status", "kind", "is_late_cancel"),
        ("no_show_party", NoShowFilter),
        ("provider", ProviderFilter),
    )
    list_select_related = ("course", "teacher", "student")
    search_fields = ("teacher__name", "teacher__email", "student__name", "student__email")
    place_in_search = 70
    ordering = ("-scheduled_start",)
    # Room secrets are not shown to anybody, admins included.
    exclude = ("room_secrets",)
    inlines = (
        AttendanceInline,
        RescheduleInline,
        ReminderInline,
        AssessmentInline,
        RecordingInline,
    )
    actions = ("cancel", "complete")

    @admin.action(description="Cancel, with a reason that both people read")
    def cancel(self, request: HttpRequest, rows: QuerySet[Session]) -> HttpResponse | None:
        """Cancel open sessions; it counts as late for nobody."""

        def act(session: Session, given: dict[str, Any]) -> None:
            by: Any = request.user
            cancel_session(session=session, by=by, reason=given["reason"], at=clock.now())

        return ask_then_do(
            self,
            request,
            rows,
            action="cancel",
            title="Cancel sessions",
            act=act,
        )

    @admin.action(description="Complete: both were there, the record is missing")
    def complete(self, request: HttpRequest, rows: QuerySet[Session]) -> HttpResponse | None:
        """Complete by hand (rule ROOM-7); what was taught is earned."""

        def act(session: Session, given: dict[str, Any]) -> None:
            by: Any = request.user
            complete_by_hand(session=session, by=by, at=clock.now(), reason=given["reason"])

        return ask_then_do(
            self, request, rows, action="complete", title="Complete sessions", act=act
        )


@admin.register(Availability)
class AvailabilityAdmin(ReadOnlyAdmin):
    """Weekly hours of teachers."""

    list_display = (
        *("user", "day_of_week", "hours", "timezone", "start_date", "repeat_weeks"),
        "is_intro",
    )
    list_filter = (("day_of_week", DayFilter), "is_intro")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")

    @admin.display(description="Hours")
    def hours(self, row: Availability) -> str:
        """``09:00-12:00``."""
        return row.hours_text


@admin.register(AvailabilityOverride)
class AvailabilityOverrideAdmin(ReadOnlyAdmin):
    """Dates on which a teacher's hours differ."""

    list_display = ("user", "date", "is_available", "start_minute", "end_minute", "timezone")
    list_filter = ("is_available", ("date", admin.DateFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")


@admin.register(TimeOff)
class TimeOffAdmin(ReadOnlyAdmin):
    """Days on which teachers are away."""

    list_display = ("user", "first_day", "last_day", "created_at")
    list_filter = (("last_day", admin.DateFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")


@admin.register(AvailabilitySettings)
class AvailabilitySettingsAdmin(ReadOnlyAdmin):
    """How teachers are booked."""

    list_display = ("user", "timezone", "buffer_minutes", "notice_minutes")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")


@admin.register(SessionMaterial)
class SessionMaterialAdmin(ReadOnlyAdmin):
    """What was shared in sessions; a file is taken down in the list of files."""

    list_display = ["name", "session", "uploader", "type", "download_count", "created_at"]
    list_filter = ["type"]
    list_select_related = ["session", "uploader"]
    search_fields = ["uploader__name", "uploader__email"]
