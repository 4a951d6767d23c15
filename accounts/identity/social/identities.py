"""The social account with which somebody signs in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings

NAMES = {"google": "Google", "github": "GitHub"}


@dataclass(frozen=True, slots=True)
class Identity:
    """An account at a provider. ``uid`` never changes, unlike ``email`` and ``name``."""

    provider: str
    uid: str
    email: str
    is_proven: bool
    name: str

    @property
    def where(self) -> str:
        """The provider's name."""
        return NAMES[self.provider]


def offered() -> list[tuple[str, str]]:
    """The providers whose keys are set, as slug and name."""
    return [(name, NAMES[name]) for name in settings.OUTSIDE_KEYS]


def identity_of(login: SocialLogin) -> Identity:
    """The identity that the provider returned, with no more than is needed."""
    given: dict[str, Any] = login.account.extra_data
    address = _best(login.email_addresses)
    email = address.email if address else ""
    name = given.get("name") or given.get("login") or email.partition("@")[0]
    return Identity(
        provider=login.account.provider,
        uid=login.account.uid,
        email=email,
        is_proven=bool(address and address.verified),
        name=str(name),
    )


def accounts_of(user: Any) -> list[SocialAccount]:
    """The member's social accounts, oldest first."""
    return list(SocialAccount.objects.filter(user=user).order_by("date_joined", "pk"))


def connections_of(user: Any) -> list[tuple[str, str, SocialAccount | None]]:
    """Each provider offered or connected, with the member's account, for the settings page."""
    held = {account.provider: account for account in accounts_of(user)}
    words = {*settings.OUTSIDE_KEYS, *held}
    return [(name, NAMES[name], held.get(name)) for name in NAMES if name in words]


def _best(addresses: Iterable[Any]) -> Any:
    """The first verified address, else the first."""
    ranked = sorted(addresses, key=lambda one: (not one.verified, not one.primary))
    return ranked[0] if ranked else None
