"""A member's sign-ins over the API, and the first page after a sign-in."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import RefreshToken, User


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of an API client."""

    family: uuid.UUID
    agent: str
    address: str
    began_at: datetime
    used_at: datetime


def landing_of(user: User) -> str:
    """The default page after a sign-in; the first sign-in leads to the onboarding."""
    is_first = user.last_login is None and user.onboarding_completed_at is None
    return reverse("onboarding" if is_first and not user.is_admin else "dashboard")


def sign_ins_of(user: User) -> list[SignIn]:
    """The current sign-ins, last used first: one query."""
    first = (
        RefreshToken.objects.filter(family=OuterRef("family"))
        .values("family")
        .annotate(began=Min("created_at"))
        .values("began")
    )
    live = RefreshToken.objects.usable(timezone.now()).filter(user=user)
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
