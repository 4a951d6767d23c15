"""Starting a payment: guards, one open checkout, a page at the provider to pay on."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from billing.actions.guards import NotForSale, check
from billing.actions.payers import drop_payer, known_payer
from billing.actions.settling import close_page, is_payable
from billing.models import CheckoutSession
from billing.providers import payments
from billing.providers.base import CheckoutOrder, HostedCheckout, has_answered, is_unknown
from catalog.models import Course
from peerloop.kit.formats import utc_iso
from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from peerloop.kit.refusals import Conflict, OutsideDown, TooMany
from scheduling.actions.holding import Visitor, hold_time

logger = logging.getLogger(__name__)

Status = CheckoutSession.Status
LIFE = timedelta(hours=24)
# A page that closes soon is not handed out again; Stripe opens none for less than 30 minutes.
LEAST_LEFT = timedelta(minutes=35)
TRIES = 3
# Where a page is looked for whose creation ended in an error: it was tried just now.
LOOK_BACK = timedelta(minutes=15)


class PaymentDown(OutsideDown):
    """The provider does not open a page now."""

    code = "payment_unavailable"
    message = (
        "The payment page can't be opened right now. Nothing was charged and nothing is lost: "
        "try again in a few minutes."
    )


class TakenOver(Conflict):
    """Several requests for one course at once: one of them gets the page."""

    code = "payment_opening"
    message = "Another payment for this course is being opened. Try again."


def start_checkout(
    *,
    student: User,
    course: Course,
    teacher: User | None,
    start: datetime | None = None,
    at: datetime,
) -> CheckoutSession:
    """Give the member a page to pay the course on; nothing is enrolled before that (rule ENR-3).

    ``teacher`` None leaves the choice for the first booking; ``start`` is the time with them that
    the payment books (rule HOLD-2), and is not checked here. An open checkout with the same price,
    length, teacher and time is handed out again, another is closed first: a double click makes one,
    and however many ask at once, one page can be paid on (rule ENR-10: it lives 24 hours). Raises
    the refusals of ENR-1 and TEACH-1, AlreadyEnrolled or PaymentPending for a page that was paid
    on, TakenOver, PaymentDown when the provider does not answer; the row then waits for the next
    try. Calls the provider: not inside a transaction.
    """
    check(student=student, course=course, teacher=teacher, at=at)
    modules = course.modules.filter(archived_at=None).count()
    if modules == 0:
        raise NotForSale
    for _ in range(TRIES):
        checkout = _open_one(student, course)
        if checkout is not None and not _fits(checkout, course, teacher, start, modules, at):
            close_page(checkout=checkout, at=at)
            checkout = None
        elif checkout is not None and not is_payable(checkout=checkout, at=at):
            checkout = None
        checkout = checkout or _new_one(student, course, teacher, start, modules, at)
        if checkout is not None:
            return _with_page(checkout, at=at)
    raise TakenOver


def start_timed_checkout(
    *,
    visitor: Visitor,
    course: Course,
    teacher: User,
    start: datetime,
    at: datetime,
    count: Callable[[], None],
) -> CheckoutSession:
    """Hold a time for a member and give them the page that books it by paying (HOLD-1, HOLD-2).

    ``count`` is called before a new hold; over its limit nothing is held, and whoever pays first
    gets the time. Safe to repeat. Raises what refuses the hold (SlotTaken, OutsideHours), then what
    ``start_checkout`` raises. Not inside a transaction.
    """
    student = cast(User, visitor.member)
    with suppress(TooMany):
        hold_time(visitor=visitor, course=course, teacher=teacher, start=start, at=at, count=count)
    return start_checkout(student=student, course=course, teacher=teacher, start=start, at=at)


def _open_one(student: User, course: Course) -> CheckoutSession | None:
    open_ones = CheckoutSession.objects.filter(
        student=student, course=course, kind=CheckoutSession.Kind.COURSE, status=Status.OPEN
    )
    return open_ones.select_related("course", "student", "teacher").first()


def _fits(
    checkout: CheckoutSession,
    course: Course,
    teacher: User | None,
    start: datetime | None,
    modules: int,
    at: datetime,
) -> bool:
    same = (
        checkout.amount_cents == course.price_cents
        and checkout.currency == course.currency
        and checkout.modules_paid == modules
        and checkout.teacher_id == (teacher.pk if teacher else None)
        and checkout.starts_at == start
    )
    return same and checkout.expires_at - at > LEAST_LEFT


def _new_one(
    student: User,
    course: Course,
    teacher: User | None,
    start: datetime | None,
    modules: int,
    at: datetime,
) -> CheckoutSession | None:
    """A new row, with price and length frozen; None if another request was quicker."""
    try:
        with transaction.atomic():
            return CheckoutSession.objects.create(
                student=student,
                payer=student,
                course=course,
                teacher=teacher,
                starts_at=start,
                amount_cents=course.price_cents,
                currency=course.currency,
                modules_paid=modules,
                customer_id=known_payer(student),
                expires_at=at + LIFE,
                created_at=at,
                updated_at=at,
            )
    except IntegrityError as error:
        if "checkout_one_open" in str(error):
            return None
        raise


def _with_page(checkout: CheckoutSession, *, at: datetime) -> CheckoutSession:
    """The checkout with its page: asked for once, since the key is the row (repeats find it).

    Raises TakenOver if another request took its place meanwhile: the page is closed, and nobody
    gets it.
    """
    if checkout.url and checkout.stripe_session_id:
        return checkout
    try:
        page = _opened(checkout, at=at)
    except Unavailable as error:
        logger.warning("checkout %s waits: the payment provider is away: %s", checkout.pk, error)
        raise PaymentDown(retry_after=error.retry_after or None) from error
    except Rejected as error:
        logger.exception("checkout %s was refused by the payment provider", checkout.pk)
        _give_up(checkout)
        raise PaymentDown from error
    if not _is_true(page, checkout):
        logger.error("checkout %s got a page for another payment: %s", checkout.pk, page)
        _give_up(checkout)
        raise PaymentDown
    mine = Q(stripe_session_id=None) | Q(stripe_session_id=page.session_id)
    stored = CheckoutSession.objects.filter(mine, pk=checkout.pk, status=Status.OPEN).update(
        stripe_session_id=page.session_id, url=page.url
    )
    if not stored:
        _close_unused(page)
        raise TakenOver
    checkout.refresh_from_db(fields=["stripe_session_id", "url", "status"])
    return checkout


def _opened(checkout: CheckoutSession, *, at: datetime) -> HostedCheckout:
    """A page at the provider.

    An error of the provider is kept under its key and given again for a day: it is looked whether
    the page was made all the same, and another key used. Raises ProviderError.
    """
    try:
        return payments().create_checkout_session(_order(checkout), key=_key(checkout))
    except Rejected as error:
        if not (checkout.customer_id and is_unknown(error)):
            raise
        # The payer was deleted at the provider: go on as with a new one, under another key.
        drop_payer(customer_id=checkout.customer_id)
        _next_try(checkout, customer_id="")
        return payments().create_checkout_session(_order(checkout), key=_key(checkout))
    except Unavailable as error:
        if not has_answered(error):
            raise
    found = payments().find_checkout_session(str(checkout.pk), since=at - LOOK_BACK)
    if found is not None and found.status == "open":
        return found
    _next_try(checkout)
    return payments().create_checkout_session(_order(checkout), key=_key(checkout))


def _next_try(checkout: CheckoutSession, **changed: str) -> None:
    """Another key for the next try; of several who try at once one changes it."""
    same = CheckoutSession.objects.filter(pk=checkout.pk, attempt=checkout.attempt)
    same.update(attempt=F("attempt") + 1, **changed)
    checkout.refresh_from_db(fields=["attempt", "customer_id"])


def _key(checkout: CheckoutSession) -> str:
    return f"checkout:{checkout.pk}" + (f":{checkout.attempt}" if checkout.attempt > 1 else "")


def _close_unused(page: HostedCheckout) -> None:
    try:
        payments().expire_checkout_session(page.session_id)
    except ProviderError as error:
        logger.warning("page %s stays open, but nobody was given it: %s", page.session_id, error)


def chosen_address(slug: str, teacher: Any, start: datetime | None) -> str:
    """The path of a course's checkout with all that was chosen on it; ``teacher`` is an id."""
    chosen = {"teacher": str(teacher)} if teacher else {}
    if start:
        chosen["start"] = utc_iso(start)
    query = f"?{urlencode(chosen)}" if chosen else ""
    return reverse("checkout", args=[slug]) + query


def _order(checkout: CheckoutSession) -> CheckoutOrder:
    course, success = checkout.course, reverse("checkout-success")
    back = chosen_address(course.slug, checkout.teacher_id, checkout.starts_at)
    return CheckoutOrder(
        reference=str(checkout.pk),
        title=course.title,
        amount_cents=checkout.amount_cents,
        currency=checkout.currency,
        email=checkout.student.email,
        success_url=f"{settings.BASE_URL}{success}?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=settings.BASE_URL + back,
        expires_at=checkout.expires_at,
        customer_id=checkout.customer_id,
        metadata={
            "course_id": str(checkout.course_id),
            "student_id": str(checkout.student_id),
            "teacher_id": str(checkout.teacher_id or ""),
        },
    )


def _is_true(page: HostedCheckout, checkout: CheckoutSession) -> bool:
    """Whether the answer is about this checkout, its sum and a web address (NET-3)."""
    return (
        page.reference == str(checkout.pk)
        and page.amount_cents == checkout.amount_cents
        and page.currency == checkout.currency
        and urlsplit(page.url).scheme in {"https", "http"}
    )


def _give_up(checkout: CheckoutSession) -> None:
    """A page that will never open must not stand in the way of the next try."""
    CheckoutSession.objects.filter(pk=checkout.pk, status=Status.OPEN).update(status=Status.FAILED)
