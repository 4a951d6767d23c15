"""Tokens of the API: short access tokens, rotating refresh tokens in families (rule AUTH-2).

All of this runs on real time, also in a demo: a clock that jumps a week must not sign everybody
out (docs/adr/0005).
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from accounts.identity.notifications import SIGN_IN_ENDED
from accounts.models import RefreshToken, User
from accounts.models.tokens import hash_of
from accounts.notifications.notify import notify
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import SignInNeeded
from peerloop.kit.security_log import note_event

AGENT_LENGTH = 300


class RefreshRefused(SignInNeeded):
    """The refresh token is unknown, expired, revoked or already used."""

    code = "refresh_refused"
    message = "This sign-in has ended. Sign in again."


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a client keeps: ``access`` goes with each call, ``refresh`` fetches the next pair."""

    access: str
    refresh: str


@transaction.atomic
def issue_tokens(*, user: User, agent: str = "", address: str = "") -> TokenPair:
    """Start a sign-in: a new family with its first pair.

    Raises SignInNeeded if the member may no longer sign in, or everything of theirs was ended
    since ``user`` was read: a password reset in between must win.
    """
    current = _locked(user.pk)
    if current is None or current.token_version != user.token_version:
        raise SignInNeeded
    note_event("sign_in", actor=user.pk, via="api")
    return _pair(current, family=uuid7(), agent=agent, address=address, at=timezone.now())


def rotate_tokens(*, refresh: str, agent: str = "", address: str = "") -> TokenPair:
    """Trade a refresh token for the next pair; the old one is void from then on (rule AUTH-2).

    Of racing calls one wins. A voided token that comes again closes its whole family: somebody has
    a copy. Raises RefreshRefused.
    """
    pair = _rotate(hash_of(refresh), agent=agent, address=address)
    if pair is None:
        raise RefreshRefused
    return pair


def member_of_token(refresh: str) -> uuid.UUID | None:
    """Whose refresh token this is or was; None for one that we never gave out."""
    known = RefreshToken.objects.filter(token_hash=hash_of(refresh)).values_list("user_id")
    return next((user_id for (user_id,) in known[:1]), None)


@transaction.atomic
def _rotate(token_hash: str, *, agent: str, address: str) -> TokenPair | None:
    known = RefreshToken.objects.filter(token_hash=token_hash).only("user_id", "family").first()
    if known is None:
        return None
    # Starting, rotating and ending sign-ins lock the member's row: else a sign-out could miss
    # the token that a concurrent refresh is about to insert.
    user = _locked(known.user_id)
    if user is None:
        return None
    at = timezone.now()
    won = RefreshToken.objects.usable(at).filter(pk=known.pk).update(used_at=at)
    if won:
        return _pair(user, family=known.family, agent=agent, address=address, at=at)
    token = RefreshToken.objects.get(pk=known.pk)
    if token.used_at is not None and token.revoked_at is None:
        RefreshToken.objects.filter(family=token.family).revoke(at)
        note_event("token.reused", actor=user.pk, family=str(token.family))
        _notify_sign_in_ended(user, token)
    return None


def _notify_sign_in_ended(user: User, token: RefreshToken) -> None:
    """Notify the member, once for each sign-in (security ID-10)."""
    notify(SIGN_IN_ENDED, people=[user], key=token.family, agent=token.agent, at=clock.now())


@transaction.atomic
def end_sign_in(*, family: uuid.UUID) -> None:
    """End one sign-in: its refresh tokens and, through them, its access tokens. Safe to repeat."""
    token = RefreshToken.objects.filter(family=family).only("user_id").first()
    if token is not None:
        _locked(token.user_id)
        RefreshToken.objects.filter(family=family).revoke(timezone.now())


def _locked(user_id: uuid.UUID) -> User | None:
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    return user if user is not None and user.may_sign_in else None


def _pair(user: User, *, family: uuid.UUID, agent: str, address: str, at: datetime) -> TokenPair:
    refresh = secrets.token_urlsafe(32)
    RefreshToken.objects.create(
        user=user,
        family=family,
        token_hash=hash_of(refresh),
        expires_at=at + timedelta(days=settings.REFRESH_TOKEN_DAYS),
        agent=agent[:AGENT_LENGTH],
        address=address[:64],
    )
    access = AccessToken()
    access["sub"] = str(user.pk)
    access["family"] = str(family)
    access["version"] = user.token_version
    return TokenPair(access=str(access), refresh=refresh)
