"""The only way in which points move: minted, given from one member to another, spent.

Locks, in this order: the row that is the cause (a call for help, a post), then the
``user_goodwill`` rows of both members by user id, here. Everything else of goodwill is written by
the trigger of the ledger under those locks. Take no lock on other rows afterwards.

Each function raises AlreadyMoved when its cause moved points before, so a caller that may come
twice catches that and changes nothing else.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from catalog.models import Course
from goodwill.models import FROM_PEOPLE, GoodwillTransaction, Reason, UserGoodwill
from goodwill.points.limits import (
    DayLeft,
    day_left,
    require_helper,
    require_rest,
    require_room,
    require_two,
)
from goodwill.points.notices import tell
from goodwill.points.refusals import AlreadyMoved, DayIsFull, NotEnough
from peerloop.kit.rows import locked

Type = GoodwillTransaction.Type


@transaction.atomic
def mint(
    *,
    to: User,
    points: int,
    reason: Reason,
    cause: str,
    at: datetime,
    by: User | None = None,
    course: Course | None = None,
    **about: Any,
) -> GoodwillTransaction:
    """Let the platform give points to a member: nobody's balance gets smaller (rule GW-4).

    ``by``: the member who decided it, for summon_help and remedial_volunteer: all their rules hold
    (GW-3 to GW-7). ``cause``: what happened, such as ``summons:<id>``. ``about``: further columns
    of the row. Raises AlreadyMoved, Oneself, SharedAccount, NotAHelper, TooSoon, EnoughForThem,
    DayIsFull.
    """
    accounts = lock_goodwill([to, by] if by else [to])
    _require_new(cause, Type.EARNED)
    room = day_left(accounts[to.pk], at)
    if by is not None:
        giver = day_left(accounts[by.pk], at)
        _require_gift(by, to, reason, points, course, giver=giver, receiver=room, at=at)
        about["given_on"] = giver.day
    elif reason != Reason.CORRECTION and points > room.earned:
        raise DayIsFull(left=room.earned)
    return _add(
        accounts[to.pk],
        type=Type.EARNED,
        reason=reason,
        points=points,
        cause=cause,
        counterparty=by,
        course=course,
        on_date=room.day,
        at=at,
        **about,
    )


@transaction.atomic
def give(
    *,
    to: User,
    by: User,
    points: int,
    cause: str,
    at: datetime,
    course: Course | None = None,
    tells: bool = True,
    **about: Any,
) -> GoodwillTransaction:
    """Thank a member for an answer: first of the day's free points, then of one's own (rule GW-4).

    ``cause``: the answer and who gives, such as ``post:<id>:<user id>``. ``about``: ``post`` or
    ``message``. Without ``tells`` the caller notifies the receiver. Raises AlreadyMoved, Oneself,
    SharedAccount, NotAHelper, TooSoon, EnoughForThem, DayIsFull, NotEnough.
    """
    reason = Reason.QUESTION_ANSWER
    accounts = lock_goodwill([to, by])
    _require_new(cause, Type.EARNED)
    giver, receiver = day_left(accounts[by.pk], at), day_left(accounts[to.pk], at)
    _require_gift(by, to, reason, points, course, giver=giver, receiver=receiver, at=at)
    is_free = points <= giver.free
    shared = {"points": points, "cause": cause, "course": course, "at": at, **about}
    if not is_free:
        if accounts[by.pk].balance < points:
            raise NotEnough(
                "Your free points for today are used, and you have none of your own.",
                balance=accounts[by.pk].balance,
            )
        _add(
            accounts[by.pk],
            type=Type.SPENT,
            reason=Reason.AWARD_GIVEN,
            counterparty=to,
            on_date=giver.day,
            **shared,
        )
    return _add(
        accounts[to.pk],
        type=Type.EARNED,
        reason=reason,
        counterparty=by,
        on_date=receiver.day,
        given_on=giver.day,
        free_allowance=is_free,
        tells=tells,
        **shared,
    )


@transaction.atomic
def spend(
    *, by: User, points: int, reason: Reason, cause: str, at: datetime, **about: Any
) -> GoodwillTransaction:
    """Take points from a member's balance (rules GW-1, FEED-11).

    Raises NotEnough with the ``balance``, AlreadyMoved.
    """
    account = lock_goodwill([by])[by.pk]
    _require_new(cause, Type.SPENT)
    if account.balance < points:
        raise NotEnough(
            f"This takes {points} points. You have {account.balance}.", balance=account.balance
        )
    return _add(
        account,
        type=Type.SPENT,
        reason=reason,
        points=points,
        cause=cause,
        on_date=day_left(account, at).day,
        at=at,
        **about,
    )


def lock_goodwill(people: Iterable[User]) -> dict[Any, UserGoodwill]:
    """The goodwill of these members by user id, locked in the order of their ids.

    Rows that are missing are made. Call it in a transaction, after all other locks.
    """
    ids = sorted({person.pk for person in people})
    UserGoodwill.objects.bulk_create(
        (UserGoodwill(user_id=pk) for pk in ids), ignore_conflicts=True
    )
    rows = locked(UserGoodwill.objects.filter(pk__in=ids).select_related("user").order_by("pk"))
    return {row.pk: row for row in rows}


def _require_new(cause: str, side: str) -> None:
    if GoodwillTransaction.objects.filter(cause=cause, type=side).exists():
        raise AlreadyMoved


def _require_gift(
    by: User,
    to: User,
    reason: Reason,
    points: int,
    course: Course | None,
    *,
    giver: DayLeft,
    receiver: DayLeft,
    at: datetime,
) -> None:
    assert reason in FROM_PEOPLE, "only these are given by a member"
    require_two(by, to)
    require_helper(to, course)
    require_rest(by, to, reason, giver.day, at)
    require_room(giver, receiver, points)


def _add(
    account: UserGoodwill, *, at: datetime, tells: bool = True, **columns: Any
) -> GoodwillTransaction:
    """Write the movement; ``account`` is the member's goodwill before it."""
    row = GoodwillTransaction.objects.create(
        user_id=account.pk, created_at=at, updated_at=at, **columns
    )
    tell(row, account, at, of_points=tells)
    return row
