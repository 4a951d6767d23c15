"""Deletes expired rows (security PRI-4)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.identity.sessions import SessionStore
from accounts.incoming.idempotency import forget_old
from accounts.models import (
    AddressChange,
    Email,
    EmailVerificationToken,
    PasswordResetToken,
    RateHit,
    RefreshToken,
)
from accounts.sanctions.actions.suspension import lift_due_suspensions
from peerloop.kit.batches import in_batches

TRIES_KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(days=7)
# Beyond a token's life: a used token that comes back late must still be recognised.
SIGN_INS_KEPT = timedelta(days=30)


def clear_expired(*, at: datetime) -> None:
    """Delete what expired (sessions, tokens, tries, keys); end suspensions that are over.

    What ages over months is ``retention.retain``. Safe to repeat, in batches. Sessions, tokens,
    tries and keys live on real time, whatever a demo's clock says.
    """
    lift_due_suspensions(at=at)
    real = timezone.now()
    in_batches(RateHit.objects.filter(at__lt=real - TRIES_KEPT), _delete)
    forget_old(at=real)
    SessionStore.clear_expired()
    in_batches(RefreshToken.objects.filter(expires_at__lt=real - SIGN_INS_KEPT), _delete)
    for tokens in (EmailVerificationToken, PasswordResetToken):
        in_batches(tokens.objects.filter(expires_at__lt=at - LINKS_KEPT), _delete)
    in_batches(_past_changes(at - LINKS_KEPT), _delete)
    # Mails requested for an address without an account: they hold only that address.
    Email.objects.filter(
        user=None, status=Email.Status.SKIPPED, updated_at__lt=at - TRIES_KEPT
    ).delete()


def _past_changes(until: datetime) -> "QuerySet[AddressChange]":
    """Address changes without a valid link."""
    return AddressChange.objects.filter(confirm_until__lt=until).exclude(
        ended_at=None, undo_until__gte=until
    )


def _delete(batch: QuerySet[Any]) -> None:
    batch.delete()
