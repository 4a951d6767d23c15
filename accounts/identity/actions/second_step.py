"""Second factors: authenticator app, recovery codes and passkeys (security ID-8, ID-15).

All of it runs on real time; ``at`` is the time that notifications show.
"""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.audit.log import record
from accounts.identity.access import require_verified
from accounts.identity.factors import codes, encryption
from accounts.identity.factors.requirement import needs_second_factor
from accounts.identity.notifications import FACTOR_ADDED, FACTOR_REMOVED, RECOVERY_CODE_USED
from accounts.identity.queries.factors import FACTORS, has_second_factor
from accounts.models import User
from accounts.models.tokens import end_all_sign_ins
from accounts.notifications.notify import notify
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, SignInNeeded
from peerloop.kit.security_log import note_event
from peerloop.kit.text import one_line

Type = Authenticator.Type
MOST_PASSKEYS = 20
LONGEST_NAME = 60
APP, PASSKEY = "an authenticator app", "a passkey"


class WrongCode(Invalid):
    """The code is wrong, expired or used: one message for all."""

    code = "wrong_code"

    def __init__(self, instead: str = "the one that the app shows now, or a recovery code") -> None:
        message = f"This code doesn't count. Take {instead}."
        super().__init__(message, fields={"code": [message]})


class SecondFactorNeeded(SignInNeeded):
    """The password is right, and the account has a second factor."""

    code = "second_factor_needed"
    message = "Send a code of your authenticator app, or a recovery code, as code."


class NotTheLast(Forbidden):
    """Staff may replace their second factor, but must have one."""

    code = "second_factor_required"
    message = "Your role needs a second step. Add another one before you remove this."


@transaction.atomic
def add_app(*, user: User, secret: str, code: str, at: datetime) -> list[str]:
    """Add an authenticator app, given a code that it shows.

    Gives new recovery codes, to be shown once, if this is the first factor; else nothing. Raises
    Unverified, WrongCode, or Conflict where there is an app already.
    """
    _lock(user)
    require_verified(user)
    step = codes.step_of(secret, code)
    if step is None:
        raise WrongCode("the one that the app shows now")
    if Authenticator.objects.filter(user=user, type=Type.TOTP).exists():
        raise Conflict("There is an app already. Remove it to add another.")
    data = {"secret": encryption.encrypted(secret), "step": step}
    Authenticator.objects.create(user=user, type=Type.TOTP, data=data)
    notify_factor_changed(user, APP, added=True, at=at)
    return _first_codes(user)


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict[str, Any], at: datetime) -> list[str]:
    """Store a passkey that ``passkeys.registered`` checked; codes and refusals as for an app."""
    _lock(user)
    require_verified(user)
    if Authenticator.objects.filter(user=user, type=Type.WEBAUTHN).count() >= MOST_PASSKEYS:
        raise Conflict(f"There are {MOST_PASSKEYS} passkeys already. Remove one first.")
    data = {"name": _name(name), "credential": credential}
    Authenticator.objects.create(user=user, type=Type.WEBAUTHN, data=data)
    notify_factor_changed(user, PASSKEY, added=True, at=at)
    return _first_codes(user)


def rename_passkey(*, passkey: Authenticator, name: str) -> None:
    """Rename a passkey; raises Invalid naming ``name``."""
    passkey.data["name"] = _name(name)
    passkey.save(update_fields=["data"])


@transaction.atomic
def remove_factor(*, factor: Authenticator, at: datetime) -> None:
    """Remove a second factor; recovery codes go with the last one.

    Safe to repeat. Raises NotTheLast where the role needs one.
    """
    user = _lock(factor.user)
    removed, _ = Authenticator.objects.filter(pk=factor.pk).delete()
    if not has_second_factor(user):
        if needs_second_factor(user):
            raise NotTheLast
        Authenticator.objects.filter(user=user).delete()
    if removed:
        notify_factor_changed(
            user, APP if factor.type == Type.TOTP else PASSKEY, added=False, at=at
        )


@transaction.atomic
def remove_second_factors(*, user: User, reason: str, by: User, at: datetime) -> None:
    """Remove all second factors of a member who lost phone and recovery codes, as an admin.

    Every sign-in of theirs ends, and they are notified. Safe to repeat. Raises Forbidden, also for
    one's own.
    """
    if not (by.is_admin and by.may_sign_in) or by.pk == user.pk:
        raise Forbidden("Only another admin can do this.")
    removed, _ = Authenticator.objects.filter(user=_lock(user)).delete()
    if not removed:
        return
    end_all_sign_ins(user=user)
    record(actor=by, action="member.remove_second_step", subject=user, reason=reason, at=at)
    notify_factor_changed(user, "your second step", added=False, at=at)


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """Ten new recovery codes, to be shown once; old ones become invalid.

    Raises Conflict without a second factor."""
    _lock(user)
    if not has_second_factor(user):
        raise Conflict("Recovery codes stand in for a second step. Add one first.")
    return _new_codes(user)


@transaction.atomic
def consume_code(*, user: User, code: str, at: datetime) -> None:
    """Consume a code of the app or a recovery code; raises WrongCode.

    The member is notified of a used recovery code.
    """
    spent = codes.spend(user, code)
    if spent is None:
        raise WrongCode
    if spent.type == Type.RECOVERY_CODES:
        _notify_recovery_code_used(user, left=len(spent.data["hashes"]), at=at)


def _lock(user: User) -> User:
    """Lock the member: changes of their second factors are serialised."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _first_codes(user: User) -> list[str]:
    is_first = Authenticator.objects.filter(user=user, type__in=FACTORS).count() == 1
    return _new_codes(user) if is_first else []


def _new_codes(user: User) -> list[str]:
    shown, kept = codes.new_codes()
    Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
    Authenticator.objects.create(user=user, type=Type.RECOVERY_CODES, data={"hashes": kept})
    return shown


def _name(text: str) -> str:
    name = one_line(text)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid.field("name", f"Give a name of 1 to {LONGEST_NAME} characters.")
    return name


def notify_factor_changed(user: User, factor: str, *, added: bool, at: datetime) -> None:
    note_event("factor.added" if added else "factor.removed", actor=user.pk)
    notify(
        FACTOR_ADDED if added else FACTOR_REMOVED,
        people=[user],
        factor=factor,
        what=f"{factor[0].upper()}{factor[1:]}",
        at=at,
    )


def _notify_recovery_code_used(user: User, *, left: int, at: datetime) -> None:
    note_event("recovery_code.used", actor=user.pk, left=left)
    notify(RECOVERY_CODE_USED, people=[user], left=left, at=at)
