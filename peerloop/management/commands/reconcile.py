"""`manage.py reconcile [--provider payment|video|feeds|email]`: find what was missed outside."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.incoming import inbox
from accounts.models import User
from accounts.notifications.outbox import delivery
from billing.actions.accounts import NoAccount, follow_account
from billing.actions.clawbacks import reverse_waiting
from billing.actions.payout_batches import finish_processing
from billing.actions.reconciling import compare_books, poll_disputes, take_in_lost_events
from billing.actions.refund_sending import send_approved
from billing.actions.refunds import refund_leftovers
from billing.actions.settling import settle_due
from billing.stripe_events import LISTED
from community.feeds.publishing.comparing import compare_all, compare_feeds
from community.feeds.publishing.sending import send_due
from peerloop.kit import clock
from peerloop.kit.providers import ProviderError
from scheduling.actions.overdue import mark_no_shows, poll_rooms
from scheduling.actions.recordings import find_missing_recordings
from scheduling.actions.webhooks import register_webhooks

# Newer transfers may belong to a request that is still running.
ABANDONED = timedelta(seconds=60)


def settle_transfers(at: datetime) -> int:
    """Look up the transfers of payouts whose request got no response."""
    return finish_processing(at=at, older_than=at - ABANDONED)


def refresh_accounts(at: datetime) -> int:
    """Fetch the status of every payout account (rule OUT-9); returns the number of changes.

    Also of those that were gone: a key that was wrong for a while may know them again.
    """
    changed = 0
    for user in list(User.objects.exclude(stripe_account_id=None).order_by("pk")):
        try:
            now = follow_account(account_id=user.stripe_account_id or "", at=at)
        except (ProviderError, NoAccount):
            continue
        changed += now.stripe_account_status != user.stripe_account_status
    return changed


LOOKS: dict[str, list[tuple[str, Callable[[datetime], object]]]] = {
    "payment": [
        ("open checkouts looked at", lambda at: settle_due(at=at)),
        ("lost events taken in", lambda at: take_in_lost_events(at=at, kinds=LISTED)),
        ("open disputes asked about", lambda at: poll_disputes(at=at)),
        ("refunds left over asked for", lambda at: refund_leftovers(at=at)),
        ("refunds booked", lambda at: send_approved(at=at)),
        ("payments that differ from the provider's books", lambda at: compare_books(at=at)),
        ("payouts settled", settle_transfers),
        ("paid shares tried to take back", lambda at: reverse_waiting(at=at)),
        ("payout accounts changed", refresh_accounts),
    ],
    "video": [
        ("running rooms asked", lambda at: poll_rooms(at=at)),
        ("sessions past their end looked at", lambda at: mark_no_shows(at=at)),
        ("webhooks registered", lambda at: register_webhooks()),
        ("recordings found", lambda at: find_missing_recordings(at=at)),
    ],
    "feeds": [
        ("posts and follows to be sent anew", lambda at: compare_all(at=at)),
        ("differences at the provider", lambda at: compare_feeds(at=at)),
        ("posts and follows sent", lambda at: send_due(at=at)),
    ],
    "email": [("waiting mails looked at", lambda at: delivery.deliver_due(at=at))],
}
ALIASES = {
    "stripe": "payment",
    "bigbluebutton": "video",
    "bbb": "video",
    "plugnmeet": "video",
    "stream": "feeds",
    "resend": "email",
    "smtp": "email",
}


class Command(BaseCommand):
    """Processes waiting inbox events, then asks each provider; prints the results.

    Safe to repeat: beat runs the same sweeps. A provider that does not answer is logged and asked
    again next time.
    """

    help = "Work waiting provider events, and ask the providers for what was missed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--provider``; without it all providers are asked."""
        parser.add_argument(
            "--provider", choices=[*LOOKS, *ALIASES], help="only this kind of provider"
        )

    def handle(self, *args: Any, provider: str | None, **options: Any) -> None:
        """Run the sweeps and print a line for each."""
        kinds = [ALIASES.get(provider, provider)] if provider else list(LOOKS)
        self._print("inbox", "waiting events looked at", inbox.process_due(at=clock.now()))
        for kind in kinds:
            for words, look in LOOKS[kind]:
                self._print(kind, words, look(clock.now()))

    def _print(self, kind: str, words: str, found: object) -> None:
        self.stdout.write(f"{kind:<8} {found:>5} {words}")
