"""Second factors in tests: an app on a phone, and the codes that it shows."""

from dataclasses import dataclass, field

from django.utils import timezone

from accounts.identity.actions import second_step
from accounts.identity.factors import codes
from accounts.models import User
from peerloop.kit import clock


@dataclass
class Phone:
    """An authenticator app. ``steps`` moves its clock: each code counts once."""

    secret: str = field(default_factory=codes.new_secret)
    recovery: list[str] = field(default_factory=list)

    def code(self, steps: int = 0) -> str:
        """What it shows now, or so many steps of 30 seconds later."""
        now = int(timezone.now().timestamp()) // codes.PERIOD_SECONDS
        return codes.code_of(self.secret, now + steps)


def a_phone(user: User) -> Phone:
    """The member adds an app; the code of the step before is spent with it."""
    phone = Phone()

    def add() -> list[str]:
        return second_step.add_app(
            user=user, secret=phone.secret, code=phone.code(-1), at=clock.now()
        )

    try:
        phone.recovery = add()
    except second_step.WrongCode:
        phone.recovery = add()  # the thirty seconds ended between showing and entering it
    return phone


def a_passkey(user: User, name: str = "Work laptop") -> int:
    """A passkey as far as lists and pages look at it: nothing can be signed with it."""
    from allauth.mfa.models import Authenticator

    data = {"name": name, "credential": {}}
    return Authenticator.objects.create(user=user, type="webauthn", data=data).pk
