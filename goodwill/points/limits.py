"""Who may receive points from whom, how often, and how many a day (rules GW-3 to GW-7).

Asked inside the transaction that holds the locks of both members' rows, so that what was counted
here is still true when the points move.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import User
from billing.queries.identities import share_money
from catalog.models import Course
from goodwill.models import GoodwillDay, GoodwillTransaction, Reason, UserGoodwill
from goodwill.models.account import FREE_A_DAY, MOST_EARNED, MOST_GIVEN, MOST_RECEIVED
from goodwill.points.refusals import (
    DayIsFull,
    EnoughForThem,
    NotAHelper,
    Oneself,
    SharedAccount,
    TooSoon,
)
from learning.models import StudentTeacher

ANSWERS_A_DAY = 3
BETWEEN_ANSWERS = timedelta(minutes=10)
BETWEEN_SUMMONS = timedelta(hours=24)
REMEDIALS_A_WEEK, WEEK = 2, timedelta(days=7)
# Zones lie at most 26 hours apart; a day that is further ahead is from a clock that was wrong.
ZONES_APART = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class DayLeft:
    """What a member may still give, receive and earn on a day, in points."""

    day: date
    given: int
    received: int
    earned: int
    free: int


def day_of(account: UserGoodwill, at: datetime) -> date:
    """The day in the member's zone that a movement counts for.

    Never before the newest day that counted: who moves to another zone has no second day.
    """
    local = at.astimezone(ZoneInfo(account.user.zone_name)).date()
    newest = account.last_day
    return newest if newest is not None and local < newest <= local + ZONES_APART else local


def day_left(account: UserGoodwill, at: datetime) -> DayLeft:
    """What the member's day still has room for. One statement."""
    day = day_of(account, at)
    seen = GoodwillDay.objects.filter(user_id=account.pk, day=day).first() or GoodwillDay()
    return DayLeft(
        day=day,
        given=MOST_GIVEN - seen.given,
        received=min(MOST_RECEIVED - seen.received, MOST_EARNED - seen.earned),
        earned=MOST_EARNED - seen.earned,
        free=FREE_A_DAY - seen.free_used,
    )


def require_two(giver: User, receiver: User) -> None:
    """Raises Oneself, or SharedAccount for accounts that pay or are paid together (GW-7)."""
    if giver.pk == receiver.pk:
        raise Oneself(fields={"to_user_id": [Oneself.message]})
    if share_money(giver.pk, receiver.pk):
        raise SharedAccount


def require_helper(receiver: User, course: Course | None) -> None:
    """Raises NotAHelper unless they teach, or created the course (rule GW-3).

    Without a course whoever teaches any, or is a creator, may receive.
    """
    teaches = StudentTeacher.objects.certified().filter(user=receiver)
    if course is not None:
        is_helper = receiver.may_sign_in and (
            course.creator_id == receiver.pk or teaches.filter(course=course).exists()
        )
    else:
        is_helper = receiver.may_sign_in and (receiver.is_creator or teaches.exists())
    if not is_helper:
        raise NotAHelper


def require_room(giver: DayLeft, receiver: DayLeft, points: int) -> None:
    """Raises DayIsFull if a daily limit would be passed (rule GW-6)."""
    if points > giver.given:
        raise DayIsFull(
            f"You can give {MOST_GIVEN} points a day, and have {giver.given} left today.",
            left=giver.given,
        )
    if points > receiver.received:
        raise DayIsFull(
            "They have received as many points as a day allows. Thank them tomorrow.",
            left=receiver.received,
        )


def require_rest(giver: User, receiver: User, reason: Reason, day: date, at: datetime) -> None:
    """Raises TooSoon or EnoughForThem by what the giver gave the same person before (GW-5, GW-2).

    What bears a later time, after a clock that ran ahead, counts as given just now.
    """
    before = GoodwillTransaction.objects.filter(
        counterparty=giver, user=receiver, type=GoodwillTransaction.Type.EARNED, reason=reason
    )
    if reason == Reason.QUESTION_ANSWER:
        _require_pause(before, BETWEEN_ANSWERS, at)
        if before.filter(given_on=day).count() >= ANSWERS_A_DAY:
            raise EnoughForThem(
                f"You thanked this person {ANSWERS_A_DAY} times today. Thank them again tomorrow."
            )
    elif reason == Reason.SUMMON_HELP:
        _require_pause(before, BETWEEN_SUMMONS, at)
    elif before.filter(created_at__gt=at - WEEK).count() >= REMEDIALS_A_WEEK:
        raise EnoughForThem(
            f"You thanked this person {REMEDIALS_A_WEEK} times this week for extra help."
        )


def _require_pause(before: QuerySet[GoodwillTransaction], pause: timedelta, at: datetime) -> None:
    last = before.order_by("-created_at").values_list("created_at", flat=True).first()
    if last is not None and last > at - pause:
        wait = min(last + pause - at, pause)
        raise TooSoon(retry_after=max(1, int(wait.total_seconds())))
