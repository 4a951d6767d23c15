"""Money is frozen as long as one cause lasts (fault M1, rules ESC-4, REF-5, DISP-1)."""

from collections.abc import Iterable
from itertools import permutations, product

import pytest

from billing.actions.escrow import clear_flag, flag_part, release_due
from billing.ledger import lift_holds, place_holds
from billing.models import Hold, PaymentSplit, SplitEvent
from billing.tests.money_stage import (
    WEEK,
    ada,
    ask,
    connect,
    decide,
    dispute,
    earned,
    hold,
    ledger_balances,
    left,
    paid_enrollment,
    rows_of,
    states,
)
from billing.tests.stage import settle
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Conflict, LimitReached

pytestmark = pytest.mark.django_db
CAUSES = [Hold.Cause.FLAG, Hold.Cause.CANCELLATION, Hold.Cause.CARD_DISPUTE]


def flagged() -> tuple[Enrollment, PaymentSplit]:
    """A part in its waiting days that the course's creator objects to."""
    enrollment = paid_enrollment()
    hold(enrollment)
    split = rows_of(enrollment, part_no=1).get(share="teaching")
    flag(split)
    return enrollment, split


def flag(split: PaymentSplit) -> None:
    creator = split.transaction.course.creator
    flag_part(split=split, reason="Nobody was there", by=creator, at=clock.now())


def clear(split: PaymentSplit) -> list[PaymentSplit]:
    return clear_flag(split=split, reason="They were", by=ada(), at=clock.now())


def status_of(enrollment: Enrollment) -> set[str]:
    """The statuses of the three shares of the first part."""
    return set(states(enrollment, 1).values())


def test_a_flag_that_is_cleared_does_not_thaw_a_disputed_part():
    enrollment, split = flagged()
    key = dispute(enrollment)
    settle()

    assert len(clear(split)) == 3

    assert status_of(enrollment) == {"frozen"}
    assert release_due(at=clock.now() + 2 * WEEK) == 0
    with pytest.raises(LimitReached):
        ask(connect(enrollment.teacher))
    ledger_balances()

    decide(key, "won")
    assert status_of(enrollment) == {"held"}
    ledger_balances()


def test_a_dispute_that_is_won_does_not_thaw_a_flagged_part():
    enrollment, split = flagged()
    key = dispute(enrollment)
    settle()

    decide(key, "won")

    assert status_of(enrollment) == {"frozen"}
    assert set(states(enrollment, 2).values()) == {"held"}
    clear(split)
    assert status_of(enrollment) == {"held"}
    ledger_balances()


def test_a_disputed_part_can_not_be_flagged_besides():
    enrollment = paid_enrollment()
    hold(enrollment)
    dispute(enrollment)
    settle()
    with pytest.raises(Conflict):
        flag(rows_of(enrollment, part_no=1).get(share="teaching"))


def test_each_of_two_disputes_holds_for_itself():
    enrollment = earned(parts=1)
    first = dispute(enrollment, amount_cents=10_000)
    second = dispute(enrollment, amount_cents=10_000)
    settle()

    decide(first, "lost")
    assert states(enrollment, 1)["teaching"] == "frozen"
    ledger_balances()

    decide(second, "won")
    assert states(enrollment, 1)["teaching"] == "releasable"
    ledger_balances()


def test_a_flagged_part_of_a_payment_that_goes_back_waits_for_both():
    enrollment, split = flagged()

    left(enrollment)  # within the guarantee: all of it is due back

    assert set(split.holds.standing().values_list("cause", flat=True)) == {"flag", "cancellation"}
    with pytest.raises(Conflict):
        clear(split)
    assert status_of(enrollment) == {"frozen"}
    ledger_balances()


def test_a_refund_lifts_what_held_the_shares():
    enrollment, _ = flagged()
    key = dispute(enrollment)
    settle()
    decide(key, "lost")

    assert status_of(enrollment) == {"refunded"}
    assert not Hold.objects.standing().exists()
    ledger_balances()


def test_a_flag_is_cleared_once():
    enrollment, split = flagged()
    clear(split)
    with pytest.raises(Conflict):
        clear(split)
    assert SplitEvent.objects.filter(split=split, from_status="frozen").count() == 1
    assert status_of(enrollment) == {"held"}


def test_a_hold_says_who_placed_it_and_who_lifted_it():
    enrollment, split = flagged()
    admin = ada()
    clear_flag(split=split, reason="They were", by=admin, at=clock.now())

    found = split.holds.get()

    assert (found.placed_by, found.reason) == (enrollment.course.creator, "Nobody was there")
    assert (found.lifted_by, found.lift_reason) == (admin, "They were")
    assert found.source_id == split.session_id


@pytest.mark.parametrize("before", ["held", "releasable"])
def test_a_split_goes_back_when_the_last_of_its_causes_is_over(before: str) -> None:
    enrollment = earned(parts=1, modules=2)
    part = {"held": 2, "releasable": 1}[before]
    split = rows_of(enrollment, part_no=part).get(share="royalty")
    for placed, lifted in product(permutations(CAUSES), repeat=2):
        place_and_lift(split, placed, lifted)
        assert split.status == before


def place_and_lift(split: PaymentSplit, placed: Iterable[str], lifted: Iterable[str]) -> None:
    """Each twice, as all of it is safe to repeat; frozen to the last."""
    source, at = uuid7(), clock.now()
    for cause in (*placed, *placed):
        place_holds([split], cause=cause, source_id=source, at=at)
    for number, cause in enumerate(lifted, start=1):
        assert split.status == "frozen"
        for _ in range(2):
            lift_holds([split], cause=cause, at=at, reason="over")
        assert split.holds.standing().count() == len(CAUSES) - number
    split.refresh_from_db()
