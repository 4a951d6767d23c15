"""Free times of a teacher, and the caller's own hours, over the API."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import (
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import MemberApiRequest
from catalog.models import Course
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Day, Id, Input, Listed, Query, Strict, Text, Truth, Whole
from peerloop.kit.refusals import Invalid
from scheduling.access import own_hours, person_with_hours
from scheduling.actions.hours import set_hours
from scheduling.hours import DateHours, WeeklyHours, clock_text
from scheduling.queries.free_times import slots_between
from scheduling.queries.hours import is_paused, settings_of, stored_hours, takes_bookings
from scheduling.queries.intros import intro_slots
from scheduling.queries.time_off import stored_time_off
from scheduling.slots import DAY_MINUTES, Slot
from scheduling.time_off import MAX_NOTE_LENGTH, MAX_SPANS, DaysOff

NOT_YOURS = OpenApiResponse(description="Somebody else's hours.")
MISSING = OpenApiResponse(description="There is no such member.")
UNCHANGED = OpenApiResponse(description="As in the answer with the ETag of If-None-Match.")
DEFAULT_MINUTES = 60
MAX_DAYS = 92
WALL_TIME = r"^([01]\d|2[0-3]):[0-5]\d(:00)?$|^24:00(:00)?$"


@extend_schema_field({"type": "string", "pattern": WALL_TIME, "example": "09:30"})
class WallTime(Strict, serializers.Field[int, Any, str, Any]):
    """``HH:MM`` or ``HH:MM:00`` of a wall clock, 24:00 for the end of the day, as minutes."""

    default_error_messages = {"invalid": "Give a time like 09:30."}

    def to_internal_value(self, data: Any) -> int:
        """Minutes after midnight."""
        if not isinstance(data, str) or not re.fullmatch(WALL_TIME, data, re.ASCII):
            self.fail("invalid")
        hours, minutes = data.split(":")[:2]
        return int(hours) * 60 + int(minutes)

    def to_representation(self, value: int) -> str:
        """``09:30``."""
        return clock_text(value)


class HoursEntry(Input):
    """Weekly with ``day_of_week``, or for one ``date``, closed if ``is_available`` is false."""

    refuse_unknown = True
    day_of_week = Whole(required=False, min_value=0, max_value=6)
    date = Day(required=False)
    start_time = WallTime(required=False)
    end_time = WallTime(required=False)
    is_available = Truth(required=False)
    start_date = Day(required=False, allow_null=True)
    repeat_weeks = Whole(required=False, allow_null=True, min_value=1)
    is_intro = Truth(
        required=False, help_text="Weekly hours in which free meetings can be booked as well."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of weekday and date; times unless the date is closed."""
        if ("day_of_week" in attrs) == ("date" in attrs):
            raise serializers.ValidationError("Give either day_of_week or date.")
        is_closed = attrs.get("is_available") is False
        if is_closed and "date" not in attrs:
            raise serializers.ValidationError("Only a date can be closed.")
        if attrs.get("is_intro") and "date" in attrs:
            raise serializers.ValidationError("Only weekly hours take free meetings.")
        has_times = "start_time" in attrs, "end_time" in attrs
        if is_closed and any(has_times):
            raise serializers.ValidationError("A closed date has no times.")
        if not is_closed and not all(has_times):
            raise serializers.ValidationError("Give start_time and end_time.")
        return attrs


class TimeOffEntry(Input):
    """Whole days off in the teacher's zone, the last one included."""

    refuse_unknown = True
    first_day = Day()
    last_day = Day()
    note = Text(required=False, allow_blank=True, max_length=MAX_NOTE_LENGTH)


class HoursInput(Input):
    """All hours of a teacher. Without ``time_off`` the days off stay as they are."""

    refuse_unknown = True
    timezone = Text(max_length=64)
    slots = Listed(child=HoursEntry(), max_length=500)
    buffer_minutes = Whole(required=False)
    notice_minutes = Whole(required=False)
    time_off = Listed(child=TimeOffEntry(), max_length=MAX_SPANS, required=False)


class SpanQuery(Query):
    """Which days, and the length of a session."""

    date = Day(required=False, help_text="One day in the teacher's zone.")
    start_date = Day(required=False, help_text="Today without it.")
    end_date = Day(required=False, help_text="Included; as far as can be booked without it.")
    minutes = Whole(
        required=False, min_value=15, max_value=240, help_text="Session length, 60 without it."
    )
    course_id = Id(required=False, help_text="Takes that course's session length.")
    intro = Truth(required=False, help_text="true: times of free meetings of 15 minutes.")


class SlotOut(serializers.Serializer[Any]):
    """A time at which a session could start, on the teacher's own clock."""

    date = serializers.DateField()
    start_time = serializers.CharField(help_text="HH:MM in the teacher's zone")
    end_time = serializers.CharField(help_text="HH:MM in the teacher's zone, 24:00 at midnight")
    is_available = serializers.BooleanField()
    starts_at = serializers.DateTimeField(help_text="The same start in UTC: `scheduled_start`")
    ends_at = serializers.DateTimeField(help_text="The same end in UTC")


class AvailabilityOut(serializers.Serializer[Any]):
    """Free and taken times. ``paused``: this teacher takes no bookings now."""

    slots = SlotOut(many=True)
    timezone = serializers.CharField()
    paused = serializers.BooleanField()


class StoredHours(serializers.Serializer[Any]):
    """Weekly hours with ``day_of_week``, or those of one ``date``; a closed date has no times."""

    day_of_week = serializers.IntegerField(required=False)
    date = serializers.DateField(required=False)
    start_time = serializers.CharField(required=False)
    end_time = serializers.CharField(required=False)
    is_available = serializers.BooleanField(required=False)
    start_date = serializers.DateField(required=False, allow_null=True)
    repeat_weeks = serializers.IntegerField(required=False, allow_null=True)
    is_intro = serializers.BooleanField(required=False)


class StoredTimeOff(serializers.Serializer[Any]):
    """Days off, the last one included. Only their owner reads the note."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()
    note = serializers.CharField(allow_blank=True)


class HoursOut(serializers.Serializer[Any]):
    """Hours as they are stored, in the form in which they are set."""

    timezone = serializers.CharField()
    buffer_minutes = serializers.IntegerField()
    notice_minutes = serializers.IntegerField()
    slots = StoredHours(many=True)
    time_off = StoredTimeOff(many=True)


class AvailabilityEndpoint(Endpoint):
    """``/availability/:userId``."""

    @extend_schema(
        operation_id="get_availability",
        parameters=[SpanQuery],
        responses={200: AvailabilityOut, 304: UNCHANGED, 400: BAD, 404: MISSING},
    )
    @method_decorator(conditional_page)
    def get(self, request: MemberApiRequest, user_id: str) -> Response:
        """Times of a teacher; taken ones have is_available false and no detail (rule AVL-10).

        The answer has an ETag: asked again with If-None-Match it is a 304 until something changes.
        """
        query = self.query(SpanQuery)
        course = _course(query.get("course_id"))
        teacher = person_with_hours(request.user, user_id, course=course)
        viewer = request.user
        at = clock.now()
        zone = ZoneInfo(settings_of(teacher).timezone)
        found: list[Slot] = []
        if takes_bookings(teacher, viewer):
            start, end = _span(query, zone, at)
            student = viewer if viewer.pk != teacher.pk else None
            if query.get("intro"):
                found = intro_slots(teacher=teacher, student=student, start=start, end=end, at=at)
            else:
                minutes = query.get("minutes") or _minutes(course)
                found = slots_between(
                    teacher=teacher,
                    minutes=minutes,
                    start=start,
                    end=end,
                    student=student,
                    at=at,
                )
        return Response(
            {
                "slots": [_slot(slot, zone) for slot in found],
                "timezone": zone.key,
                "paused": is_paused(teacher),
            },
            headers={"Cache-Control": "private, no-cache"},
        )

    @extend_schema(
        operation_id="set_availability",
        request=HoursInput,
        responses={200: HoursOut, 400: BAD, 403: NOT_YOURS, 404: MISSING},
    )
    def put(self, request: MemberApiRequest, user_id: str) -> Response:
        """Replace the caller's hours: weekly entries, dates that differ from the week, days off."""
        user = own_hours(request.user, user_id)
        given = self.body(HoursInput)
        at = clock.now()
        set_hours(
            user=user,
            timezone=given["timezone"],
            weekly=[_weekly(entry) for entry in given["slots"] if "day_of_week" in entry],
            dates=[_dated(entry) for entry in given["slots"] if "date" in entry],
            buffer_minutes=given.get("buffer_minutes"),
            notice_minutes=given.get("notice_minutes"),
            time_off=_days_off(given.get("time_off")),
            at=at,
        )
        return Response(_hours(user, at))


class HoursEndpoint(Endpoint):
    """``/availability/:userId/hours``."""

    @extend_schema(
        operation_id="get_hours",
        responses={200: HoursOut, 403: NOT_YOURS, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, user_id: str) -> Response:
        """The caller's own hours: weekly entries, and dates from today on that differ."""
        return Response(_hours(own_hours(request.user, user_id), clock.now()))


def _hours(user: User, at: datetime) -> dict[str, Any]:
    kept = settings_of(user)
    today = at.astimezone(ZoneInfo(kept.timezone)).date()
    return {
        "timezone": kept.timezone,
        "buffer_minutes": kept.buffer_minutes,
        "notice_minutes": kept.notice_minutes,
        "slots": stored_hours(user, today=today),
        "time_off": stored_time_off(user, today=today),
    }


def _days_off(entries: list[dict[str, Any]] | None) -> list[DaysOff] | None:
    if entries is None:
        return None
    return [
        DaysOff(entry["first_day"], entry["last_day"], entry.get("note", "")) for entry in entries
    ]


def _weekly(entry: dict[str, Any]) -> WeeklyHours:
    return WeeklyHours(
        entry["day_of_week"],
        entry["start_time"],
        entry["end_time"],
        entry.get("start_date"),
        entry.get("repeat_weeks"),
        entry.get("is_intro", False),
    )


def _dated(entry: dict[str, Any]) -> DateHours:
    return DateHours(entry["date"], entry.get("start_time"), entry.get("end_time"))


def _course(course_id: Any) -> Course | None:
    if course_id is None:
        return None
    course = Course.objects.filter(pk=course_id, deleted_at=None).first()
    if course is None:
        raise Invalid.field("course_id", "There is no such course.")
    return course


def _minutes(course: Course | None) -> int:
    return course.session_minutes if course else DEFAULT_MINUTES


def _span(query: dict[str, Any], zone: ZoneInfo, at: datetime) -> tuple[datetime, datetime]:
    """The range of days as instants; raises Invalid if it is backwards or too long."""
    today = at.astimezone(zone).date()
    if "date" in query:
        first = last = query["date"]
    else:
        first = query.get("start_date") or min(today, query.get("end_date") or today)
        last = query.get("end_date") or max(first, today + _horizon())
    if last < first:
        raise Invalid.field("end_date", "The end can't come before the start.")
    if last - first > timedelta(days=MAX_DAYS):
        raise Invalid.field("end_date", f"Ask for at most {MAX_DAYS} days.")
    # Outside of these days nothing can be booked, and dates near the calendar's end overflow.
    first, last = max(first, today), min(last, today + _horizon())
    if last < first:
        return at, at
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)


def _horizon() -> timedelta:
    return timedelta(days=settings.BOOKING_HORIZON_DAYS + 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _slot(slot: Slot, zone: ZoneInfo) -> dict[str, Any]:
    start, end = slot.start.astimezone(zone), slot.end.astimezone(zone)
    return {
        "date": start.date(),
        "start_time": clock_text(start.hour * 60 + start.minute),
        # The end belongs to the date of the start, so midnight is 24:00, as in the hours written.
        "end_time": clock_text(end.hour * 60 + end.minute or DAY_MINUTES),
        "is_available": slot.is_available,
        "starts_at": slot.start,
        "ends_at": slot.end,
    }
