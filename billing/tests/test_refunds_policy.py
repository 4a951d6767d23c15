"""Leaving a course: what comes back (rules REF-1 to REF-5)."""

from datetime import timedelta

import pytest

from accounts.models import Email
from billing.actions.refund_sending import send_refund
from billing.actions.refunds import approve_refund, cancel_enrollment, refund_leftovers
from billing.models import RefundRequest
from billing.providers import local_console
from billing.queries.refund_preview import preview_cancellation
from billing.tests.money_stage import (
    ada,
    earned,
    hold,
    ledger_balances,
    paid_enrollment,
    payment_of,
    rows_of,
    states,
)
from billing.tests.stage import settle
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Conflict, Invalid
from scheduling.actions.completion import complete_session
from scheduling.models import Session
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def leave(enrollment, at=None, reason=""):
    return cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason=reason, at=at or clock.now()
    )


def preview(enrollment, at=None):
    enrollment.refresh_from_db()
    return preview_cancellation(enrollment=enrollment, at=at or clock.now())


def test_before_the_first_session_all_of_it_comes_back():
    enrollment, admin = paid_enrollment(), ada()
    ahead = a_session(enrollment, start=clock.now() + DAY)

    request = leave(enrollment, reason="No time")

    assert (request.policy, request.policy_cents, request.status) == ("full", 45_000, "pending")
    assert request.auto_approve_at - request.created_at == timedelta(hours=72)
    enrollment.refresh_from_db()
    ahead.refresh_from_db()
    assert (enrollment.status, enrollment.cancel_reason) == ("cancelled", "No time")
    assert ahead.status == "cancelled"
    assert set(rows_of(enrollment).values_list("status", flat=True)) == {"frozen"}
    assert Email.objects.filter(template="refund-requested", user=admin).count() == 1
    ledger_balances()


def test_one_of_four_held_and_a_second_begun_gives_33751():
    enrollment = paid_enrollment(modules=4)
    hold(enrollment, at=clock.now() - 8 * DAY)

    request = leave(enrollment)

    assert (request.policy, request.policy_cents) == ("pro_rata", 33_751)
    assert set(states(enrollment, 1).values()) == {"held"}
    for number in (2, 3, 4):
        assert set(states(enrollment, number).values()) == {"frozen"}


def test_the_first_session_is_guaranteed_for_seven_days():
    enrollment = paid_enrollment(modules=4)
    held = hold(enrollment)

    assert preview(enrollment, held.ended_at + 7 * DAY).policy == "guarantee"
    late = preview(enrollment, held.ended_at + 7 * DAY + timedelta(seconds=1))
    assert (late.policy, late.amount_cents) == ("pro_rata", 33_751)

    request = leave(enrollment)

    assert (request.policy, request.policy_cents) == ("guarantee", 45_000)
    enrollment.refresh_from_db()
    assert enrollment.guarantee_used_at is not None


def test_the_guarantee_ends_when_a_second_session_begins():
    enrollment = paid_enrollment(modules=4)
    hold(enrollment)
    a_session(enrollment, start=clock.now(), status="in_progress", started_at=clock.now())

    found = preview(enrollment)

    assert found.policy == "pro_rata"
    assert [part.state for part in found.parts] == ["taught", "running", "ahead", "ahead"]
    assert found.amount_cents == sum(part.amount_cents for part in found.parts[2:])


def test_two_sessions_held_end_the_guarantee():
    enrollment = paid_enrollment(modules=4)
    hold(enrollment)
    hold(enrollment)
    assert preview(enrollment).policy == "pro_rata"


def again(student, course, teacher):
    """Bought, one session held, and left."""
    enrollment = paid_enrollment(student=student, course=course, teacher=teacher)
    hold(enrollment)
    return enrollment, leave(enrollment)


def test_the_guarantee_counts_once_per_course():
    course, sam = a_course(), a_member()
    teacher = a_teacher(course)
    assert again(sam, course, teacher)[1].policy == "guarantee"
    assert again(sam, course, teacher)[1].policy == "pro_rata"


def test_the_guarantee_counts_twice_in_twelve_months():
    sam = a_member()
    courses = [a_course() for _ in range(3)]
    policies = [again(sam, course, a_teacher(course))[1].policy for course in courses]
    assert policies == ["guarantee", "guarantee", "pro_rata"]

    Enrollment.objects.filter(course=courses[0]).update(
        guarantee_used_at=clock.now() - timedelta(days=366)
    )
    fourth = a_course()
    assert again(sam, fourth, a_teacher(fourth))[1].policy == "guarantee"


def test_the_guarantee_takes_back_what_was_released_already(settings):
    settings.HOLD_DAYS = 1
    enrollment = paid_enrollment()
    hold(enrollment, at=clock.now() - 2 * DAY)
    from billing.actions.escrow import release_due

    release_due(at=clock.now())
    request = leave(enrollment)

    assert (request.policy, request.policy_cents) == ("guarantee", 45_000)
    assert states(enrollment, 1) == {
        "platform": "retained",
        "royalty": "frozen",
        "teaching": "frozen",
    }


def test_with_everything_held_nothing_comes_back():
    enrollment = paid_enrollment(modules=1)
    hold(enrollment)
    enrollment.refresh_from_db()
    assert enrollment.status == "completed"
    with pytest.raises(Conflict):
        leave(enrollment)
    assert not RefundRequest.objects.exists()


def test_a_disputed_enrollment_waits_for_its_bank():
    enrollment = paid_enrollment()
    local_console.open_dispute(payment_of(enrollment).stripe_payment_intent_id)
    settle()
    enrollment.refresh_from_db()
    with pytest.raises(Conflict):
        leave(enrollment)


def test_leaving_twice_asks_once():
    enrollment = paid_enrollment()
    first = leave(enrollment)
    assert leave(enrollment) == first
    assert RefundRequest.objects.count() == 1


def test_leaving_without_a_payment_refunds_nothing():
    course = a_course()
    enrollment = an_enrollment(a_member(), course, a_teacher(course), source="comp")
    found = preview(enrollment)
    assert (found.policy, found.amount_cents, found.parts) == ("", 0, ())
    assert leave(enrollment) is None
    enrollment.refresh_from_db()
    assert enrollment.status == "cancelled"


def test_a_long_reason_is_refused():
    enrollment = paid_enrollment()
    with pytest.raises(Invalid) as refused:
        leave(enrollment, reason="x" * 2001)
    assert "reason" in refused.value.fields
    enrollment.refresh_from_db()
    assert enrollment.status == "enrolled"


def test_what_went_back_before_does_not_come_back_again():
    enrollment = paid_enrollment()
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 100)
    settle()

    found = preview(enrollment)

    assert (found.policy, found.amount_cents, found.refunded_cents) == ("full", 44_900, 100)
    assert found.kept_cents == 0
    assert leave(enrollment).policy_cents == 44_900


def under_way():
    """One held a while ago, the second runs, the third is ahead; Sam leaves."""
    enrollment = paid_enrollment()
    hold(enrollment, at=clock.now() - 9 * DAY)
    running = a_session(enrollment, start=clock.now(), status="in_progress", started_at=clock.now())
    return enrollment, running, leave(enrollment)


def test_a_session_under_way_is_paid_for_if_it_is_held():
    enrollment, running, request = under_way()
    assert request.policy_cents == 15_000

    complete_session(session_id=running.pk, source="admin", at=clock.now() + timedelta(hours=1))

    assert refund_leftovers(at=clock.now()) == 0
    teaching = rows_of(enrollment, part_no=2).get(share="teaching")
    assert (teaching.status, teaching.recipient) == ("held", enrollment.teacher)
    ledger_balances()


def test_a_session_under_way_that_was_not_held_comes_back_too():
    _, running, first = under_way()
    assert refund_leftovers(at=clock.now()) == 0
    Session.objects.filter(pk=running.pk).update(status="no_show", no_show_party="teacher")
    assert refund_leftovers(at=clock.now()) == 0  # one open request at a time
    approve_refund(request=first, by=ada(), at=clock.now())
    assert send_refund(request_id=first.pk, at=clock.now())

    assert refund_leftovers(at=clock.now()) == 1
    assert refund_leftovers(at=clock.now()) == 0

    second = RefundRequest.objects.exclude(pk=first.pk).get()
    assert (second.policy, second.policy_cents) == ("pro_rata", 15_000)


def test_earnings_of_what_was_held_stay():
    enrollment = earned(parts=2)
    leave(enrollment)
    assert set(states(enrollment, 1).values()) == {"retained", "releasable"}
    assert set(states(enrollment, 3).values()) == {"frozen"}
    ledger_balances()
