"""All charge-backs and credits of a session are at most its teaching share (REF-10, DISP-4)."""

import pytest

from billing.actions.adjusting import adjust_balance
from billing.models import BalanceAdjustment
from billing.tests.money_stage import ada, hold, paid_enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def a_session():
    return hold(paid_enrollment())


def adjust(session, cents, by):
    return adjust_balance(
        session=session, amount_cents=cents, reason="cancelled late", by=by, at=clock.now()
    )


def test_several_charge_backs_are_together_at_most_the_share():
    session, admin = a_session(), ada()
    adjust(session, -10_000, admin)
    with pytest.raises(Invalid) as refused:
        adjust(session, -501, admin)
    assert "amount_cents" in refused.value.fields
    adjust(session, -500, admin)
    assert sum(one.amount_cents for one in BalanceAdjustment.objects.all()) == -10_500


def test_a_charge_back_can_be_given_back_after_an_objection():
    session, admin = a_session(), ada()
    adjust(session, -10_500, admin)
    adjust(session, 10_500, admin)
    adjust(session, 10_500, admin)
    with pytest.raises(Invalid):
        adjust(session, 1, admin)


def test_another_session_has_a_share_of_its_own():
    enrollment, admin = paid_enrollment(), ada()
    first, second = hold(enrollment), hold(enrollment)
    adjust(first, -10_500, admin)
    adjust(second, -10_500, admin)
    assert BalanceAdjustment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_do_not_charge_back_twice():
    session, admin = a_session(), ada()
    outcomes = at_once([lambda: adjust(session, -6_000, admin)] * 4)
    assert len([one for one in outcomes if isinstance(one, Invalid)]) == 3
    assert BalanceAdjustment.objects.get().amount_cents == -6_000
