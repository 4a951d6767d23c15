"""Social accounts: signing up with one, connecting, disconnecting (security ID-12, ID-15).

An account elsewhere never reaches an account of ours by its address alone: only where the member
connected it, signed in.
"""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from accounts.identity.access import require_verified
from accounts.identity.actions.second_step import notify_factor_changed
from accounts.identity.actions.sign_up import EmailTaken, checked_name, sign_up
from accounts.identity.queries.factors import factors_of
from accounts.identity.social.identities import NAMES, Identity, accounts_of
from accounts.models import User
from peerloop.kit.refusals import Conflict, Forbidden, Invalid

LONGEST_NAME = 100


class AddressTaken(Conflict):
    """The address has an account here that this social account is not connected to."""

    code = "email_taken"

    def __init__(self, where: str) -> None:
        super().__init__(
            "There is an account with this address. Sign in to it with its password, then connect "
            f"{where} in your security settings."
        )


class LastSignInMethod(Forbidden):
    """Without it the member could not sign in."""

    code = "last_way_in"
    message = "It is your only way to sign in. Set a password or add a passkey first."


@transaction.atomic
def sign_up_with_identity(
    *,
    identity: Identity,
    timezone: str = "",
    at: datetime,
    origin: dict[str, str] | None = None,
) -> User:
    """Create a member who signs in with that social account, without a password.

    The address counts as proven if the provider proved it. Raises AddressTaken, whether or not it
    did, and Invalid without an address.
    """
    if not identity.email:
        raise Invalid(f"{identity.where} gave us no e-mail address. Sign up with one instead.")
    try:
        user = sign_up(
            name=_name(identity),
            email=identity.email,
            password=None,
            timezone=timezone,
            is_proven=identity.is_proven,
            origin=origin,
            at=at,
        )
    except EmailTaken:
        raise AddressTaken(identity.where) from None
    _keep(user, identity)
    return user


@transaction.atomic
def connect_identity(*, user: User, identity: Identity, at: datetime) -> None:
    """Connect a social account to the member. Safe to repeat.

    Raises Unverified: who does not own the address must not leave a way in behind; Conflict where
    the account elsewhere belongs to another member, or the member has one of that provider already.
    """
    require_verified(user)
    known = SocialAccount.objects.filter(provider=identity.provider, uid=identity.uid).first()
    if known is not None and known.user_id == user.pk:
        return
    if known is not None:
        raise Conflict(f"This {identity.where} account is connected to another member.")
    if SocialAccount.objects.filter(user=user, provider=identity.provider).exists():
        raise Conflict(f"You have a {identity.where} account connected. Disconnect it first.")
    _keep(user, identity)
    notify_factor_changed(user, f"sign-in with {identity.where}", added=True, at=at)


@transaction.atomic
def disconnect_identity(*, account: SocialAccount, at: datetime) -> None:
    """Disconnect a social account; raises LastSignInMethod."""
    user = User.objects.select_for_update(no_key=True).get(pk=account.user_id)
    has_other = len(accounts_of(user)) > 1 or bool(factors_of(user).passkeys)
    if not user.has_usable_password() and not has_other:
        raise LastSignInMethod
    account.delete()
    notify_factor_changed(user, f"sign-in with {NAMES[account.provider]}", added=False, at=at)


def _keep(user: User, identity: Identity) -> None:
    try:
        with transaction.atomic():
            SocialAccount.objects.create(
                user=user,
                provider=identity.provider,
                uid=identity.uid,
                extra_data={"email": identity.email},
            )
    except IntegrityError:
        raise Conflict(f"This {identity.where} account is connected to another member.") from None


def _name(identity: Identity) -> str:
    """A valid name made of the name at the provider; the member may change it."""
    try:
        return checked_name(identity.name[:LONGEST_NAME])
    except Invalid:
        return f"{identity.where} member"
