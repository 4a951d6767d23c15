"""Many awards at once, with real threads: no cap is passed, nothing is doubled or lost."""

import pytest

from goodwill.models import GoodwillDay, GoodwillTransaction, Reason
from goodwill.points.actions.moving import give, mint, spend
from goodwill.points.invariants import INVARIANTS
from goodwill.tests.people import AT, a_helper, earn, goodwill_of
from peerloop.kit.invariants import differences_of
from peerloop.kit.refusals import Refused
from tests.cast import a_course, a_member
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8


def codes_of(acts):
    """The codes of the refusals of all acts, begun in one moment; "" for what worked."""
    return [one.code if isinstance(one, Refused) else "" for one in at_once(acts)]


def a_call(helper, asker, cause):
    call = {"points": 25, "reason": Reason.SUMMON_HELP, "at": AT}
    return lambda: mint(to=helper, by=asker, cause=cause, **call)


def test_a_giver_passes_no_cap_with_eight_helpers_codes_of():
    asker, course = a_member(), a_course()
    acts = [a_call(a_helper(course), asker, f"summons:{n}") for n in range(WRITERS)]
    assert sorted(codes_of(acts)) == ["", "", *["day_is_full"] * 6]
    assert GoodwillDay.objects.get(user=asker).given == 50
    assert differences_of(INVARIANTS) == []


def test_a_helper_receives_no_more_than_a_day_allows_from_eight_codes_of():
    helper = a_helper()
    acts = [a_call(helper, a_member(), f"summons:{n}") for n in range(WRITERS)]
    assert codes_of(acts).count("") == 4
    assert GoodwillDay.objects.get(user=helper).received == 100


def test_one_cause_at_once_moves_points_once():
    helper, asker = a_helper(), a_member()
    codes = codes_of([a_call(helper, asker, "summons:1") for _ in range(WRITERS)])
    assert sorted(codes) == ["", *["already_awarded"] * 7]
    assert goodwill_of(helper).balance == 25


def test_the_free_points_are_given_once():
    asker, course = a_member(), a_course()
    helpers = [a_helper(course) for _ in range(WRITERS)]

    def thank(helper):
        return lambda: give(to=helper, by=asker, points=5, cause=f"post:{helper.pk}", at=AT)

    assert sorted(codes_of([thank(helper) for helper in helpers])) == [
        *[""] * 3,
        *["not_enough_points"] * 5,
    ]
    assert GoodwillTransaction.objects.filter(free_allowance=True).count() == 3


def test_a_balance_is_spent_once():
    member = a_member()
    earn(member, 120)

    def promote(number):
        cause = f"promotion:{number}"
        return lambda: spend(by=member, points=50, reason=Reason.PROMOTION, cause=cause, at=AT)

    assert codes_of([promote(number) for number in range(WRITERS)]).count("") == 2
    assert goodwill_of(member).balance == 20


def test_two_who_thank_each_other_at_once_wait_in_one_order():
    course = a_course()
    one, other = a_helper(course), a_helper(course)
    pairs = [(one, other), (other, one)] * (WRITERS // 2)
    acts = [a_call(to, by, f"summons:{n}") for n, (to, by) in enumerate(pairs)]
    assert codes_of(acts).count("") == 2
    assert differences_of(INVARIANTS) == []
