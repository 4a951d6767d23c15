"""Look at the provider's books once a day and keep them beside ours, page by page.

A look is a row: it goes on where it stopped, whoever goes on. The fee of a payment is known only
here, for the provider counts it some time after the payment.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Min

from accounts.audit.log import record
from accounts.models import User
from billing.actions.book_differences import note_differences
from billing.models import BooksDifference, BooksLook, ProviderEntry, Transaction
from billing.models.books import EntryKind
from billing.providers import payments
from billing.providers.base import BookEntry, BookKind
from peerloop.kit.providers import ProviderError
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment

logger = logging.getLogger(__name__)

KINDS = [EntryKind(kind) for kind in EntryKind.values]
DAILY = timedelta(hours=24)
# How far a look reaches behind the one before it: what is late there, and what changes there.
OVERLAP = timedelta(days=3)
FARTHEST = timedelta(days=60)
FIRST_LOOK = timedelta(days=30)
# What is being made while we look counts next time.
FRESH = timedelta(minutes=5)
PAGES_AT_ONCE = 20
COLUMNS = ("made_at", "amount_cents", "currency", "status", "payment_id", "charge_id", "group")


def look_at_books(*, at: datetime, pages: int = PAGES_AT_ONCE) -> BooksLook | None:
    """Begin the look that is due, or go on with the open one, for at most so many pages.

    None where none is due. Safe to repeat, to interrupt, and to run at once: what two read is kept
    once. Without an answer of the provider the look says so and goes on with the next run.
    """
    look = BooksLook.objects.filter(finished_at=None).first() or _begin(at)
    if look is None:
        return None
    for _ in range(pages):
        try:
            is_done = _read_page(look, at=at)
        except ProviderError as error:
            logger.warning("the provider's books can't be read: %s", error)
            BooksLook.objects.filter(pk=look.pk).update(error=str(error)[:500])
            break
        look.refresh_from_db()
        if is_done:
            break
    return look


def _begin(at: datetime) -> BooksLook | None:
    last = BooksLook.objects.order_by("-began_at").first()
    if last is not None and last.began_at > at - DAILY:
        return None
    oldest = BooksDifference.objects.standing().aggregate(at=Min("happened_at"))["at"]
    since = last.until - OVERLAP if last else at - FIRST_LOOK
    if oldest is not None:
        since = min(since, oldest - FRESH)
    since = max(since, at - FARTHEST)
    try:
        with transaction.atomic():
            return BooksLook.objects.create(since=since, until=at - FRESH, began_at=at)
    except IntegrityError:
        # Another worker was quicker.
        return BooksLook.objects.filter(finished_at=None).first()


def _read_page(look: BooksLook, *, at: datetime) -> bool:
    """Read one page and keep it; whether the look is finished."""
    page = payments().book_page(
        BookKind(look.kind), since=look.since, until=look.until, after=look.after
    )
    entries = page.entries
    with transaction.atomic():
        # Only who stands at this place goes on from it.
        here = BooksLook.objects.select_for_update().filter(
            pk=look.pk, finished_at=None, kind=look.kind, after=look.after
        )
        if here.first() is None:
            return False
        _keep(entries, at=at)
        _note_fees(entries)
        is_last_kind = look.kind == KINDS[-1]
        if page.has_more:
            place = {"after": entries[-1].object_id}
        elif not is_last_kind:
            place = {"kind": KINDS[KINDS.index(EntryKind(look.kind)) + 1], "after": ""}
        else:
            place = {}
        BooksLook.objects.filter(pk=look.pk).update(
            entries=F("entries") + len(entries), error="", **place
        )
        if page.has_more or not is_last_kind:
            return False
        note_differences(look, at=at)
        BooksLook.objects.filter(pk=look.pk).update(finished_at=at)
        return True


def _keep(entries: Sequence[BookEntry], *, at: datetime) -> None:
    ProviderEntry.objects.bulk_create(
        [
            ProviderEntry(
                kind=one.kind,
                object_id=one.object_id,
                back_cents=one.back_cents,
                fee_cents=one.fee_cents,
                seen_at=at,
                created_at=at,
                updated_at=at,
                **{name: getattr(one, name) for name in COLUMNS},
            )
            for one in entries
        ],
        update_conflicts=True,
        unique_fields=["object_id"],
        update_fields=[*COLUMNS, "back_cents", "fee_cents", "seen_at", "updated_at"],
    )


def _note_fees(entries: Sequence[BookEntry]) -> None:
    """The fee of each payment, once it is known."""
    fees = {one.object_id: one.fee_cents for one in entries if one.fee_cents is not None}
    rows = Transaction.objects.filter(stripe_charge_id__in=fees, fee_cents=None)
    changed = list(rows.only("stripe_charge_id", "fee_cents"))
    for row in changed:
        row.fee_cents = fees[row.stripe_charge_id or ""]
    Transaction.objects.bulk_update(changed, ["fee_cents"])


@transaction.atomic
def explain_difference(
    *, difference: BooksDifference, reason: str, by: User, at: datetime
) -> BooksDifference:
    """Say why a difference is none that has to be cured. Safe to repeat; the last words stand.

    Raises Forbidden for anybody but an admin, Invalid naming ``reason``, WrongMoment for one that
    is gone.
    """
    if not by.is_admin:
        raise Forbidden
    if not reason.strip():
        raise Invalid.field("reason", "Say why the books may differ here.")
    found = BooksDifference.objects.select_for_update().get(pk=difference.pk)
    if found.gone_at is not None:
        raise WrongMoment("This difference is gone.")
    found.explanation, found.explained_by, found.explained_at = reason.strip(), by, at
    found.save(update_fields=["explanation", "explained_by", "explained_at"])
    record(actor=by, action="books.explain", subject=found, reason=reason, at=at)
    return found
