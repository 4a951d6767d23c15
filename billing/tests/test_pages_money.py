"""The pages of money: earnings, one share, leaving, what creators may object to."""

import csv
import io
import re

import pytest

from billing.actions.refunds import cancel_enrollment
from billing.models import BalanceAdjustment, Payout, RefundRequest
from billing.providers import local_console
from billing.providers.base import Rejected
from billing.tests.money_stage import (
    ada,
    ask,
    earned,
    faulty,
    hold,
    paid_enrollment,
    payment_of,
    rows_of,
    states,
)
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.formats import money_text
from peerloop.kit.ids import uuid7
from peerloop.kit.sheets import plain_cell
from scheduling.models import Session
from tests.cast import LONG_AGO, a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def enrollment():
    return earned(parts=2)


def test_who_gets_in(enrollment):
    share = rows_of(enrollment, part_no=1).get(share="teaching")
    paths = ("/earnings", "/earnings.csv", f"/earnings/shares/{share.pk}")
    for path in paths:
        assert browse().get(path).status_code == 302
        assert browse(a_member()).get(path).status_code == 403
        assert browse(enrollment.teacher).get(path).status_code == 200
    assert browse(a_course().creator).get(paths[2]).status_code == 404
    assert browse(a_member()).post("/earnings/payouts").status_code == 403
    assert browse(enrollment.teacher).get("/earnings/payouts").status_code == 405


def test_the_figures_and_where_they_come_from(enrollment):
    shown = text(browse(enrollment.teacher).get("/earnings"))
    assert "$210.00 Can be sent to you now" in shown
    assert "$105.00 belongs to sessions still to be held" in shown
    assert "Sam Student" in shown
    assert "Ask for a payout" in shown


def test_without_earnings_the_page_says_how():
    teacher = a_teacher(a_course()).user
    shown = text(browse(teacher).get("/earnings"))
    assert "Your shares will appear here" in shown
    assert "Your payout account is not ready" in shown


def test_asking_and_taking_back(enrollment):
    client = browse(enrollment.teacher)
    asked = client.post("/earnings/payouts", {"amount": ""}, follow=True)
    assert "$210.00 asked for" in text(asked)
    assert "Cancel the request" in text(asked)
    payout = Payout.objects.get()
    back = client.post(f"/earnings/payouts/{payout.pk}/cancellation", follow=True)
    assert "available again" in text(back)
    payout.refresh_from_db()
    assert payout.status == "cancelled"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "greater than or equal"),
        ("-5", "greater than or equal"),
        ("1.005", "decimal places"),
        ("abc", "Enter a number"),
        ("NaN", "Enter a number"),
        ("1e400", "Enter a number"),
        ("49.99", "Payouts start at $50.00"),
        ("210.01", "$210.00 can be sent now"),
        ("99999999999", "less than or equal"),
    ],
)
def test_amounts_that_are_refused_stay_in_the_form(enrollment, amount, words):
    answer = browse(enrollment.teacher).post("/earnings/payouts", {"amount": amount})
    assert answer.status_code == 422
    assert words in text(answer) or "amount" in text(answer).lower()
    assert f'value="{amount}"' in answer.content.decode()
    assert not Payout.objects.exists()


def test_states_of_the_payout_box(enrollment):
    tom = enrollment.teacher
    payout = ask(tom)
    with faulty(create_transfer=[Rejected("no such account")]):
        from billing.actions.payout_processing import process_payout

        process_payout(payout_id=payout.pk, by=ada(), at=clock.now())
    shown = text(browse(tom).get("/earnings"))
    assert "no such account" not in shown
    assert "an admin looks into it" in shown
    assert "Ask for a payout" in shown
    type(tom).objects.filter(pk=tom.pk).update(stripe_payouts_enabled=False)
    assert "Your payout account is not ready" in text(browse(tom).get("/earnings"))


def test_a_debt_is_explained(enrollment):
    tom = enrollment.teacher
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=-30_000, reason="clawback")
    shown = text(browse(tom).get("/earnings"))
    assert "\N{MINUS SIGN}$90.00" in shown
    assert "nothing is taken from your bank account" in shown
    assert "A paid share went back to a student" in shown


def test_one_share_opens_to_its_payment_and_session(enrollment):
    share = rows_of(enrollment, part_no=1).get(share="teaching")
    shown = text(browse(enrollment.teacher).get(f"/earnings/shares/{share.pk}"))
    assert "Sam Student paid $450.00" in shown
    assert "divided evenly over 3 sessions" in shown
    assert "You, for teaching" in shown
    assert "Released: it can be sent" in shown
    royalty = rows_of(enrollment, part_no=1).get(share="royalty")
    assert "You, as creator" in text(
        browse(enrollment.course.creator).get(f"/earnings/shares/{royalty.pk}")
    )
    for bad in ("nonsense", uuid7(), royalty.pk):
        assert browse(enrollment.teacher).get(f"/earnings/shares/{bad}").status_code == 404


def test_the_export_is_what_the_page_shows(enrollment):
    type(enrollment.student).objects.filter(pk=enrollment.student_id).update(name="=HYPERLINK(1)")
    answer = browse(enrollment.teacher).get("/earnings.csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [int(row["amount_cents"]) for row in rows] == [10_500, 10_500]
    assert {row["student"] for row in rows} == {"'=HYPERLINK(1)"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "  +"])
def test_cells_that_a_sheet_would_run_are_quoted(start):
    assert plain_cell(f"{start}cmd") == f"'{start}cmd"
    assert plain_cell("Ann = Bob") == "Ann = Bob"


@pytest.mark.parametrize("rows", [1, 5])
def test_the_page_takes_few_statements(rows, django_assert_max_num_queries):
    found = earned(parts=1, modules=8)
    for _ in range(rows - 1):
        hold(found)
    client = browse(found.teacher)
    client.get("/earnings")
    with django_assert_max_num_queries(16):
        client.get("/earnings")


def test_leaving_shows_every_session_and_asks_before():
    enrollment = paid_enrollment(modules=4)
    hold(enrollment)
    hold(enrollment)
    client = browse(enrollment.student)
    path = f"/learn/{enrollment.pk}/cancel"

    shown = text(client.get(path))
    assert "$225.00" in shown
    assert "Session 1: held stays with those who taught" in shown
    assert "Session 4: not held yet comes back" in shown
    assert not RefundRequest.objects.exists()

    left = client.post(path, {"reason": "No time"}, follow=True)
    assert "$225.00 comes back to you" in text(left)
    assert RefundRequest.objects.get().policy_cents == 22_500
    assert "nothing to leave" in text(client.get(path)).lower()


def test_leaving_is_for_the_student_alone():
    enrollment = paid_enrollment()
    path = f"/learn/{enrollment.pk}/cancel"
    assert browse().get(path).status_code == 302
    for who in (enrollment.teacher, enrollment.course.creator, a_member(), ada()):
        assert browse(who).get(path).status_code == 404
        assert browse(who).post(path).status_code == 404


def test_a_long_reason_keeps_the_page():
    enrollment = paid_enrollment()
    answer = browse(enrollment.student).post(
        f"/learn/{enrollment.pk}/cancel", {"reason": "x" * 2001}
    )
    assert answer.status_code == 422
    enrollment.refresh_from_db()
    assert enrollment.status == "enrolled"


def test_leaving_without_a_payment_and_after_a_dispute():
    from tests.cast import an_enrollment

    course = a_course()
    comped = an_enrollment(a_member(), course, a_teacher(course), source="comp")
    assert "no money moves" in text(browse(comped.student).get(f"/learn/{comped.pk}/cancel"))
    disputed = paid_enrollment()
    local_console.open_dispute(payment_of(disputed).stripe_payment_intent_id)
    settle()
    shown = text(browse(disputed.student).get(f"/learn/{disputed.pk}/cancel"))
    assert "disputed by your bank" in shown


def test_creators_see_and_flag_what_waits():
    enrollment = paid_enrollment()
    hold(enrollment)
    clara = enrollment.course.creator
    client = browse(clara)
    split = rows_of(enrollment, part_no=1).get(share="teaching")
    path = f"/earnings/shares/{split.pk}/flag"

    shown = client.get("/create/approvals/earnings")
    assert "Tom Teacher" in text(shown)
    assert path in shown.content.decode()
    assert "Ask an admin to look" in text(client.get(path))
    assert client.post(path, {"reason": " "}).status_code == 422

    done = client.post(path, {"reason": "Nobody came"}, follow=True)
    assert "An admin looks into it" in text(done)
    assert set(states(enrollment, 1).values()) == {"frozen"}
    late = client.post(path, {"reason": "Again"})
    assert late.status_code == 422
    assert "waiting days" in text(late)


def test_flagging_is_for_the_creator_of_the_course():
    enrollment = paid_enrollment()
    hold(enrollment)
    split = rows_of(enrollment, part_no=1).get(share="teaching")
    path = f"/earnings/shares/{split.pk}/flag"
    assert browse().post(path).status_code == 302
    for who in (enrollment.teacher, enrollment.student, a_course().creator, ada()):
        assert browse(who).post(path, {"reason": "no"}).status_code == 404
    undelivered = rows_of(enrollment, part_no=2).get(share="teaching")
    creator = browse(enrollment.course.creator)
    assert creator.get(f"/earnings/shares/{undelivered.pk}/flag").status_code == 404
    assert browse(a_member()).get("/create/approvals/earnings").status_code == 403


def test_the_part_for_the_approvals_page():
    enrollment = paid_enrollment()
    hold(enrollment)
    client = browse(enrollment.course.creator)
    part = client.get("/create/approvals/earnings", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert 'id="earnings-to-approve"' in part.content.decode()


def test_suspended_members_read_why(enrollment):
    tom = enrollment.teacher
    type(tom).objects.filter(pk=tom.pk).update(suspended_at=LONG_AGO)
    # A suspended member can't sign in; the box is for the moment in which it happens.
    assert browse(tom).get("/earnings").status_code in (302, 403)


def test_a_cancelled_enrollment_does_not_ask_again():
    enrollment = paid_enrollment()
    cancel_enrollment(enrollment=enrollment, by=enrollment.student, reason="", at=clock.now())
    answer = browse(enrollment.student).post(f"/learn/{enrollment.pk}/cancel", {"reason": ""})
    assert answer.status_code == 302
    assert RefundRequest.objects.count() == 1


def test_the_page_of_a_held_session_says_what_was_earned_with_it():
    enrollment = earned()
    session = Session.objects.get(enrollment=enrollment)
    address = f"/sessions/{session.pk}"
    teaching = rows_of(enrollment).get(session=session, share="teaching")

    toms = browse(enrollment.teacher).get(address).content.decode()
    sams = browse(enrollment.student).get(address).content.decode()

    assert f"You earned {money_text(teaching.amount_cents)} with this session." in toms
    assert f'href="/earnings/shares/{teaching.pk}"' in toms
    assert "You earned" not in sams


def test_what_is_still_held_says_until_when():
    enrollment = paid_enrollment()
    hold(enrollment, at=clock.now())
    session = Session.objects.get(enrollment=enrollment)

    page = browse(enrollment.teacher).get(f"/sessions/{session.pk}").content.decode()

    assert "It is held until" in page


def test_a_page_of_its_own_shows_what_each_course_brought():
    enrollment = paid_enrollment()
    hold(enrollment)
    client = browse(enrollment.teacher)

    assert 'href="/earnings/courses"' in client.get("/earnings").content.decode()
    shown = text(client.get("/earnings/courses"))

    assert enrollment.course.title in shown
    assert "Your courses will appear here" in text(
        browse(a_course().creator).get("/earnings/courses")
    )
