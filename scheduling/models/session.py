"""Sessions, the seats that prevent double booking, and changes of their time."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value

from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, status_sql
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.text import isolated
from peerloop.kit.triggers import Trigger

if TYPE_CHECKING:
    from accounts.models import User


# How long a free meeting lasts (rule BOOK-11).
INTRO_LENGTH = timedelta(minutes=15)


def intro_about(title: str) -> str:
    """What lists and mails call a free meeting about a course."""
    return f"Free meeting about {isolated(title)}"


SEATS_CHANGE = """
    (OLD.status IN ('scheduled', 'in_progress'), OLD.teacher_id, OLD.student_id,
     OLD.scheduled_start, OLD.scheduled_end, OLD.teacher_busy_until)
    IS DISTINCT FROM
    (NEW.status IN ('scheduled', 'in_progress'), NEW.teacher_id, NEW.student_id,
     NEW.scheduled_start, NEW.scheduled_end, NEW.teacher_busy_until)
"""


def _keeps_seats(name: str, *, on: str, condition: str = "") -> Trigger:
    """Open sessions keep two rows in ``session_seats``, whoever writes them."""
    return Trigger(
        name=name,
        on=on,
        condition=condition,
        body="""
            IF TG_OP <> 'INSERT' THEN
                DELETE FROM session_seats WHERE session_id = OLD.id;
            END IF;
            IF TG_OP <> 'DELETE' AND NEW.status IN ('scheduled', 'in_progress') THEN
                -- In the order of people, so that two bookings wait for each other one way round.
                INSERT INTO session_seats (session_id, user_id, role, during)
                SELECT NEW.id, seat.user_id, seat.role, seat.during
                FROM (VALUES
                    (NEW.teacher_id, 'teacher',
                     tstzrange(NEW.scheduled_start, NEW.teacher_busy_until)),
                    (NEW.student_id, 'student', tstzrange(NEW.scheduled_start, NEW.scheduled_end))
                ) AS seat (user_id, role, during)
                ORDER BY seat.user_id;
            END IF;
            RETURN NULL;
        """,
    )


class SessionQuerySet(models.QuerySet["Session"]):
    """Filters of sessions."""

    def involving(self, user: "User") -> "SessionQuerySet":
        """Those that the member teaches or takes."""
        return self.filter(Q(teacher=user) | Q(student=user))

    def open(self) -> "SessionQuerySet":
        """Scheduled or in progress: both people are busy then (``SessionSeat``)."""
        return self.filter(status__in=Session.OPEN)

    def ahead(self, at: datetime) -> "SessionQuerySet":
        """Open, and their scheduled end is still to come."""
        return self.filter(_ahead(at))

    def not_ahead(self, at: datetime) -> "SessionQuerySet":
        """All others: closed, or their scheduled end has passed."""
        return self.exclude(_ahead(at))

    def using_place(self) -> "SessionQuerySet":
        """Open or completed: each uses one of the enrollment's places (rules BOOK-2, BOOK-6)."""
        return self.filter(status__in=Session.USING_PLACE)

    def intros(self) -> "SessionQuerySet":
        """Free meetings that are ahead, running or held: one of a pair, four a day (BOOK-11)."""
        return self.using_place().filter(kind=Session.Kind.INTRO)


def _ahead(at: datetime) -> Q:
    return Q(status__in=Session.OPEN, scheduled_end__gt=at)


class Session(HasStatus, Row):
    """A 1-on-1 session. Its module is positional until it is completed (rule BOOK-6)."""

    class Kind(models.TextChoices):
        COURSE = "course", "Course session"
        MAKEUP = "makeup", "Make-up session"
        EXTRA = "extra", "Extra session"
        INTRO = "intro", "Free meeting"
        ADMIN = "admin", "Session arranged by us"

    class Status(StatusChoices):
        SCHEDULED = "scheduled", State("info", "calendar", "Scheduled")
        IN_PROGRESS = "in_progress", State("live", "radio", "Live")
        COMPLETED = "completed", State("ok", "circle-check", "Completed")
        CANCELLED = "cancelled", State("neutral", "ban", "Cancelled")
        NO_SHOW = "no_show", State("warn", "user-round", "No show")

    class CompletionSource(models.TextChoices):
        ROOM_ENDED = "room_ended"
        EMPTY_ROOM = "empty_room"
        SWEEP = "sweep"
        TEACHER = "teacher"
        CREATOR = "creator"
        ADMIN = "admin"

    OPEN: ClassVar = (Status.SCHEDULED, Status.IN_PROGRESS)
    USING_PLACE: ClassVar = (*OPEN, Status.COMPLETED)
    TRANSITIONS: ClassVar = {
        Status.SCHEDULED: {
            Status.IN_PROGRESS,
            Status.COMPLETED,
            Status.CANCELLED,
            Status.NO_SHOW,
        },
        Status.IN_PROGRESS: {Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW},
        Status.COMPLETED: set(),
        Status.CANCELLED: set(),
        Status.NO_SHOW: {Status.COMPLETED},
    }

    enrollment = models.ForeignKey(
        "learning.Enrollment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    teacher = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.COURSE)
    scheduled_start = models.DateTimeField()
    scheduled_end = models.DateTimeField()
    teacher_busy_until = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.SCHEDULED)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    joint_seconds = models.PositiveIntegerField(null=True, blank=True)
    completion_source = models.CharField(
        max_length=10, choices=CompletionSource.choices, blank=True
    )
    module = models.ForeignKey(
        "catalog.CourseModule", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    no_show_party = models.CharField(max_length=8, blank=True)
    provider = models.CharField(max_length=14, blank=True)
    room_id = models.CharField(max_length=80, unique=True, null=True, blank=True)
    room_secrets = models.JSONField(default=dict, blank=True)
    recording_url = models.CharField(max_length=1000, null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.TextField(max_length=2000, blank=True)
    is_late_cancel = models.BooleanField(default=False)
    reschedule_count = models.PositiveSmallIntegerField(default=0)
    # The cancelled session that this one was booked instead of, soon after (rule LATE-3).
    rescheduled_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    topic = models.CharField(max_length=500, blank=True)
    booked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    is_scheduled = Is("status", Status.SCHEDULED)
    is_completed = Is("status", Status.COMPLETED)
    is_cancelled = Is("status", Status.CANCELLED)
    is_no_show = Is("status", Status.NO_SHOW)
    is_intro = Is("kind", Kind.INTRO)

    objects = SessionQuerySet.as_manager()

    class Meta:
        db_table = "sessions"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["scheduled", "in_progress", "completed", "cancelled", "no_show"]
                ),
                name="session_status",
            ),
            models.CheckConstraint(
                condition=Q(scheduled_end__gt=F("scheduled_start")), name="session_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(teacher_busy_until__gte=F("scheduled_end")),
                name="session_buffer_after_end",
            ),
            models.CheckConstraint(
                condition=Q(
                    teacher_busy_until__lte=ExpressionWrapper(
                        F("scheduled_end") + Value(timedelta(minutes=60)),
                        output_field=models.DateTimeField(),
                    )
                ),
                name="session_buffer_at_most_an_hour",
            ),
            models.CheckConstraint(
                condition=~Q(teacher=F("student")), name="session_needs_two_people"
            ),
            models.CheckConstraint(
                condition=Q(reschedule_count__lte=2), name="session_rescheduled_at_most_twice"
            ),
            models.CheckConstraint(
                condition=~Q(status="completed")
                | (Q(ended_at__isnull=False) & ~Q(completion_source="")),
                name="session_completed_is_whole",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="no_show") & Q(no_show_party__in=["student", "teacher", "both"])
                )
                | (~Q(status="no_show") & Q(no_show_party="")),
                name="session_no_show_party",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
                name="session_cancelled_at",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["intro", "admin"]) | Q(enrollment__isnull=False),
                name="session_needs_enrollment",
            ),
            models.CheckConstraint(
                condition=Q(is_late_cancel=False) | ~Q(cancel_reason=""),
                name="session_late_cancel_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind="intro")
                | Q(
                    enrollment__isnull=True,
                    scheduled_end=ExpressionWrapper(
                        F("scheduled_start") + Value(INTRO_LENGTH),
                        output_field=models.DateTimeField(),
                    ),
                ),
                name="session_intro_is_short",
            ),
            models.UniqueConstraint(
                fields=["student", "teacher"],
                condition=Q(kind="intro", status__in=["scheduled", "in_progress", "completed"]),
                name="session_intro_once",
            ),
            models.UniqueConstraint(
                fields=["enrollment", "module"],
                condition=Q(status="completed", module__isnull=False),
                name="session_module_delivered_once",
            ),
            _keeps_seats("sessions_take_seats", on="AFTER INSERT"),
            _keeps_seats("sessions_change_seats", on="AFTER UPDATE", condition=SEATS_CHANGE),
            _keeps_seats("sessions_leave_seats", on="AFTER DELETE"),
        ]
        indexes = [
            models.Index(fields=["-scheduled_start", "-id"], name="session_newest"),
            models.Index(fields=["teacher", "scheduled_start"], name="session_teacher_start"),
            models.Index(fields=["student", "scheduled_start"], name="session_student_start"),
            models.Index(fields=["status", "scheduled_end"], name="session_status_end"),
            models.Index(fields=["enrollment", "status"], name="session_enrollment_status"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @classmethod
    def open_sql(cls, table: str = "sessions") -> str:
        """The condition of ``SessionQuerySet.open`` for statements in SQL."""
        return status_sql(table, cls.OPEN)

    @classmethod
    def ahead_sql(cls, table: str = "sessions") -> str:
        """The condition of ``SessionQuerySet.ahead``, with the parameter ``%(at)s``."""
        return f"{cls.open_sql(table)} AND {table}.scheduled_end > %(at)s"

    @classmethod
    def using_place_sql(cls, table: str = "sessions") -> str:
        """The condition of ``SessionQuerySet.using_place`` for statements in SQL."""
        return status_sql(table, cls.USING_PLACE)

    @property
    def subject(self) -> str:
        """What it is about, for lists and mails: the course, or a free meeting about it."""
        return intro_about(self.course.title) if self.is_intro else self.course.title

    @property
    def is_open(self) -> bool:
        """Whether it is scheduled or in progress."""
        return self.status in self.OPEN

    @property
    def joint_minutes(self) -> int | None:
        """Whole minutes that both were in the room, once it is known."""
        return None if self.joint_seconds is None else self.joint_seconds // 60

    @property
    def length_minutes(self) -> int:
        """The scheduled length in minutes."""
        return (self.scheduled_end - self.scheduled_start) // timedelta(minutes=1)

    def is_past(self, at: datetime) -> bool:
        """Whether the scheduled end has come."""
        return at >= self.scheduled_end

    def is_ahead(self, at: datetime) -> bool:
        """Whether it is open and its scheduled end is still to come."""
        return self.is_open and not self.is_past(at)

    def counterpart_of(self, user: "User") -> "User":
        """The other person."""
        return self.student if user.pk == self.teacher_id else self.teacher


class SessionSeat(models.Model):
    """The time that one open session takes of one person; the teacher's includes the buffer.

    A held time (``SlotHold``) takes the teacher's in the same way. Written only by triggers on both
    tables. The exclusion constraint decides on double booking (rule BOOK-3).
    """

    class Role(models.TextChoices):
        TEACHER = "teacher"
        STUDENT = "student"

    # The trigger deletes the seats of a deleted session, so Django must not.
    session = models.ForeignKey(
        Session, on_delete=models.DO_NOTHING, null=True, related_name="seats"
    )
    hold = models.OneToOneField(
        "scheduling.SlotHold", on_delete=models.DO_NOTHING, null=True, related_name="seat"
    )
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=7, choices=Role.choices)
    during = DateTimeRangeField()

    class Meta:
        db_table = "session_seats"
        constraints = [
            models.UniqueConstraint(fields=["session", "role"], name="seat_once"),
            models.CheckConstraint(
                condition=Q(session__isnull=False, hold__isnull=True)
                | Q(session__isnull=True, hold__isnull=False),
                name="seat_of_a_session_or_a_hold",
            ),
            ExclusionConstraint(
                name="seat_one_place_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            Trigger(
                name="session_seats_by_trigger_only",
                on="BEFORE INSERT OR UPDATE OR DELETE",
                is_once_a_statement=True,
                # Depth 1 is this trigger alone: nobody above it wrote a session.
                body="""
                    IF pg_trigger_depth() < 2 THEN
                        RAISE EXCEPTION 'session_seats is written by the triggers of sessions only'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.session_id or self.hold_id}"


class SessionReschedule(Row):
    """A session got another time: by whom, from when to when, why (rule LATE-3). Only added."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="reschedules")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    old_start = models.DateTimeField()
    new_start = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        db_table = "session_reschedules"
        verbose_name = "session move"
        constraints = [
            models.CheckConstraint(
                condition=~Q(old_start=F("new_start")), name="session_reschedule_changes_time"
            ),
            models.CheckConstraint(
                condition=Q(is_late=False) | ~Q(reason=""), name="session_reschedule_late_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.old_start} to {self.new_start}"
