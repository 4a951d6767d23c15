"""Payout accounts: one a member, opened once, and kept in step with the provider (rule OUT-9)."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from billing.actions.marks import keep_mark
from billing.models import MoneyMark, PayoutAccount
from billing.notifications.sending import notify_account_changed
from billing.providers import payments
from billing.providers.base import (
    ConnectedAccount,
    Payee,
    has_answered,
    is_without_account,
)
from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from peerloop.kit.refusals import Conflict, OutsideDown

logger = logging.getLogger(__name__)

State = User.PayoutAccount
DAY = timedelta(days=1)
REASONS = {
    State.PENDING: "Some details are still missing. Continue where you stopped.",
    State.RESTRICTED: "The payment provider asks for more before money can be sent to you.",
    State.DEAUTHORIZED: "The connection to your payout account was ended. Connect one again.",
}


class NoAccount(Conflict):
    """There is no account to look into."""

    code = "payout_account_missing"
    message = "Connect a payout account first."


class ProviderAway(OutsideDown):
    """The provider does not answer."""

    code = "payment_unavailable"
    message = "The payment provider does not answer right now. Try again in a few minutes."


def open_account(*, user: User, at: datetime) -> User:
    """See to it that the member has an account at the provider; one, however often it is called.

    The key is the member and how many accounts they gave up, so a lost answer or a double click
    finds the same account. Raises ProviderAway. Not inside a transaction.
    """
    user = User.objects.get(pk=user.pk)
    if user.stripe_account_id and user.stripe_account_status != State.DEAUTHORIZED:
        return user
    generation = _next_generation(user)
    reference = f"{user.pk}:{generation}"
    payee = Payee(user_id=str(user.pk), email=user.email, reference=reference)
    try:
        account = payments().create_connected_account(payee, key=f"account:{reference}")
    except ProviderError as error:
        logger.warning("no payout account for %s: %s", user.pk, error)
        found = _made_all_the_same(error, user, generation, at=at)
        if found is None:
            raise ProviderAway from error
        account = found
    return sync_account(account=account, at=at, user=user)


def _made_all_the_same(
    error: ProviderError, user: User, generation: int, *, at: datetime
) -> ConnectedAccount | None:
    """The account whose creation ended in an error of the provider, if it was made.

    That error is kept under the key and given again for a day; so if there is none, the next click
    uses another key.
    """
    if not (isinstance(error, Unavailable) and has_answered(error)):
        return None
    try:
        found = payments().find_connected_account(f"{user.pk}:{generation}", since=at - DAY)
    except ProviderError as silence:
        raise ProviderAway from silence
    if found is None:
        same = PayoutAccount.objects.filter(user=user, generation=generation)
        same.update(generation=F("generation") + 1)
    return found


def onboarding_link(*, user: User, at: datetime) -> str:
    """A page at the provider for what is missing; opens an account first if there is none.

    An account that is gone at the provider is given up, and a new one opened. Raises ProviderAway.
    The link works once: make one for each click.
    """
    user = open_account(user=user, at=at)
    try:
        return _link_for(user)
    except ProviderError as error:
        if not _is_lost(user, error, at=at):
            logger.warning("no onboarding link for %s: %s", user.pk, error)
            raise ProviderAway from error
    try:
        return _link_for(open_account(user=user, at=at))
    except ProviderError as error:
        raise ProviderAway from error


def _link_for(user: User) -> str:
    return payments().create_onboarding_link(
        user.stripe_account_id or "",
        return_url=f"{settings.BASE_URL}{reverse('payout-settings')}?back=1",
        refresh_url=settings.BASE_URL + reverse("payout-account"),
    )


def dashboard_link(*, user: User, at: datetime) -> str:
    """The member's own page at the provider. Raises NoAccount before onboarding is done or if the
    account is gone, and ProviderAway."""
    if not user.stripe_account_id or user.stripe_account_status == State.DEAUTHORIZED:
        raise NoAccount
    try:
        return payments().create_login_link(user.stripe_account_id)
    except Rejected as error:
        if _is_lost(user, error, at=at):
            raise NoAccount(REASONS[State.DEAUTHORIZED]) from error
        raise NoAccount("Finish connecting your payout account first.") from error
    except Unavailable as error:
        raise ProviderAway from error


def refresh_account(*, user: User, at: datetime) -> PayoutAccount:
    """What is known of the member's account, asked for anew (rule OUT-9).

    The provider being away changes nothing: ``synced_at`` says how old the answer is. An account
    that the provider no longer knows is deauthorized. Not inside a transaction.
    """
    user = User.objects.get(pk=user.pk)
    if user.stripe_account_id and user.stripe_account_status != State.DEAUTHORIZED:
        try:
            follow_account(account_id=user.stripe_account_id, at=at)
        except ProviderError as error:
            logger.info("payout account of %s stays as it was: %s", user.pk, error)
    return PayoutAccount.objects.filter(user=user).first() or PayoutAccount(user=user)


def follow_account(*, account_id: str, at: datetime) -> User:
    """Bring a member's account to what the provider says now; one that is gone is deauthorized.

    Safe to repeat. Raises NoAccount for one of nobody, Unavailable, or Rejected for another no.
    """
    try:
        account = payments().get_account(account_id)
    except Rejected as error:
        if is_without_account(error):
            return lose_account(account_id=account_id, at=at)
        raise
    return sync_account(account=account, at=at)


def refresh_due(*, at: datetime) -> int:
    """Ask about every account of which nothing was heard for a day; how many were asked (OUT-9).

    For the periodic task, as the event that an account is gone can be lost. A provider that does
    not answer ends the run.
    """
    old = Q(synced_at=None) | Q(synced_at__lte=at - DAY)
    rows = PayoutAccount.objects.filter(old).exclude(user__stripe_account_id=None)
    rows = rows.exclude(user__stripe_account_status=State.DEAUTHORIZED).order_by("synced_at")
    asked = 0
    for account_id in list(rows.values_list("user__stripe_account_id", flat=True)):
        try:
            follow_account(account_id=str(account_id), at=at)
        except Unavailable as error:
            logger.warning("payout accounts wait: the payment provider is away: %s", error)
            break
        except (Rejected, NoAccount) as error:
            logger.warning("payout account %s stays as it was: %s", account_id, error)
        asked += 1
    return asked


@transaction.atomic
def sync_account(*, account: ConnectedAccount, at: datetime, user: User | None = None) -> User:
    """Store what the provider says of an account; its member is notified when it becomes usable, or
    stops being usable.

    With ``user`` the account is new and becomes theirs. Raises NoAccount for one of nobody.
    """
    member = _locked(account.account_id, user)
    before = member.stripe_account_status
    member.stripe_account_id = account.account_id
    member.stripe_account_status = state_of(account)
    # Ready for a payout means both: we may send to the account, and it may send to a bank.
    member.stripe_payouts_enabled = account.can_receive and account.can_pay_out
    member.stripe_details_submitted = account.details_submitted
    member.save(
        update_fields=[
            "stripe_account_id",
            "stripe_account_status",
            "stripe_payouts_enabled",
            "stripe_details_submitted",
        ]
    )
    for mark in account.marks:
        keep_mark(user=member, kind=MoneyMark.Kind.PAYOUT, mark=mark)
    PayoutAccount.objects.update_or_create(
        user=member,
        defaults={
            "missing": list(account.missing)[:50],
            "disabled_reason": account.disabled_reason[:200],
            "synced_at": at,
            "updated_at": at,
        },
    )
    _tell(member, before, at=at)
    return member


@transaction.atomic
def lose_account(*, account_id: str, at: datetime) -> User:
    """The account is gone at the provider: payouts pause until another one is connected.

    Safe to repeat. Raises NoAccount for an account of nobody.
    """
    member = _locked(account_id, None)
    before = member.stripe_account_status
    member.stripe_account_status = State.DEAUTHORIZED
    member.stripe_payouts_enabled = False
    member.save(update_fields=["stripe_account_status", "stripe_payouts_enabled"])
    PayoutAccount.objects.filter(user=member).update(
        missing=[], disabled_reason="", synced_at=at, updated_at=at
    )
    _tell(member, before, at=at)
    return member


def state_of(account: ConnectedAccount) -> State:
    """One word for an account: active only if money can reach it and leave it."""
    if not account.details_submitted:
        return State.PENDING
    if account.can_receive and account.can_pay_out:
        return State.ACTIVE
    if account.is_checking and not account.missing:
        return State.PENDING
    return State.RESTRICTED


def _is_lost(user: User, error: ProviderError, *, at: datetime) -> bool:
    """Whether a call was refused because the account is gone; it is deauthorized then."""
    if not is_without_account(error) or not user.stripe_account_id:
        return False
    lose_account(account_id=user.stripe_account_id, at=at)
    return True


def _next_generation(user: User) -> int:
    """The number of the member's account: one more after each that was given up."""
    with transaction.atomic():
        row, _ = PayoutAccount.objects.select_for_update(no_key=True).get_or_create(user=user)
        # Read under the lock: two clicks after a loss must not count it twice.
        lost = User.objects.filter(pk=user.pk, stripe_account_status=State.DEAUTHORIZED)
        if lost.exclude(stripe_account_id=None).exists():
            row.generation += 1
            row.save(update_fields=["generation"])
            lost.update(stripe_account_id=None, stripe_account_status=State.NONE)
        return row.generation


def _locked(account_id: str, user: User | None) -> User:
    rows = User.objects.select_for_update(no_key=True)
    member = rows.filter(pk=user.pk) if user else rows.filter(stripe_account_id=account_id)
    found = member.first()
    if found is None:
        raise NoAccount(f"No member has the account {account_id}.")
    return found


def _tell(member: User, before: str, *, at: datetime) -> None:
    now = member.stripe_account_status
    if now == before or now not in {State.ACTIVE, State.RESTRICTED, State.DEAUTHORIZED}:
        return
    reason = REASONS.get(State(now), "")
    notify_account_changed(user=member, is_ready=now == State.ACTIVE, reason=reason, at=at)
