"""When a teacher is away: whole days, on which nothing can be booked."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from peerloop.kit.rows import Row
from scheduling.time_off import MAX_DAYS


class TimeOff(Row):
    """Whole days from the first to the last, both included, on the teacher's own calendar.

    They are days of the zone of the teacher's hours, also after that was changed (ADR 37).
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "time_off"
        verbose_name_plural = "time off"
        ordering = ["first_day"]
        indexes = [models.Index(fields=["user", "last_day"], name="time_off_user_last")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    last_day__gte=F("first_day"), last_day__lt=F("first_day") + Value(MAX_DAYS)
                ),
                name="time_off_is_a_span",
            ),
            ExclusionConstraint(
                name="time_off_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(
                            F("first_day"),
                            F("last_day"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}"
