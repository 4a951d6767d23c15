"""Web sessions."""

from django.db import models, transaction
from django.db.models import F, Q

from accounts.events import SignInEnded
from accounts.models.member import User
from peerloop.kit.events import announce


class WebSessionQuerySet(models.QuerySet["WebSession"]):
    """Web sessions."""

    @transaction.atomic
    def end(self) -> None:
        """Sign these browsers out; what they have open ends at once. Safe to repeat."""
        signed_in = set(self.exclude(user=None).values_list("user_id", flat=True))
        self.delete()
        for user_id in signed_in:
            announce(SignInEnded(user_id=user_id))


class WebSession(models.Model):
    """One browser, signed in or not. Written by ``accounts.identity.sessions.SessionStore`` alone.

    The id is a hash of the cookie's key. Times are real ones, also in a demo.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)
    agent = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = WebSessionQuerySet.as_manager()

    class Meta:
        db_table = "web_sessions"
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("began_at")), name="web_session_seen_after_it_began"
            )
        ]

    def __str__(self) -> str:
        return f"session of {self.user_id}"
