"""Which second factors a member has, without their secrets."""

from dataclasses import dataclass, field
from datetime import datetime

from allauth.mfa.models import Authenticator

from accounts.models import User

Type = Authenticator.Type
# Recovery codes alone are no second factor: they replace one.
FACTORS = (Type.TOTP, Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey, under the name that its owner gave it."""

    pk: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(slots=True)
class Factors:
    """The second factors of a member."""

    has_app: bool = False
    codes_left: int | None = None
    passkeys: list[Passkey] = field(default_factory=list)

    @property
    def is_on(self) -> bool:
        """Whether a sign-in asks for a second factor."""
        return self.has_app or bool(self.passkeys)

    @property
    def takes_codes(self) -> bool:
        """Whether a code can be typed."""
        return self.has_app or bool(self.codes_left)


def factors_of(user: User) -> Factors:
    """All second factors of the member: one query."""
    found = Factors()
    for row in Authenticator.objects.filter(user=user).order_by("created_at", "pk"):
        if row.type == Type.TOTP:
            found.has_app = True
        elif row.type == Type.RECOVERY_CODES:
            found.codes_left = len(row.data["hashes"])
        else:
            name = row.data["name"]
            found.passkeys.append(Passkey(row.pk, name, row.created_at, row.last_used_at))
    return found


def has_second_factor(user: User) -> bool:
    """Whether a sign-in of the member asks for a second factor."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
