"""`manage.py payouts [--process --by admin@example.org]`: list pending payouts, or send them."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from billing.actions.payout_batches import process_all
from billing.queries import pending_payouts, pending_recipients
from peerloop.kit import clock
from peerloop.kit.formats import money_text


class Command(BaseCommand):
    """Lists pending payouts and earnings that nobody asked for yet. With --process everybody who is
    owed the minimum is paid in the name of an admin (rule OUT-7); exit code 1 if one of them could
    not be."""

    help = "List pending payouts; with --process pay all who can be, in an admin's name (--by)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--process``, and ``--by`` for the responsible admin."""
        parser.add_argument("--process", action="store_true", help="pay all who can be paid")
        parser.add_argument("--by", metavar="EMAIL", default="", help="the admin who sends them")

    def handle(self, *args: Any, process: bool, by: str, **options: Any) -> None:
        """List payouts, or send them and print the result of each."""
        if by and not process:
            raise CommandError("--by goes with --process.")
        if process:
            self._process(_admin(by))
        else:
            self._list()

    def _list(self) -> None:
        waiting = list(pending_payouts())
        for payout in waiting:
            self.stdout.write(
                f"{payout.status:<10} {money_text(payout.amount_cents):>12}  "
                f"{payout.recipient.name} <{payout.recipient.email}>, "
                f"asked {payout.created_at:%Y-%m-%d}"
            )
        for owed in pending_recipients():
            ready = "can be asked for" if owed.is_ready else "has no payout account yet"
            self.stdout.write(
                f"{'owed':<10} {money_text(owed.amount_cents):>12}  {owed.recipient.name}, {ready}"
            )
        self.stdout.write(f"Waiting: {len(waiting)}.")

    def _process(self, admin: User) -> None:
        outcomes = process_all(by=admin, at=clock.now())
        for outcome in outcomes:
            why = f": {outcome.error}" if outcome.error else ""
            self.stdout.write(
                f"{outcome.status:<10} {money_text(outcome.amount_cents):>12}  "
                f"{outcome.recipient}{why}"
            )
        unsent = sum(bool(outcome.error) for outcome in outcomes)
        self.stdout.write(f"Sent: {len(outcomes) - unsent}, not sent: {unsent}.")
        if unsent:
            sys.exit(1)


def _admin(email: str) -> User:
    if not email:
        raise CommandError("Say who answers for it: --by EMAIL of an admin.")
    admin = User.objects.active().filter(email=email.strip().lower(), is_admin=True).first()
    if admin is None:
        raise CommandError(f"{email} is no admin who may sign in.")
    return admin
