"""Free times that are kept for a visitor while they pay."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from peerloop.kit.rows import Row
from peerloop.kit.triggers import Trigger, fixed


class SlotHoldQuerySet(models.QuerySet["SlotHold"]):
    """Filters of held times."""

    def live(self, at: datetime) -> "SlotHoldQuerySet":
        """Those that still keep others away; a row that is over is deleted by the next who asks."""
        return self.filter(expires_at__gt=at)

    def of(self, *, member_id: UUID | None, visitor: UUID | None) -> "SlotHoldQuerySet":
        """Those of a member, or of a visitor who has not signed in; at most one of each."""
        return self.filter(
            Q(holder=member_id, holder__isnull=False) | Q(visitor=visitor, visitor__isnull=False)
        )


class SlotHold(Row):
    """A free time of a teacher, kept for one visitor for some minutes (rule HOLD-1).

    It has the teacher's seat of the session that it stands for, so the constraint that refuses
    double bookings refuses a second hold as well, and a booking by anybody else.
    """

    # A number in the visitor's session, or the member once they are signed in.
    visitor = models.UUIDField(null=True, blank=True, unique=True)
    holder = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    course = models.ForeignKey("catalog.Course", on_delete=models.CASCADE, related_name="+")
    teacher = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    busy_until = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = SlotHoldQuerySet.as_manager()

    class Meta:
        db_table = "slot_holds"
        constraints = [
            models.CheckConstraint(
                condition=Q(visitor__isnull=False, holder__isnull=True)
                | Q(visitor__isnull=True, holder__isnull=False),
                name="slot_hold_of_one_person",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), busy_until__gte=F("ends_at")),
                name="slot_hold_is_a_span",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="slot_hold_lasts"
            ),
            fixed(
                "slot_hold_keeps_its_time",
                *("teacher_id", "course_id", "starts_at", "ends_at", "busy_until"),
                message="a hold keeps its time; another one is another row",
            ),
            Trigger(
                name="slot_holds_take_seats",
                on="AFTER INSERT OR DELETE",
                body="""
                    IF TG_OP = 'DELETE' THEN
                        DELETE FROM session_seats WHERE hold_id = OLD.id;
                    ELSE
                        INSERT INTO session_seats (hold_id, user_id, role, during)
                        VALUES (NEW.id, NEW.teacher_id, 'teacher',
                                tstzrange(NEW.starts_at, NEW.busy_until));
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="slot_hold_age"),
            models.Index(fields=["teacher", "starts_at"], name="slot_hold_teacher"),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"

    def is_for(self, *, course_id: UUID, teacher_id: UUID, start: datetime) -> bool:
        """Whether it keeps exactly this time of this teacher in this course."""
        mine = (self.course_id, self.teacher_id, self.starts_at)
        return mine == (course_id, teacher_id, start)
