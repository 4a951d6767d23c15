"""`manage.py erase_member <email|id> --by ADMIN --reason WHY`: close an account (rule ROLE-13)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.identity.actions.closure import (
    AccountInUse,
    ask_for_erasure,
    open_erasure,
    undo_erasure,
)
from accounts.models import User
from accounts.privacy.queries import member_named
from peerloop.kit import clock
from peerloop.kit.refusals import Refused


class Command(BaseCommand):
    """Closes the account at once; personal data is erased after 30 days. --undo reopens it."""

    help = "Close a member's account in an admin's name; with --undo open it again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the member, ``--by``, ``--reason`` and ``--undo``."""
        parser.add_argument("member", help="e-mail address or id")
        parser.add_argument(
            "--by", metavar="ADMIN", required=True, help="the admin's address or id"
        )
        parser.add_argument("--reason", required=True, help="goes into the audit log")
        parser.add_argument("--undo", action="store_true", help="take it back")

    def handle(
        self, *args: Any, member: str, by: str, reason: str, undo: bool, **options: Any
    ) -> None:
        """Close or reopen the account, or raise CommandError with all reasons why not."""
        user, admin = _found(member), _found(by)
        try:
            if undo:
                erasure = open_erasure(user=user)
                undo_erasure(erasure=erasure, by=admin, reason=reason, at=clock.now())
                self.stdout.write(f"{user.pk} is open again.")
                return
            erasure = ask_for_erasure(user=user, by=admin, reason=reason, at=clock.now())
        except AccountInUse as refusal:
            for one in refusal.details["obstacles"]:
                self.stderr.write(f"{one['code']}: {one['words']}")
            raise CommandError("The account can't be closed yet.") from None
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{user.pk} is closed; its data goes on {erasure.due_at:%Y-%m-%d}.")


def _found(named: str) -> User:
    user = member_named(named)
    if user is None:
        raise CommandError(f"Nobody has the address or id {named}.")
    return user
