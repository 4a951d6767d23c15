"""Preferences: who wants which notifications and mails (rules NOTE-2, NOTE-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import NotificationPreference, User
from accounts.models.preferences import ALWAYS_ON, MAIL_OFF_AT_FIRST, Group
from accounts.notifications.kinds import Mail


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice of a member for one group; ``is_fixed``: it can not be changed."""

    group: Group
    in_app: bool
    email: bool
    is_fixed: bool = False


def choices_of(user: User) -> list[Choice]:
    """A member's choices, all groups in their order: one query."""
    rows = {row.group: row for row in NotificationPreference.objects.filter(user=user)}
    return [_choice(group, rows.get(group), user) for group in Group]


def _choice(group: Group, row: NotificationPreference | None, user: User) -> Choice:
    if group in ALWAYS_ON:
        return Choice(group, in_app=True, email=True, is_fixed=True)
    in_app = True if row is None else row.in_app
    email = group not in MAIL_OFF_AT_FIRST if row is None else row.email
    if group == Group.MARKETING and user.marketing_opt_out:
        email = False
    return Choice(group, in_app=in_app, email=email)


@transaction.atomic
def change_choices(*, user: User, wanted: Iterable[Choice], at: datetime) -> None:
    """Save the choices that differ from the current ones (rule NOTE-2). Safe to repeat.

    What did not change leaves no row: an untouched box is not a "no" to newsletters that the member
    subscribed to. Asking for marketing mail takes back an earlier opt-out, and the reverse.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    current = {choice.group: choice for choice in choices_of(locked)}
    for choice in wanted:
        if choice.group in ALWAYS_ON or choice == current[choice.group]:
            continue
        _keep(locked, choice, at)
        if choice.email != current[choice.group].email:
            _note_opt_out(locked, choice, at)


@transaction.atomic
def switch_mail_off(*, user: User, group: Group, at: datetime) -> None:
    """Switch off the mails of a group, for an unsubscribe link (RFC 8058). Safe to repeat."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    current = next(choice for choice in choices_of(locked) if choice.group == group)
    if current.is_fixed:
        return
    # Also where it was off already: "off" from the start does not stop what was subscribed to.
    off = Choice(group, in_app=current.in_app, email=False)
    _keep(locked, off, at)
    _note_opt_out(locked, off, at)


def _keep(user: User, choice: Choice, at: datetime) -> None:
    values = {"in_app": choice.in_app, "email": choice.email, "updated_at": at}
    NotificationPreference.objects.update_or_create(
        user=user, group=choice.group, defaults=values, create_defaults=values | {"created_at": at}
    )


def _note_opt_out(user: User, choice: Choice, at: datetime) -> None:
    if choice.group == Group.MARKETING:
        User.objects.filter(pk=user.pk).update(marketing_opt_out=not choice.email, updated_at=at)


def wanting(
    people: list[User], *, group: Group | None, mail: Mail | None
) -> tuple[list[User], list[User]]:
    """Who of them gets a notification of that group, and who that mail: at most one query for both.

    Without a mail nobody gets one.
    """
    of_mail = mail.group if mail else None
    asked = {one for one in (group, of_mail) if one is not None}
    declined, chosen = set(), {}
    for user_id, row_group, in_app, email in _rows(people, asked) if asked else ():
        if row_group == group and not in_app:
            declined.add(user_id)
        if row_group == of_mail:
            chosen[user_id] = email
    notified = [person for person in people if person.pk not in declined]
    if mail is None:
        return notified, []
    return notified, [person for person in people if _is_wanted(person, mail, chosen)]


def wanting_mail(people: list[User], *, mail: Mail) -> list[User]:
    """Those of them who are to get that mail: at most one query."""
    if mail.group is None:
        return people
    chosen = {user_id: email for user_id, _, _, email in _rows(people, {mail.group})}
    return [person for person in people if _is_wanted(person, mail, chosen)]


def _is_wanted(person: User, mail: Mail, chosen: dict[UUID, bool]) -> bool:
    if mail.group is None:
        return True
    if mail.is_marketing and person.marketing_opt_out:
        return False
    return chosen.get(person.pk, mail.is_marketing or mail.group not in MAIL_OFF_AT_FIRST)


def _rows(people: list[User], groups: set[Group]) -> Iterable[tuple[UUID, str, bool, bool]]:
    """Member, group, in-app choice and mail choice of each stored row."""
    rows = NotificationPreference.objects.filter(user__in=people, group__in=groups)
    return rows.values_list("user_id", "group", "in_app", "email")
