"""Where a second factor is required: for staff, and before a first payout (security ID-8)."""

from django.conf import settings

from accounts.identity.queries.factors import has_second_factor
from accounts.models import User
from peerloop.kit.refusals import Forbidden


class SecondFactorRequired(Forbidden):
    """The action needs an account with a second factor."""

    code = "second_factor_required"
    message = "This needs a second step at sign-in. Set it up in your security settings first."
    leads_to = "choose-factor"


def needs_second_factor(user: User) -> bool:
    """Whether the member's role asks for a second factor."""
    return bool(settings.STAFF_SECOND_FACTOR and user.keeps_order)


def require_second_factor_of_staff(user: User) -> None:
    """Raises SecondFactorRequired for staff who need a second factor and have none."""
    if needs_second_factor(user) and not has_second_factor(user):
        raise SecondFactorRequired


def require_before_payout(user: User) -> None:
    """Raises SecondFactorRequired before a first payout, where the setting requires it."""
    if settings.PAYOUT_SECOND_FACTOR and not has_second_factor(user):
        raise SecondFactorRequired
