"""Links in mails: made when the mail is rendered, stored as a hash, used once (rule AUTH-7).

The mail's row holds a random seed; the link is made of it with our secret key. So a retried mail
carries the same link, and neither row alone opens anything.
"""

import base64
import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from django.conf import settings

from accounts.models import Email
from accounts.models.tokens import LinkToken, hash_of
from accounts.notifications.mail.composing import NotWanted
from peerloop.kit.refusals import Gone, Invalid

Token = TypeVar("Token", bound=LinkToken)


def link_secret(email: Email) -> str:
    """The 256-bit secret of a mail's link, the same each time the mail is rendered."""
    words = f"{email.template}:{email.pk}:{email.context['seed']}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), words, sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def register_link(
    tokens: type[LinkToken], email: Email, *, lasting: timedelta, at: datetime
) -> str:
    """Store the hash of the mail's link and return the link's secret. Safe to repeat."""
    if email.user is None:
        raise NotWanted("nobody has this address")
    secret = link_secret(email)
    tokens._default_manager.get_or_create(
        token_hash=hash_of(secret),
        defaults={
            "user": email.user,
            "email": email.to,
            "expires_at": at + lasting,
            "created_at": at,
            "updated_at": at,
        },
    )
    return secret


def open_link(tokens: type[Token], secret: str, *, at: datetime) -> Token:
    """The token of a valid link; raises Invalid or Gone. Changes nothing."""
    token = (
        tokens._default_manager.select_related("user").filter(token_hash=hash_of(secret)).first()
    )
    if token is None or token.user.email != token.email or token.user.deleted_at is not None:
        raise Invalid.field("token", "This link isn't complete or isn't ours.", code="link_unknown")
    if token.used_at is not None or token.expires_at <= at:
        raise Gone
    return token


def use_link(token: LinkToken, *, at: datetime) -> None:
    """Mark the token as used; of concurrent uses one passes. Raises Gone."""
    spent = (
        type(token)
        ._default_manager.filter(pk=token.pk, used_at=None, expires_at__gt=at)
        .update(used_at=at, updated_at=at)
    )
    if not spent:
        raise Gone
