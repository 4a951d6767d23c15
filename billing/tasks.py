"""Celery tasks: each works on one row, or on all that is due."""

from datetime import timedelta

from celery import shared_task

from accounts.models import WebhookEvent
from billing import mirror
from billing.actions.accounts import refresh_due
from billing.actions.books import look_at_books
from billing.actions.clawbacks import reverse_waiting
from billing.actions.escrow import release_due
from billing.actions.money_days import keep_money_day
from billing.actions.papers import issue_papers
from billing.actions.payers import forget_removed
from billing.actions.payout_batches import finish_processing, process_waiting
from billing.actions.reconciling import compare_books, poll_disputes, take_in_lost_events
from billing.actions.refund_sending import send_approved
from billing.actions.refund_sending import send_refund as send_one_refund
from billing.actions.refunds import approve_overdue, refund_leftovers
from billing.actions.settling import settle_due
from billing.actions.summaries import send_monthly_summary
from billing.actions.weekly_payouts import ask_weekly
from billing.providers import local_events
from billing.stripe_events import LISTED
from peerloop.kit import clock
from peerloop.kit.refusals import OutsideDown
from peerloop.kit.sweeps import Sweep

SWEEPS: list[Sweep] = [
    Sweep("billing.deliver_local_events", 10),
    Sweep("billing.settle_checkouts", 60),
    Sweep("billing.release_due_splits", 300),
    Sweep("billing.send_due_refunds", 300),
    Sweep("billing.ask_weekly_payouts", 900),
    Sweep("billing.finish_payouts", 120),
    Sweep("billing.reverse_transfers", 300),
    Sweep("billing.reconcile", 3600),
    Sweep("billing.refresh_accounts", 3600),
    Sweep("billing.monthly_summary", 3600),
    Sweep("billing.issue_papers", 600),
    Sweep("billing.forget_payers", 3600),
    Sweep("billing.look_at_books", 600),
    Sweep("billing.keep_money_day", 3600),
]
if mirror.is_on():
    SWEEPS.append(Sweep("billing.mirror_stripe_events", 300))
# Younger ones are in the hands of the admin's own request.
ABANDONED = timedelta(seconds=60)


@shared_task(name="billing.deliver_local_event")
def deliver_local_event(event_id: str) -> None:
    """Send one event of the local provider to our webhook."""
    local_events.deliver(event_id, at=clock.now())


@shared_task(name="billing.deliver_local_events")
def deliver_local_events() -> None:
    """Send all events of the local provider that wait."""
    local_events.deliver_waiting(at=clock.now())


@shared_task(name="billing.settle_checkouts")
def settle_checkouts() -> None:
    """Ask the provider about open checkouts: events can be lost."""
    settle_due(at=clock.now())


@shared_task(name="billing.send_refund", throws=(OutsideDown,))
def send_refund(request_id: str) -> None:
    """Send one approved refund; without an answer the sweep goes on with it."""
    send_one_refund(request_id=request_id, at=clock.now())


@shared_task(name="billing.issue_papers")
def issue_missing_papers() -> None:
    """Write receipts and credit notes of payments and refunds that have none yet."""
    issue_papers(at=clock.now())


@shared_task(name="billing.forget_payers")
def forget_payers() -> None:
    """Let the provider delete what it keeps of members who said so."""
    forget_removed(at=clock.now())


@shared_task(name="billing.release_due_splits")
def release_due_splits() -> None:
    """Release what was held long enough (rule ESC-2)."""
    release_due(at=clock.now())


@shared_task(name="billing.send_due_refunds")
def send_due_refunds() -> None:
    """Approve requests that waited 72 hours (rule REF-6), then send what is approved."""
    now = clock.now()
    approve_overdue(at=now)
    send_approved(at=now)


@shared_task(name="billing.ask_weekly_payouts")
def ask_weekly_payouts() -> None:
    """Ask for the payouts of those who chose to be paid each week."""
    ask_weekly(at=clock.now())


@shared_task(name="billing.finish_payouts")
def finish_payouts() -> None:
    """Settle payouts whose transfer had no answer (OUT-6); send what waits for no admin (ESC-5)."""
    now = clock.now()
    process_waiting(at=now)
    finish_processing(at=now, older_than=now - ABANDONED)


@shared_task(name="billing.reverse_transfers")
def reverse_transfers() -> None:
    """Try to take back shares that were paid and have to come back (rule REF-9)."""
    reverse_waiting(at=clock.now())


@shared_task(name="billing.reconcile")
def reconcile() -> None:
    """Take in events that were lost, ask about disputes (DISP-2), send back what was left over,
    and compare refunds with the provider's books."""
    now = clock.now()
    take_in_lost_events(at=now, kinds=LISTED)
    poll_disputes(at=now)
    refund_leftovers(at=now)
    compare_books(at=now)


@shared_task(name="billing.look_at_books")
def look_at_provider_books() -> None:
    """Once a day, read the payment provider's books and name what differs from ours."""
    look_at_books(at=clock.now())


@shared_task(name="billing.keep_money_day")
def keep_day_of_money() -> None:
    """Once a day, run all checks of the ledger, seal what it says, and mail it."""
    keep_money_day(at=clock.now())


@shared_task(name="billing.refresh_accounts")
def refresh_accounts() -> None:
    """Ask about payout accounts that were silent for a day (rule OUT-9)."""
    refresh_due(at=clock.now())


@shared_task(name="billing.monthly_summary")
def monthly_summary() -> None:
    """Mail admins the month before, once it is over (rule OUT-10)."""
    send_monthly_summary(at=clock.now())


@shared_task(name="billing.mirror_stripe_event")
def mirror_stripe_event(event_id: str) -> None:
    """Show one stored event in the mirror of Stripe's objects."""
    mirror.mirror_event(WebhookEvent.objects.get(pk=event_id))


@shared_task(name="billing.mirror_stripe_events")
def mirror_stripe_events() -> None:
    """Show the stored events that a lost task left out."""
    mirror.mirror_missing(at=clock.now())
