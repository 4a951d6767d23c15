"""Escrow: sessions deliver parts, holds end, creators may object (rules ESC-1 to ESC-4)."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Notification
from billing.actions.card_disputes import sync_dispute
from billing.actions.escrow import clear_flag, deliver_part, flag_part, release_due
from billing.models import PaymentSplit, SplitEvent
from billing.providers import local_console, payments
from billing.queries import rows_to_approve
from billing.tests.money_stage import (
    WEEK,
    ada,
    hold,
    ledger_balances,
    paid_enrollment,
    payment_of,
    rows_of,
    states,
)
from peerloop.kit import clock
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def test_the_kth_session_delivers_part_k_whatever_its_module():
    enrollment = paid_enrollment()
    first = hold(enrollment)
    second = hold(enrollment)

    parts = {row.part_no: row.session_id for row in rows_of(enrollment)}

    assert parts == {1: first.pk, 2: second.pk, 3: None}
    teaching = rows_of(enrollment, share="teaching").first()
    assert teaching.recipient == enrollment.teacher
    assert teaching.recipient_type == "student_teacher"
    assert teaching.releasable_at == first.ended_at + WEEK
    ledger_balances()


def test_a_repeated_completion_delivers_once():
    enrollment = paid_enrollment()
    session = hold(enrollment)

    for _ in range(3):
        assert deliver_part(session_id=session.pk, at=clock.now()) == []

    assert rows_of(enrollment, delivered_at__isnull=False).count() == 3


def test_a_change_of_teacher_pays_each_for_their_own_sessions():
    enrollment = paid_enrollment()
    tina = a_teacher(enrollment.course, name="Tina Teacher").user
    hold(enrollment)
    hold(enrollment, by=tina)

    who = list(rows_of(enrollment, share="teaching").values_list("recipient", flat=True))

    assert who == [enrollment.teacher_id, tina.pk, None]


def test_a_creator_who_teaches_gets_both_shares():
    course = a_course()
    row = a_teacher(course, course.creator)
    enrollment = paid_enrollment(course=course, teacher=row)
    hold(enrollment)

    part = rows_of(enrollment, part_no=1)

    assert {one.share: one.recipient_id for one in part} == {
        "platform": None,
        "royalty": course.creator_id,
        "teaching": course.creator_id,
    }
    assert part.get(share="teaching").recipient_type == "creator"


def test_a_comped_enrollment_delivers_no_money():
    course = a_course()
    enrollment = an_enrollment(a_member(), course, a_teacher(course), source="comp")
    hold(enrollment)

    assert not PaymentSplit.objects.exists()


def test_other_kinds_of_sessions_deliver_nothing():
    enrollment = paid_enrollment()
    session = a_session(enrollment, kind="makeup")

    assert deliver_part(session_id=session.pk, at=clock.now()) == []


def test_a_hold_is_not_over_a_second_early():
    enrollment = paid_enrollment()
    session = hold(enrollment)

    assert release_due(at=session.ended_at + WEEK - timedelta(seconds=1)) == 0
    assert release_due(at=session.ended_at + WEEK) == 3
    assert release_due(at=session.ended_at + WEEK) == 0

    assert states(enrollment, 1) == {
        "platform": "retained",
        "royalty": "releasable",
        "teaching": "releasable",
    }
    assert set(states(enrollment, 2).values()) == {"held"}
    ledger_balances()


def test_every_transition_writes_an_audit_row():
    enrollment = paid_enrollment()
    session = hold(enrollment)
    release_due(at=session.ended_at + WEEK)

    split = rows_of(enrollment, part_no=1).get(share="teaching")
    lines = SplitEvent.objects.filter(split=split).order_by("at", "pk")

    assert [(one.from_status, one.to_status) for one in lines] == [
        ("", "held"),
        ("held", "releasable"),
    ]


def test_money_of_a_disputed_payment_waits():
    enrollment = paid_enrollment()
    session = hold(enrollment)
    payment = payment_of(enrollment)
    key = local_console.open_dispute(payment.stripe_payment_intent_id)
    sync_dispute(payment=payment, dispute=payments().get_dispute(key), at=clock.now())

    assert release_due(at=session.ended_at + 2 * WEEK) == 0
    assert set(states(enrollment, 1).values()) == {"frozen"}


def test_a_flagged_part_waits_for_an_admin():
    enrollment = paid_enrollment()
    session = hold(enrollment)
    clara, admin = enrollment.course.creator, ada()
    split = rows_of(enrollment, part_no=1).get(share="teaching")

    flag_part(split=split, reason="Nobody was there", by=clara, at=clock.now())

    assert set(states(enrollment, 1).values()) == {"frozen"}
    assert release_due(at=session.ended_at + 2 * WEEK) == 0
    assert Notification.objects.filter(user=admin, body="Nobody was there").count() == 1
    assert list(rows_to_approve(clara, at=clock.now())) == [split]

    clear_flag(split=split, reason="The recording shows both", by=admin, at=clock.now())

    assert set(states(enrollment, 1).values()) == {"held"}
    assert release_due(at=session.ended_at + WEEK) == 3
    assert AuditEntry.objects.filter(action="split.clear", actor=admin).exists()
    ledger_balances()


@pytest.mark.parametrize("who", ["teacher", "student", "stranger", "other_creator"])
def test_only_the_creator_and_admins_may_flag(who):
    enrollment = paid_enrollment()
    hold(enrollment)
    people = {
        "teacher": enrollment.teacher,
        "student": enrollment.student,
        "stranger": a_member("Olga Stranger"),
        "other_creator": a_course().creator,
    }
    split = rows_of(enrollment, part_no=1).first()
    with pytest.raises(Forbidden):
        flag_part(split=split, reason="no", by=people[who], at=clock.now())


def test_a_flag_needs_a_reason_and_its_days():
    enrollment = paid_enrollment()
    session = hold(enrollment)
    clara = enrollment.course.creator
    split = rows_of(enrollment, part_no=1).first()
    for reason in ("", "   ", "x" * 2001):
        with pytest.raises(Invalid) as refused:
            flag_part(split=split, reason=reason, by=clara, at=clock.now())
        assert "reason" in refused.value.fields
    undelivered = rows_of(enrollment, part_no=2).first()
    with pytest.raises(Conflict):
        flag_part(split=undelivered, reason="early", by=clara, at=clock.now())
    release_due(at=session.ended_at + WEEK)
    with pytest.raises(Conflict):
        flag_part(split=split, reason="late", by=clara, at=clock.now())


def test_nobody_clears_the_flag_on_their_own_earnings():
    enrollment = paid_enrollment()
    hold(enrollment)
    split = rows_of(enrollment, part_no=1).get(share="teaching")
    flag_part(split=split, reason="?", by=enrollment.course.creator, at=clock.now())
    enrollment.teacher.is_admin = True
    enrollment.teacher.save()

    with pytest.raises(Forbidden):
        clear_flag(split=split, reason="fine", by=enrollment.teacher, at=clock.now())


def test_creators_see_what_waits_in_their_own_courses_only():
    enrollment = paid_enrollment()
    other = paid_enrollment()
    session = hold(enrollment)
    hold(other)
    clara = enrollment.course.creator

    shown = rows_to_approve(clara, at=clock.now())

    assert [row.transaction.enrollment_id for row in shown] == [enrollment.pk]
    assert not rows_to_approve(clara, at=session.ended_at + WEEK).exists()
