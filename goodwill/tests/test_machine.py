"""Random lives of points in several zones: thanks, gifts, spending, days that change, jumps.

After each step the ledger's invariants hold, and what the database let through keeps the rules as
this file counts them for itself.
"""

import itertools
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from goodwill.models import GoodwillTransaction, Reason, UserGoodwill
from goodwill.points.actions.moving import give, mint, spend
from goodwill.points.invariants import INVARIANTS
from peerloop.kit.ids import uuid7
from peerloop.kit.invariants import differences_of
from peerloop.kit.refusals import Refused
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/New_York", "UTC")
WHO, ZONE = st.integers(0, 3), st.sampled_from(ZONES)
JUMPS = st.sampled_from([-90, -1, 5, 11, 60, 60 * 7, 60 * 24])


class Points(RuleBasedStateMachine):
    """Four members who teach one course, in zones that they change."""

    @initialize(zones=st.tuples(ZONE, ZONE, ZONE, ZONE))
    def begin(self, zones):
        self.now = datetime(2026, 3, 7, 20, 0, tzinfo=UTC)
        self.course = a_course()
        self.people = [
            a_teacher(self.course, a_member(f"Person {n}", timezone=zone)).user
            for n, zone in enumerate(zones)
        ]

    def act(self, move, **given):
        with suppress(Refused):
            move(cause=str(uuid7()), at=self.now, **given)

    @rule(to=WHO, by=WHO, points=st.integers(10, 25))
    def call(self, to, by, points):
        given = {"reason": Reason.SUMMON_HELP, "points": points, "course": self.course}
        self.act(mint, to=self.people[to], by=self.people[by], **given)

    @rule(to=WHO, by=WHO)
    def thank(self, to, by):
        self.act(give, to=self.people[to], by=self.people[by], points=5)

    @rule(to=WHO, by=WHO)
    def extra_help(self, to, by):
        given = {"reason": Reason.REMEDIAL_VOLUNTEER, "points": 30}
        self.act(mint, to=self.people[to], by=self.people[by], **given)

    @rule(to=WHO)
    def friend(self, to):
        subject = a_member("Friend")
        self.act(mint, to=self.people[to], reason=Reason.REFERRAL, points=100, subject=subject)

    @rule(by=WHO, spans=st.integers(1, 7))
    def promote(self, by, spans):
        self.act(spend, by=self.people[by], reason=Reason.PROMOTION, points=50 * spans)

    @rule(who=WHO, zone=ZONE)
    def move(self, who, zone):
        User.objects.filter(pk=self.people[who].pk).update(timezone=zone)

    @rule(minutes=JUMPS)
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @invariant()
    def the_ledger_balances(self):
        if hasattr(self, "people"):
            assert differences_of(INVARIANTS) == []

    @invariant()
    def no_rule_is_broken(self):
        if not hasattr(self, "people"):
            return
        assert not UserGoodwill.objects.filter(balance__lt=0).exists()
        given, received, earned, free = (defaultdict(int) for _ in range(4))
        answers = defaultdict(list)
        for row in GoodwillTransaction.objects.filter(type="earned"):
            earned[row.user_id, row.on_date] += row.points
            if row.counterparty_id:
                received[row.user_id, row.on_date] += row.points
                given[row.counterparty_id, row.given_on] += row.points
            if row.free_allowance:
                free[row.counterparty_id, row.given_on] += row.points
            if row.reason == Reason.QUESTION_ANSWER:
                pair = row.counterparty_id, row.user_id
                answers[pair].append((row.created_at, row.given_on))
        for found, most in ((given, 50), (received, 100), (earned, 150), (free, 15)):
            assert max(found.values(), default=0) <= most
        for found in answers.values():
            times = sorted(at for at, _ in found)
            pauses = [b - a for a, b in itertools.pairwise(times)]
            assert min(pauses, default=timedelta(hours=1)) >= timedelta(minutes=10)
            days = [day for _, day in found]
            assert max(map(days.count, days)) <= 3


def test_points_keep_their_rules_whatever_happens():
    run_state_machine_as_test(
        Points,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
