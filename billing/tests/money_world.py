"""The ground of the random lives of money: people, sessions, a clock, and how it all ends."""

from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from accounts.incoming.inbox import process_due
from accounts.models import User
from billing.actions.clawbacks import reverse_waiting
from billing.actions.escrow import release_due
from billing.actions.payout_batches import finish_processing
from billing.actions.reconciling import (
    poll_disputes,
    sent_back_cents,
    take_in_lost_events,
)
from billing.actions.refund_sending import send_approved
from billing.actions.refunds import approve_overdue, cancel_enrollment, refund_leftovers
from billing.invariants import LEDGER
from billing.models import (
    BalanceAdjustment,
    CardDispute,
    LocalPaymentObject,
    PaymentSplit,
    Payout,
    Refund,
    Transaction,
)
from billing.providers import local_events
from billing.providers.base import ANSWERED, Rejected, Unavailable
from billing.providers.local import balance_of
from billing.queries import earnings_of
from billing.queries.member_ledger import LedgerLines, ledger_year
from billing.stripe_events import LISTED
from billing.tests.money_stage import LostAnswer, ada, connect, faulty, hold
from billing.tests.own_ledger import balance_of_raw_rows, entries_of
from billing.tests.stage import a_payment
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.invariants import differences_of
from peerloop.kit.refusals import Refused
from scheduling.actions.completion import complete_session
from scheduling.models import Session
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SILENCE, BROKEN, NO = (
    Unavailable("no answer"),
    Unavailable("error", code=ANSWERED),
    Rejected("refused"),
)
FAULTS = st.sampled_from(
    [None, None, None, SILENCE, BROKEN, NO, LostAnswer(SILENCE), LostAnswer(BROKEN)]
)
WHICH = st.integers(min_value=0, max_value=1_000)
STANDING = ("held", "frozen", "releasable", "queued", "paid")


def pick(rows: Any, which: int) -> Any:
    """One of the rows, or nothing."""
    found = list(rows.order_by("created_at", "pk"))
    return found[which % len(found)] if found else None


class MoneyWorld(RuleBasedStateMachine):
    """Two courses, two teachers, an admin; students come and go.

    Every life begins with the same people, made once by `settle_people` and copied for each life.
    """

    start: ClassVar["MoneyWorld"]

    @classmethod
    def settle_people(cls) -> None:
        """Make what every life begins with, in the transaction of the test."""
        # Without the constructor, which copies this very state.
        cls.start = cls.__new__(cls)
        cls.start.now = START
        cls.start.people()

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        vars(self).update(deepcopy(vars(self.start)))

    def teardown(self) -> None:
        """Heal, compare with the provider, undo."""
        try:
            if not connection.needs_rollback:
                self.heal()
                self.compare()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def people(self) -> None:
        with clock.frozen_at(self.now):
            self.admin = ada()
            self.courses = [
                a_course(modules=4, price_cents=45_000),
                a_course(modules=3, price_cents=9_999),
            ]
            tom = connect(a_teacher(self.courses[0]).user)
            self.rows = [
                (self.courses[0], tom),
                (self.courses[1], a_teacher(self.courses[1], tom).user),
                (self.courses[1], connect(a_teacher(self.courses[1], name="Tina").user)),
            ]
            self.clara = connect(self.courses[0].creator)
        self.earners = [tom, self.rows[2][1], self.clara]
        for number in (0, 1, 2):
            self.buy(number)
            self.hold_session(number)
            self.hold_session(number)
        self.time_passes(8, None)

    # Learning.

    @rule(which=WHICH)
    def buy(self, which: int) -> None:
        if Enrollment.objects.count() >= 6:
            return
        course, teacher = self.rows[which % 3]
        with clock.frozen_at(self.now):
            a_payment(a_member(), course, User.objects.get(pk=teacher.pk))

    def to_hold(self, which: int) -> Enrollment | None:
        enrollment = pick(Enrollment.objects.active(), which)
        if enrollment is None:
            return None
        taken = Session.objects.filter(enrollment=enrollment).exclude(status="no_show").count()
        return enrollment if taken < enrollment.modules_paid else None

    @rule(which=WHICH)
    def hold_session(self, which: int) -> None:
        enrollment = self.to_hold(which)
        if enrollment is not None:
            self.now += timedelta(hours=6)
            with clock.frozen_at(self.now):
                hold(enrollment, at=self.now)

    @rule(which=WHICH)
    def begin_session(self, which: int) -> None:
        enrollment = self.to_hold(which)
        if enrollment is not None:
            self.now += timedelta(hours=6)
            fields = {"status": "in_progress", "started_at": self.now}
            a_session(enrollment, start=self.now, teacher=enrollment.teacher, **fields)

    @rule(which=WHICH, is_held=st.booleans())
    def end_session(self, which: int, is_held: bool) -> None:
        session = pick(Session.objects.filter(status="in_progress"), which)
        if session is None:
            return
        self.now += timedelta(hours=1)
        if is_held:
            with clock.frozen_at(self.now):
                complete_session(session_id=session.pk, source="admin", at=self.now)
        else:
            session.transition_to("no_show")
            session.no_show_party = "both"
            session.save()

    @rule(which=WHICH)
    def leave(self, which: int) -> None:
        enrollment = pick(Enrollment.objects.all(), which)
        if enrollment is not None:
            self.act(
                lambda: cancel_enrollment(
                    enrollment=enrollment, by=enrollment.student, reason="", at=self.now
                )
            )

    # The world.

    @rule(fault=FAULTS)
    def sweep_transfers(self, fault: Any) -> None:
        with faulty(create_transfer=[fault], reverse_transfer=[fault], find_transfer=[fault]):
            self.act(lambda: finish_processing(at=self.now, older_than=self.now))
            self.act(lambda: reverse_waiting(at=self.now))

    @rule(days=st.sampled_from([0, 1, 3, 8]), fault=FAULTS)
    def time_passes(self, days: int, fault: Any) -> None:
        self.now += timedelta(days=days, hours=1)
        with faulty(create_refund=[fault], recent_events=[fault]):
            self.act(lambda: release_due(at=self.now))
            self.act(lambda: approve_overdue(at=self.now))
            self.act(lambda: send_approved(at=self.now))
            self.reconcile()
            self.act(lambda: refund_leftovers(at=self.now))

    @rule()
    def events_arrive(self) -> None:
        with clock.frozen_at(self.now):
            local_events.deliver_waiting(at=self.now)
            process_due(at=self.now)

    @precondition(lambda self: hasattr(self, "admin"))
    @rule()
    def events_are_lost(self) -> None:
        events = LocalPaymentObject.objects.filter(kind="event", delivered_at=None)
        events.update(delivered_at=self.now)

    @invariant()
    def the_ledger_balances(self) -> None:
        if not hasattr(self, "admin"):
            return
        assert differences_of(LEDGER) == []
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        self.disputed_money_stands_still()
        for member in self.earners:
            self.figures_add_up(member)

    def disputed_money_stands_still(self) -> None:
        payable = PaymentSplit.objects.filter(status__in=["held", "releasable"])
        disputes = CardDispute.objects.taking_money().values("transaction")
        assert not payable.filter(transaction__in=disputes).exists()

    def figures_add_up(self, member: User) -> None:
        rows = PaymentSplit.objects.filter(recipient=member).exclude(delivered_at=None)
        standing = rows.filter(status__in=STANDING).aggregate(cents=Sum("amount_cents", default=0))
        beside = BalanceAdjustment.objects.filter(
            recipient=member, reason__in=["bonus", "chargeback"]
        ).aggregate(cents=Sum("amount_cents", default=0))
        earnings = earnings_of(member)
        assert earnings.total_earned_cents == standing["cents"] + beside["cents"]
        assert earnings.pending_balance_cents == balance_of_raw_rows(member)
        sums = ledger_year(member, self.now.year)
        lines = LedgerLines(member, sums)[0 : sums.lines][::-1]
        assert [(one.at, one.amount_cents, one.source_id) for one in lines] == entries_of(member)
        assert sums.closing_cents == earnings.pending_balance_cents

    # Helpers.

    def act(self, do: Any) -> None:
        """An act of a person or sweep; a refusal is an answer."""
        with clock.frozen_at(self.now), suppress(Refused, Unavailable), transaction.atomic():
            do()

    def refunded_there(self, payment: Transaction) -> int:
        rows = LocalPaymentObject.objects.filter(
            kind="refund", belongs_to=payment.stripe_payment_intent_id
        )
        return sum(row.data["amount"] for row in rows if row.data["status"] == "succeeded")

    def is_disputed_there(self, payment: Transaction) -> bool:
        rows = LocalPaymentObject.objects.filter(
            kind="dispute", belongs_to=payment.stripe_payment_intent_id
        )
        return any(row.data["status"] != "won" for row in rows)

    def reconcile(self) -> None:
        """Further back than an hourly look has to, as time jumps by days here."""
        self.act(lambda: take_in_lost_events(at=self.now - timedelta(days=90), kinds=LISTED))
        self.act(lambda: poll_disputes(at=self.now))

    def heal(self) -> None:
        """The provider is well; everything that waits is done."""
        for _ in range(6):
            self.now += timedelta(days=1)
            self.events_arrive()
            self.act(lambda: finish_processing(at=self.now, older_than=self.now))
            self.reconcile()
            self.act(lambda: approve_overdue(at=self.now))
            self.act(lambda: send_approved(at=self.now))
            self.act(lambda: reverse_waiting(at=self.now))
            self.the_ledger_balances()

    def compare(self) -> None:
        """The provider's ledger and ours, to the cent."""
        assert not Payout.objects.filter(status="processing").exists()
        for payment in Transaction.objects.all():
            lost = CardDispute.objects.filter(transaction=payment, status="lost")
            taken = sum(
                Refund.objects.filter(transaction=payment, origin="dispute").values_list(
                    "amount_cents", flat=True
                )
            )
            assert self.refunded_there(payment) == sent_back_cents(payment)
            assert bool(taken) <= lost.exists()
        for member in self.earners:
            account = User.objects.get(pk=member.pk).stripe_account_id or ""
            bank = LocalPaymentObject.objects.get(object_id=account).data.get("_paid_out", 0)
            sent = Payout.objects.filter(recipient=member, status="paid").aggregate(
                cents=Sum(F("amount_cents") - F("reversed_cents"), default=0)
            )["cents"]
            assert balance_of(account) + bank == sent
