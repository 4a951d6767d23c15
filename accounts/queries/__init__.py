"""Reads of the accounts app."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import Follow, LocalMail, Notification, RefreshToken, User, UserStats
from peerloop.kit.refusals import Missing


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of a program over the API."""

    family: uuid.UUID
    agent: str
    address: str
    began_at: datetime
    used_at: datetime


def landing_of(user: User) -> str:
    """The path that a sign-in leads to by itself: the first one ever to the first steps."""
    is_first = user.last_login is None and user.onboarding_completed_at is None
    return reverse("onboarding" if is_first and not user.is_admin else "dashboard")


def unread_notices(user: User) -> int:
    """How many notices wait."""
    return Notification.objects.unread().filter(user=user).count()


def notices_of(user: User) -> QuerySet[Notification]:
    """A member's notices, newest first."""
    return Notification.objects.filter(user=user).order_by("-created_at", "-pk")


def member_summary(user: User) -> dict[str, Any]:
    """A member inside another answer: what everybody may see, also of a private one (PRIV-2)."""
    return {"id": str(user.pk), "name": user.name, "avatar_url": user.avatar_url or None}


def profile_of(member: User, *, viewer: User | None) -> dict[str, Any]:
    """A member's profile as the viewer may see it (rules PRIV-2, PRIV-3): at most four queries."""
    is_open = sees_all(member, viewer)
    stats = UserStats.objects.filter(user=member).first() or UserStats(user=member)
    shown = stats if is_open else UserStats(user=member)
    rating = shown.average_rating
    return {
        "id": str(member.pk),
        "name": member.name,
        "handle": member.handle,
        "avatar_url": member.avatar_url or None,
        **{
            name: (getattr(member, name) or None) if is_open else None
            for name in ("title", "bio", "bio_short", "website")
        },
        "is_creator": is_open and member.is_creator,
        "is_student_teacher": is_open and member.is_student_teacher,
        "is_private": not member.privacy_public,
        "qualifications": list(member.qualifications.values("id", "sentence")) if is_open else [],
        "expertise": list(member.expertise.values_list("tag", flat=True)) if is_open else [],
        "stats": {
            "students_taught": shown.students_taught,
            "courses_created": shown.courses_created,
            "average_rating": None if rating is None else float(rating),
            "total_reviews": shown.total_reviews,
        },
        "follower_count": shown.follower_count,
        "following_count": shown.following_count,
        "is_following": is_following(viewer, member),
    }


def is_following(viewer: User | None, member: User) -> bool:
    """Whether the viewer follows the member."""
    if viewer is None or viewer.pk == member.pk:
        return False
    return Follow.objects.filter(follower=viewer, followed=member).exists()


def sees_all(member: User, viewer: User | None) -> bool:
    """Whether the viewer reads more of the member than the minimal card (rule PRIV-2)."""
    if member.privacy_public or viewer is None:
        return member.privacy_public
    return viewer.pk == member.pk or viewer.is_moderator or viewer.is_admin


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
