"""Reads of the accounts app."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import LocalMail, Notification, RefreshToken, User
from peerloop.kit.refusals import Missing


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of a program over the API."""

    family: uuid.UUID
    agent: str
    address: str
    began_at: datetime
    used_at: datetime


def unread_notices(user: User) -> int:
    """How many notices wait."""
    return Notification.objects.filter(user=user, read_at=None).count()


def notices_of(user: User) -> QuerySet[Notification]:
    """A member's notices, newest first."""
    return Notification.objects.filter(user=user).order_by("-created_at", "-pk")


def member_summary(user: User) -> dict[str, Any]:
    """A member inside another answer: what everybody may see, also of a private one (PRIV-2)."""
    return {"id": str(user.pk), "name": user.name, "avatar_url": user.avatar_url or None}


def sign_ins_of(user: User) -> list[SignIn]:
    """The sign-ins that stand, last used first: one query."""
    first = (
        RefreshToken.objects.filter(family=OuterRef("family"))
        .values("family")
        .annotate(began=Min("created_at"))
        .values("began")
    )
    live = RefreshToken.objects.filter(
        user=user, used_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    return [
        SignIn(
            family=token.family,
            agent=token.agent,
            address=token.address,
            began_at=token.began_at,
            used_at=token.created_at,
        )
        for token in live.annotate(began_at=Subquery(first)).order_by("-created_at")
    ]


def kept_mails(to: str = "") -> QuerySet[LocalMail]:
    """Mails that the local provider kept, newest first."""
    mails = LocalMail.objects.order_by("-created_at", "-pk")
    return mails.filter(to__iexact=to) if to else mails


def kept_mail(mail_id: uuid.UUID) -> LocalMail:
    """One kept mail; raises Missing."""
    mail = LocalMail.objects.filter(pk=mail_id).first()
    if mail is None:
        raise Missing
    return mail
