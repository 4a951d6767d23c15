"""Notification preferences."""

from django.db import models
from django.db.models import Q

from accounts.models.member import User
from peerloop.kit.rows import Row


class Group(models.TextChoices):
    """What a member can switch off, in the app and by mail (rule NOTE-2)."""

    SESSION_BOOKED = "session_booked", "Sessions booked"
    SESSION_REMINDER = "session_reminder", "Session reminders"
    FEEDBACK_REMINDER = "feedback_reminder", "Sessions held, and asking for a rating"
    NEW_MESSAGE = "new_message", "Messages"
    COURSE_UPDATE = "course_update", "Courses, new students and homework"
    CERTIFICATE = "certificate", "Certificates"
    PAYMENT = "payment", "Payments, refunds and payouts"
    SOCIAL = "social", "Followers and feeds"
    GOODWILL = "goodwill", "Goodwill and calls for help"
    MARKETING = "marketing", "Newsletters and offers"


# Always sent: receipts, refunds and payouts can not be declined (rule NOTE-3).
ALWAYS_ON = frozenset({Group.PAYMENT})
# Mail is off there until the member asks for it (rule NOTE-2).
MAIL_OFF_AT_FIRST = frozenset({Group.SOCIAL, Group.GOODWILL, Group.MARKETING})


class NotificationPreference(Row):
    """A choice that differs, or once differed, from what everybody starts with (rule NOTE-2)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    group = models.CharField(max_length=20, choices=Group.choices)
    in_app = models.BooleanField()
    email = models.BooleanField()

    class Meta:
        db_table = "notification_preferences"
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="notification_preference_once"),
            models.CheckConstraint(
                condition=Q(group__in=list(Group.values)), name="notification_preference_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} of {self.user_id}"
