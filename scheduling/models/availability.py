"""When a teacher can be booked: belongs to the person, not to a course (rule AVL-1)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from peerloop.kit.rows import Row
from peerloop.kit.triggers import Trigger
from scheduling.hours import clock_text


class AvailabilitySettings(Row):
    """How a teacher wants to be booked: zone, minutes between sessions, minutes of notice."""

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="+")
    timezone = models.CharField(max_length=64)
    buffer_minutes = models.PositiveSmallIntegerField(default=15)
    notice_minutes = models.PositiveSmallIntegerField(default=120)

    class Meta:
        db_table = "availability_settings"
        verbose_name_plural = "availability settings"
        constraints = [
            models.CheckConstraint(condition=Q(buffer_minutes__lte=60), name="buffer_0_to_60"),
            models.CheckConstraint(condition=Q(notice_minutes__lte=4320), name="notice_0_to_4320"),
        ]

    def __str__(self) -> str:
        return f"booking settings of {self.user_id}"


# A trigger and not an action, because the directory of a lower app lists by it (rule APPLY-4).
HOURS_CHANGED = Trigger(
    name="availability_of_member",
    on="AFTER INSERT OR DELETE",
    declare="person uuid := coalesce(NEW.user_id, OLD.user_id);",
    body="""
        UPDATE users SET has_hours = NOT has_hours WHERE id = person
            AND has_hours <> EXISTS (SELECT FROM availability WHERE user_id = person);
        RETURN NULL;
    """,
)


class Availability(Row):
    """A weekly window in local wall time on one weekday, 0 being Sunday (rule AVL-2).

    Minutes after midnight, so that 24:00 can be an end.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    day_of_week = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    timezone = models.CharField(max_length=64)
    start_date = models.DateField(null=True, blank=True)
    repeat_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    is_intro = models.BooleanField(default=False)

    class Meta:
        db_table = "availability"
        verbose_name_plural = "availability"
        ordering = ["day_of_week", "start_minute"]
        constraints = [
            HOURS_CHANGED,
            models.CheckConstraint(condition=Q(day_of_week__lte=6), name="availability_weekday"),
            models.CheckConstraint(
                condition=Q(end_minute__gte=F("start_minute") + 60, end_minute__lte=1440),
                name="availability_at_least_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(repeat_weeks__isnull=True)
                | Q(repeat_weeks__gte=1, start_date__isnull=False),
                name="availability_repeat_needs_start",
            ),
            ExclusionConstraint(
                name="availability_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("day_of_week", RangeOperators.EQUAL),
                    (
                        Func(
                            F("start_minute"),
                            F("end_minute"),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    # From the start date for so many weeks; without one of them open-ended (AVL-3).
                    (
                        Func(
                            F("start_date"),
                            F("start_date") + F("repeat_weeks") * 7,
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["user", "day_of_week"], name="availability_user_day")]

    def __str__(self) -> str:
        return f"{self.day_of_week} {self.hours_text} {self.timezone}"

    @property
    def hours_text(self) -> str:
        """``09:00-12:00``."""
        return f"{clock_text(self.start_minute)}-{clock_text(self.end_minute)}"


class AvailabilityOverride(Row):
    """What applies on one date instead of the weekly windows (rule AVL-4)."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    is_available = models.BooleanField()
    start_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    end_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    timezone = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "availability_overrides"
        ordering = ["date", "start_minute"]
        indexes = [models.Index(fields=["user", "date"], name="override_user_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_available=False, start_minute__isnull=True, end_minute__isnull=True)
                | Q(
                    is_available=True,
                    start_minute__isnull=False,
                    end_minute__gte=F("start_minute") + 60,
                    end_minute__lte=1440,
                ),
                name="override_times",
            ),
            models.UniqueConstraint(
                fields=["user", "date"], condition=Q(is_available=False), name="override_one_block"
            ),
            ExclusionConstraint(
                name="override_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("date", RangeOperators.EQUAL),
                    (
                        Func(
                            F("start_minute"),
                            F("end_minute"),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_available=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {'open' if self.is_available else 'closed'}"
