"""What outlived its use goes (security PRI-4)."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.actions.suspension import lift_due_suspensions
from accounts.idempotency import forget_old
from accounts.models import (
    Email,
    EmailVerificationToken,
    Notification,
    PasswordResetToken,
    RateHit,
    RefreshToken,
    WebhookEvent,
)
from accounts.sessions import SessionStore

TRIES_KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(days=7)
# Beyond a token's life: a voided token that comes back late must still be known as such.
SIGN_INS_KEPT = timedelta(days=30)
NOTICES_KEPT = timedelta(days=180)
EVENTS_KEPT = timedelta(days=400)


def clear_expired(*, at: datetime) -> None:
    """Delete what expired (sessions, tokens, tries, keys, notices, events); end suspensions.

    Safe to repeat. Sessions, tokens, tries, keys live on real time, whatever a demo's clock says.
    """
    lift_due_suspensions(at=at)
    real = timezone.now()
    RateHit.objects.filter(at__lt=real - TRIES_KEPT).delete()
    forget_old(at=real)
    SessionStore.clear_expired()
    RefreshToken.objects.filter(expires_at__lt=real - SIGN_INS_KEPT).delete()
    for tokens in (EmailVerificationToken, PasswordResetToken):
        tokens.objects.filter(expires_at__lt=at - LINKS_KEPT).delete()
    Notification.objects.filter(created_at__lt=at - NOTICES_KEPT).delete()
    # Mails asked for an address that nobody has hold that address and nothing else.
    Email.objects.filter(
        user=None, status=Email.Status.SKIPPED, updated_at__lt=at - TRIES_KEPT
    ).delete()
    settled = [WebhookEvent.Status.DONE, WebhookEvent.Status.IGNORED]
    WebhookEvent.objects.filter(status__in=settled, received_at__lt=at - EVENTS_KEPT).delete()
