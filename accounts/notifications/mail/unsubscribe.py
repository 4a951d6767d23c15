"""Unsubscribe links: switch off mails without signing in (RFC 8058).

The link names a member and a group, signed; it works once and again, for nobody gains by ending
another's mails twice. It carries no date, so a mail that is rendered twice stays the same.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import Email, User
from accounts.models.preferences import ALWAYS_ON, Group
from accounts.notifications.kinds import mail_of
from peerloop.kit.refusals import Missing

SALT = "accounts.mail.unsubscribe"


@dataclass(frozen=True, slots=True)
class Ending:
    """The member and the group of an unsubscribe link."""

    user: User
    group: Group


def unsubscribe_url(email: Email) -> str:
    """The link for a mail of class P or M; empty for one that is always sent.

    A mail to somebody without an account brings its own path, as ``ending`` in its context.
    """
    ending = str(email.context.get("ending") or "")
    if ending and email.user is None:
        return settings.BASE_URL + ending
    group = mail_of(email.template).group
    if email.user is None or group is None:
        return ""
    return settings.BASE_URL + reverse("unsubscribe", args=[token_of(email.user, group)])


def token_of(user: User, group: Group) -> str:
    """The signed token of a link."""
    return Signer(salt=SALT).sign(f"{user.pk.hex}.{group.value}")


def ending_of(token: str) -> Ending:
    """The member and group of a token; raises Missing for an invalid one or a closed account."""
    try:
        number, _, name = Signer(salt=SALT).unsign(token).partition(".")
        user_id, group = UUID(number), Group(name)
    except (BadSignature, ValueError):
        raise Missing from None
    user = User.objects.filter(pk=user_id, deleted_at=None).first()
    if user is None or group in ALWAYS_ON:
        raise Missing
    return Ending(user, group)


def headers_of(url: str) -> dict[str, str]:
    """What mail programs need to show their own button (RFC 2369, RFC 8058)."""
    if not url:
        return {}
    return {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
