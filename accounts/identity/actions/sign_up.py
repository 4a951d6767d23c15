"""Sign-up: one address is one account, also under concurrent requests."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from accounts.events import MemberJoined
from accounts.identity.actions.verification import send_verification, welcome
from accounts.identity.email_addresses import address_of
from accounts.identity.passwords import accepted
from accounts.identity.queries.email_addresses import holder_of
from accounts.models import CreatorApplication, User, UserStats
from accounts.notifications.kinds import mail_of
from accounts.notifications.outbox.queue import queue_email
from peerloop.kit.database_errors import broken_constraint
from peerloop.kit.events import announce
from peerloop.kit.periods import zone_or_none
from peerloop.kit.refusals import Conflict, FieldErrors, Invalid
from peerloop.kit.text import one_line

NAME_LENGTHS = range(2, 101)
MOST_CLASHES = 20


class EmailTaken(Conflict):
    """There is an account with this address."""

    code = "email_taken"

    def __init__(self) -> None:
        message = "This address has an account already. Sign in, or reset the password."
        super().__init__(message, fields={"email": [message]})


def sign_up(
    *,
    name: str,
    email: str,
    password: str | None,
    role: str = "student",
    timezone: str = "",
    at: datetime,
    origin: dict[str, Any] | None = None,
    is_proven: bool = False,
    leads_to: str = "",
) -> User:
    """Create a member and send the verification link (rules ROLE-3, AUTH-4 to AUTH-9).

    No password for who joins with an account elsewhere; ``is_proven`` if that one proved the
    address, and a welcome goes out instead of the link. ``origin``: what led them here;
    ``leads_to``: a path of ours to which the link of the mail goes on.

    The role creator leaves a pending application and no right. Raises EmailTaken, or Invalid naming
    name, email, password or role. An unknown ``timezone`` is kept as empty.
    """
    given = {"name": name, "email": email, "role": role}
    checked = checked_sign_up(given if password is None else given | {"password": password})
    user = User(
        name=checked["name"],
        email=checked["email"],
        requested_role=checked["role"],
        timezone=timezone if zone_or_none(timezone) else "",
        origin=origin or {},
        email_verified_at=at if is_proven else None,
        created_at=at,
        updated_at=at,
    )
    user.handle = User.objects.free_handle(user.name)
    # Checked before hashing, which is expensive; the constraint decides.
    if holder_of(user.email, at=at):
        raise EmailTaken
    user.set_password(checked.get("password"))
    with transaction.atomic():
        _insert(user)
        UserStats.objects.create(user=user, created_at=at, updated_at=at)
        if user.requested_role == User.RequestedRole.CREATOR:
            _apply(user, at)
        if is_proven:
            welcome(user=user, at=at)
        else:
            send_verification(user=user, to=user.email, leads_to=leads_to, at=at)
        announce(MemberJoined(user.pk, user.email, user.origin, at))
    return user


def checked_sign_up(given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a sign-up as they are stored: ``name``, ``email``, ``role``, ``password``.

    A field that is not given is not checked. Raises Invalid naming all that are wrong.
    """
    user = User(name=given.get("name", ""), email=given.get("email", ""))
    checks: dict[str, Callable[[str], str]] = {
        "name": checked_name,
        "email": address_of,
        "role": _role,
        "password": partial(accepted, user=user),
    }
    checked, errors = {}, FieldErrors()
    for field, check in checks.items():
        if field in given:
            with errors.part():
                checked[field] = check(given[field])
    errors.settle()
    return checked


def checked_name(text: str) -> str:
    """A name of 2 to 100 characters on one line; raises Invalid."""
    name = one_line(text)
    if len(name) not in NAME_LENGTHS:
        raise Invalid.field("name", "Give a name of 2 to 100 characters.")
    return name


def _role(role: str) -> str:
    if role not in User.RequestedRole.values:
        raise Invalid.field("role", "Choose student or creator.")
    return role


def _insert(user: User) -> None:
    """Insert the row; a handle that was taken meanwhile is replaced by the next free one."""
    for _ in range(MOST_CLASHES):
        try:
            with transaction.atomic():
                user.save(force_insert=True)
            return
        except IntegrityError as error:
            if broken_constraint(error) != "users_handle_once":
                if User.objects.filter(email=user.email).exists():
                    raise EmailTaken from None
                raise
            user.handle = User.objects.free_handle(user.name)
    raise Conflict("Too many people of this name join right now. Try again.")


def _apply(user: User, at: datetime) -> None:
    CreatorApplication.objects.create(user=user, created_at=at, updated_at=at)
    queue_email(
        mail_of("creator-application-received"),
        to=user.email,
        context={},
        dedupe_key=f"creator-application-received:{user.pk}",
        user=user,
        at=at,
    )
