"""Points move by one way only: with a cause, within their limits, never below zero."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import MoneyMark
from goodwill.models import GoodwillDay, GoodwillPair, GoodwillTransaction, Reason, UserGoodwill
from goodwill.points.actions.moving import give, mint, spend
from goodwill.points.invariants import INVARIANTS
from goodwill.points.refusals import (
    AlreadyMoved,
    DayIsFull,
    EnoughForThem,
    NotAHelper,
    NotEnough,
    Oneself,
    SharedAccount,
    TooSoon,
)
from goodwill.tests.people import AT, a_helper, earn, goodwill_of, ledger_of
from peerloop.kit.ids import uuid7
from peerloop.kit.invariants import differences_of
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def thank(helper, asker, *, at=AT, cause=None, **more):
    return give(to=helper, by=asker, points=5, cause=cause or str(uuid7()), at=at, **more)


def after_call(helper, asker, points=10, *, at=AT, cause=None, **more):
    return mint(
        to=helper,
        by=asker,
        points=points,
        reason=Reason.SUMMON_HELP,
        cause=cause or f"summons:{uuid7()}",
        at=at,
        **more,
    )


def test_points_after_a_call_are_minted():
    helper, asker = a_helper(), a_member()
    after_call(helper, asker, 25)
    kept = goodwill_of(helper)
    assert (kept.total_earned, kept.spent, kept.balance, kept.summons_helped) == (25, 0, 25, 1)
    assert goodwill_of(asker).balance == 0
    assert differences_of(INVARIANTS) == []


def test_an_answer_takes_the_free_points_first_then_own_ones():
    asker, helpers = a_member(), [a_helper() for _ in range(4)]
    earn(asker, 5)
    for helper in helpers:
        thank(helper, asker)
    assert [row.free_allowance for row in _earned(helpers)] == [True, True, True, False]
    assert (goodwill_of(asker).spent, goodwill_of(asker).balance) == (5, 0)
    assert ledger_of(asker) == [("correction", 5), ("award_given", 5)]
    with pytest.raises(NotEnough):
        thank(a_helper(), asker)
    assert differences_of(INVARIANTS) == []


def _earned(helpers):
    return [GoodwillTransaction.objects.get(user=helper) for helper in helpers]


def test_the_free_points_come_again_on_the_next_day_of_the_members_zone():
    asker = a_member(timezone="Pacific/Auckland")
    late = AT.replace(hour=11, minute=55)  # 23:55 in Auckland
    for number in range(3):
        thank(a_helper(), asker, at=late + number * MINUTE)
    with pytest.raises(NotEnough):
        thank(a_helper(), asker, at=late + 4 * MINUTE)
    assert thank(a_helper(), asker, at=late + 5 * MINUTE).free_allowance


def test_a_change_of_zone_begins_no_second_day():
    asker = a_member(timezone="Pacific/Kiritimati")
    for _ in range(3):
        thank(a_helper(), asker)
    asker.timezone = "Pacific/Pago_Pago"  # where it is the day before
    asker.save()
    with pytest.raises(NotEnough):
        thank(a_helper(), asker, at=AT + HOUR)


def test_a_clock_that_ran_ahead_does_not_close_the_day_for_good():
    asker = a_member()
    for _ in range(3):
        thank(a_helper(), asker, at=AT + 90 * DAY)
    assert thank(a_helper(), asker, at=AT).on_date == AT.date()


def test_one_cause_moves_points_once():
    helper, asker = a_helper(), a_member()
    after_call(helper, asker, cause="summons:1")
    with pytest.raises(AlreadyMoved):
        after_call(helper, asker, cause="summons:1", at=AT + 2 * DAY)
    assert goodwill_of(helper).balance == 10


def test_three_answers_a_day_to_one_person_ten_minutes_apart():
    helper, asker = a_helper(), a_member()
    earn(asker, 100)
    thank(helper, asker)
    with pytest.raises(TooSoon) as refused:
        thank(helper, asker, at=AT + 9 * MINUTE)
    assert refused.value.retry_after == 60
    thank(helper, asker, at=AT + 10 * MINUTE)
    thank(helper, asker, at=AT + 20 * MINUTE)
    with pytest.raises(EnoughForThem):
        thank(helper, asker, at=AT + 30 * MINUTE)
    thank(helper, asker, at=AT + DAY)


def test_a_clock_that_went_back_keeps_the_pause():
    helper, asker = a_helper(), a_member()
    thank(helper, asker, at=AT + HOUR)
    with pytest.raises(TooSoon):
        thank(helper, asker, at=AT)


def test_one_call_in_24_hours_to_one_person():
    helper, asker = a_helper(), a_member()
    after_call(helper, asker)
    with pytest.raises(TooSoon):
        after_call(helper, asker, at=AT + 23 * HOUR)
    after_call(helper, asker, at=AT + DAY)


def test_nobody_gives_more_than_50_a_day():
    asker = a_member()
    after_call(a_helper(), asker, 25)
    after_call(a_helper(), asker, 20)
    with pytest.raises(DayIsFull) as refused:
        after_call(a_helper(), asker, 10)
    assert refused.value.details["left"] == 5
    thank(a_helper(), asker)


def test_nobody_receives_more_than_100_a_day_from_awards():
    helper = a_helper()
    for _ in range(4):
        after_call(helper, a_member(), 25)
    with pytest.raises(DayIsFull):
        thank(helper, a_member())


def test_nobody_earns_more_than_150_a_day_in_all():
    helper = a_helper()
    for _ in range(4):
        after_call(helper, a_member(), 25)
    mint(
        to=helper,
        points=50,
        reason=Reason.FIRST_SESSION_MENTOR,
        cause="m",
        subject=a_member(),
        at=AT,
    )
    with pytest.raises(DayIsFull):
        mint(to=helper, points=5, reason=Reason.AVAILABILITY_BONUS, cause="b", at=AT)
    earn(helper, 500)  # a correction is not counted
    assert goodwill_of(helper).total_earned == 650


def test_nobody_gives_to_themselves():
    helper = a_helper()
    with pytest.raises(Oneself):
        thank(helper, helper)


def test_only_teachers_and_the_creator_of_the_course_receive():
    course = a_course()
    teacher, other = a_helper(course), a_helper()
    thank(teacher, a_member(), course=course)
    thank(course.creator, a_member(), course=course)
    with pytest.raises(NotAHelper):
        thank(other, a_member(), course=course)
    with pytest.raises(NotAHelper):
        thank(a_member(), a_member())


def test_accounts_with_one_card_give_each_other_nothing():
    helper, asker = a_helper(), a_member()
    for person, kind in ((helper, "payout"), (asker, "card")):
        MoneyMark.objects.create(user=person, kind=kind, mark="fingerprint-1")
    with pytest.raises(SharedAccount):
        thank(helper, asker)


def test_spending_takes_from_the_balance_and_never_below_zero():
    member = a_member()
    earn(member, 60)
    spend(by=member, points=50, reason=Reason.PROMOTION, cause="promotion:1", at=AT)
    with pytest.raises(NotEnough) as refused:
        spend(by=member, points=50, reason=Reason.PROMOTION, cause="promotion:2", at=AT)
    assert refused.value.details["balance"] == 10
    assert goodwill_of(member).total_earned == 60


def test_a_tier_is_reached_by_what_was_earned_and_stays():
    member = a_member()
    earn(member, 499)
    assert goodwill_of(member).tier == "member"
    earn(member, 1)
    spend(by=member, points=350, reason=Reason.PROMOTION, cause="promotion:1", at=AT)
    assert goodwill_of(member).tier == "community_helper"
    for total, tier in ((1_000, "trusted_helper"), (2_500, "mentor"), (5_000, "champion")):
        earn(member, total - goodwill_of(member).total_earned)
        assert goodwill_of(member).tier == tier


def test_what_two_members_gave_each_other_is_kept():
    course = a_course()
    one, other = a_helper(course), a_helper(course)
    after_call(one, other, 25)
    assert GoodwillPair.objects.get(giver=other).mutual == 0
    after_call(other, one, 10)
    assert {pair.mutual for pair in GoodwillPair.objects.all()} == {10}
    assert differences_of(INVARIANTS) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda row: GoodwillTransaction.objects.filter(pk=row.pk).update(points=20),
        lambda row: GoodwillTransaction.objects.filter(pk=row.pk).delete(),
        lambda row: UserGoodwill.objects.filter(pk=row.user_id).update(total_earned=999),
        lambda row: UserGoodwill.objects.filter(pk=row.counterparty_id).delete(),
        lambda row: UserGoodwill.objects.create(user=a_member(), total_earned=5),
        lambda row: GoodwillDay.objects.update(given=0),
        lambda row: GoodwillPair.objects.all().delete(),
    ],
    ids=["edit", "delete", "sum", "no-row", "begin", "day", "pair"],
)
def test_nothing_but_a_new_movement_changes_goodwill(change):
    row = after_call(a_helper(), a_member())
    with pytest.raises(IntegrityError), transaction.atomic():
        change(row)


@pytest.mark.parametrize(
    ("reason", "points"),
    [("summon_help", 9), ("summon_help", 26), ("question_answer", 4), ("remedial_volunteer", 29)],
)
def test_the_database_knows_the_only_sums(reason, points):
    helper, asker = a_helper(), a_member()
    after_call(helper, asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_row(helper, asker, reason=reason, points=points)


def test_the_database_knows_the_limits_of_a_day():
    helper, asker = a_helper(), a_member()
    after_call(helper, asker, 25)
    a_row(helper, asker, reason="summon_help", points=25)
    with pytest.raises(IntegrityError, match="goodwill_day_given"), transaction.atomic():
        a_row(helper, asker, reason="summon_help", points=10)


def test_the_database_refuses_a_gift_that_nobody_paid():
    helper, asker = a_helper(), a_member()
    after_call(helper, asker)
    a_row(helper, asker, reason="question_answer", points=5)
    with pytest.raises(IntegrityError, match="does not balance"):
        connection.check_constraints()


def a_row(helper, asker, **columns):
    return GoodwillTransaction.objects.create(
        user=helper,
        counterparty=asker,
        type="earned",
        cause=str(uuid7()),
        on_date=AT.date(),
        given_on=AT.date(),
        **columns,
    )
