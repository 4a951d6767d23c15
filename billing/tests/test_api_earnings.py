"""Earnings, payouts and leaving over the API: who may, what is answered, what is refused."""

import pytest

from accounts.models import User
from billing.actions.payout_processing import process_payout
from billing.models import Payout, RefundRequest
from billing.providers.base import Rejected, Unavailable
from billing.tests.money_stage import (
    ada,
    ask,
    earned,
    faulty,
    hold,
    ledger_balances,
    paid_enrollment,
)
from catalog.models import Course
from learning.actions.teaching import switch_teacher
from learning.models import StudentTeacher
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from tests.cast import a_course, a_member, api, browse

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
PART = 10_500


@pytest.fixture
def tom():
    return earned(parts=2).teacher


def test_the_balances_of_a_teacher(tom):
    answer = api(tom).get(f"{V1}/earnings")

    assert answer.status_code == 200
    body = answer.json()
    assert {name: body[name] for name in body if name.endswith("_cents")} == {
        "pending_balance_cents": 2 * PART,
        "total_earned_cents": 2 * PART,
        "available_cents": 2 * PART,
        "held_cents": 0,
        "frozen_cents": 0,
        "in_payout_cents": 0,
        "paid_cents": 0,
        "upcoming_cents": PART,
    }
    latest = body["recent_transactions"][0]
    assert set(latest) == {"id", "amount_cents", "status", "course_title", "date", "share"}
    assert (latest["amount_cents"], latest["status"]) == (PART, "releasable")


def test_the_balances_of_a_creator():
    enrollment = paid_enrollment()
    hold(enrollment)
    body = api(enrollment.course.creator).get(f"{V1}/earnings").json()
    assert (body["held_cents"], body["upcoming_cents"]) == (2_250, 4_500)


@pytest.mark.parametrize("path", ["/earnings", "/payouts"])
@pytest.mark.parametrize("base", ["/api", V1])
def test_who_may_see_money(path, base):
    course = a_course()
    assert api().get(base + path).status_code == 401
    assert api(a_member()).get(base + path).status_code == 403
    assert api(course.creator).get(base + path).status_code == 200


def test_a_former_teacher_sees_and_is_paid_what_is_owed(tom):
    row = StudentTeacher.objects.get(user=tom)
    switch_teacher(
        student_teacher=row, active=False, reason="x", by=row.course.creator, at=clock.now()
    )
    client = api(tom)

    for path in ("/earnings", "/payouts", "/payments/connect/status"):
        assert client.get(V1 + path).status_code == 200, path
    for page in ("/earnings", "/dashboard"):
        assert "$210.00" in browse(tom).get(page).content.decode(), page
    assert browse(tom).get("/settings/payouts").status_code == 200
    asked = client.post(f"{V1}/payouts/request", {"amount_cents": 2 * PART}, format="json")
    assert asked.status_code == 201
    paid = process_payout(payout_id=asked.json()["payout_id"], by=ada(), at=clock.now())
    assert paid.status == "paid"
    assert client.get(f"{V1}/earnings").json()["paid_cents"] == 2 * PART


def test_a_creator_without_courses_left_sees_what_is_owed():
    course = paid_enrollment().course
    clara, olga = course.creator, a_member("Olga", is_creator=True)
    Course.objects.filter(pk=course.pk).update(creator=olga)
    User.objects.filter(pk=clara.pk).update(is_creator=False)

    assert api(clara).get(f"{V1}/earnings").json()["upcoming_cents"] == 3 * 2_250


def test_who_can_not_earn_any_more_is_paid_below_the_minimum():
    tom = earned(price_cents=6_000).teacher
    client, amount = api(tom), {"amount_cents": 1_400}
    assert client.post(f"{V1}/payouts/request", amount, format="json").status_code == 422
    StudentTeacher.objects.filter(user=tom).update(is_active=False)

    assert client.post(f"{V1}/payouts/request", amount, format="json").status_code == 201


def test_a_payout_is_asked_for_and_reserves_its_amount(tom):
    client = api(tom)
    before = client.get(f"{V1}/earnings").json()

    answer = client.post(f"{V1}/payouts/request", {"amount_cents": PART}, format="json")

    assert answer.status_code == 201
    body = answer.json()
    assert (body["amount_cents"], body["status"], body["transfer_id"]) == (PART, "pending", None)
    after = client.get(f"{V1}/earnings").json()
    assert after["available_cents"] == before["available_cents"] - PART
    assert after["in_payout_cents"] == PART
    assert after["pending_balance_cents"] == before["pending_balance_cents"] == 2 * PART
    assert after["pending_balance_cents"] + after["paid_cents"] == after["total_earned_cents"]
    listed = client.get(f"{V1}/payouts").json()
    assert [row["id"] for row in listed["payouts"]] == [body["payout_id"]]
    assert (listed["total"], listed["page"]) == (1, 1)


@pytest.mark.parametrize(
    "amount",
    ["10500", 10500.0, 10500.5, 0, -1, None, True, [], {}, "", "abc", 2**31, 2**62, 1e300],
)
def test_amounts_of_another_kind_are_refused_by_name(tom, amount):
    answer = api(tom).post(f"{V1}/payouts/request", {"amount_cents": amount}, format="json")
    assert answer.status_code == 400
    assert "amount_cents" in answer.json()["fields"]
    assert not Payout.objects.exists()


def test_a_missing_amount_and_unknown_fields_are_refused(tom):
    client = api(tom)
    assert (
        "amount_cents" in client.post(f"{V1}/payouts/request", {}, format="json").json()["fields"]
    )
    more = {"amount_cents": PART, "recipient": str(tom.pk)}
    assert "recipient" in client.post(f"{V1}/payouts/request", more, format="json").json()["fields"]
    huge = client.post(
        f"{V1}/payouts/request",
        data='{"amount_cents": 1' + "0" * 400 + "}",
        content_type="application/json",
    )
    assert huge.status_code == 400


def test_refusals_of_a_request(tom):
    client = api(tom)

    def post(cents, who=client):
        return who.post(f"{V1}/payouts/request", {"amount_cents": cents}, format="json")

    too_much = post(2 * PART + 1)
    assert (too_much.status_code, too_much.json()["code"]) == (422, "insufficient_balance")
    assert too_much.json()["available_cents"] == 2 * PART
    assert post(4_999).json()["code"] == "below_minimum"
    assert post(PART).status_code == 201
    assert (post(PART).status_code, post(PART).json()["code"]) == (409, "payout_open")
    creator = a_course().creator
    unconnected = post(5_000, api(creator))
    assert (unconnected.status_code, unconnected.json()["code"]) == (409, "payout_account_missing")
    assert post(5_000, api(a_member())).status_code == 403
    assert post(5_000, api()).status_code == 401


def test_one_key_asks_once(tom):
    client = api(tom)
    headers = {"Idempotency-Key": "ask-1"}
    answers = [
        client.post(f"{V1}/payouts/request", {"amount_cents": PART}, format="json", headers=headers)
        for _ in range(3)
    ]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["payout_id"] for answer in answers}) == 1
    other = client.post(
        f"{V1}/payouts/request", {"amount_cents": 2 * PART}, format="json", headers=headers
    )
    assert other.status_code == 422
    assert Payout.objects.count() == 1


def test_a_payout_is_taken_back_by_its_owner_only(tom):
    payout = ask(tom)
    path = f"{V1}/payouts/{payout.pk}"
    assert api(a_member()).delete(path).status_code == 404
    assert api().delete(path).status_code == 401
    for _ in range(2):
        assert api(tom).delete(path).status_code == 204
    for bad in ("nonsense", uuid7()):
        assert api(tom).delete(f"{V1}/payouts/{bad}").status_code == 404
    ledger_balances()


def test_admins_see_what_waits_and_what_could(tom):
    payout = ask(tom, PART)
    body = api(ada()).get(f"{V1}/admin/pending-payouts").json()

    [waiting] = body["payouts"]
    assert (waiting["id"], waiting["amount_cents"], waiting["rows"]) == (str(payout.pk), PART, 1)
    assert waiting["recipient"]["name"] == "Tom Teacher"
    assert waiting["account_ready"] is True
    by_name = {row["recipient"]["name"]: row for row in body["balances"]}
    assert by_name["Tom Teacher"]["amount_cents"] == PART
    assert by_name["Clara Creator"]["account_ready"] is False


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/admin/pending-payouts"),
        ("post", "/admin/payouts/01a20000-0000-7000-8000-000000000000/process"),
        ("post", "/admin/payouts/batch"),
    ],
)
def test_money_acts_are_for_admins(method, path, tom):
    assert getattr(api(), method)(V1 + path).status_code == 401
    for who in (tom, a_member(), a_member(is_moderator=True)):
        assert getattr(api(who), method)(V1 + path).status_code == 403


def test_processing_over_the_api(tom):
    payout, admin = ask(tom), ada()
    path = f"{V1}/admin/payouts/{payout.pk}/process"
    answers = [api(admin).post(path) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["transfer_id"] for answer in answers}) == 1
    assert answers[0].json()["status"] == "paid"
    for bad in ("nonsense", uuid7()):
        assert api(admin).post(f"{V1}/admin/payouts/{bad}/process").status_code == 404
    assert api(admin).post(path, {"amount": 1}, format="json").status_code == 400


def test_processing_without_an_answer_is_503_and_a_repeat_goes_on(tom):
    payout, client = ask(tom), api(ada())
    path = f"{V1}/admin/payouts/{payout.pk}/process"
    headers = {"Idempotency-Key": "send-1"}
    with faulty(create_transfer=[Unavailable("no answer")]):
        assert client.post(path, headers=headers).status_code == 503
    again = client.post(path, headers=headers)
    assert (again.status_code, again.json()["status"]) == (200, "paid")


def test_a_refused_payout_says_failed(tom):
    payout = ask(tom)
    with faulty(create_transfer=[Rejected("no")]):
        answer = api(ada()).post(f"{V1}/admin/payouts/{payout.pk}/process")
    assert (answer.status_code, answer.json()["status"]) == (200, "failed")


def test_the_batch_has_a_line_for_each(tom):
    ask(tom)
    answer = api(ada()).post(f"{V1}/admin/payouts/batch")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["paid"], body["failed"], len(body["results"])) == (1, 0, 1)
    assert body["results"][0]["error"] == ""


def test_leaving_over_the_api():
    enrollment = paid_enrollment(modules=4)
    path = f"{V1}/enrollments/{enrollment.pk}"
    client = api(enrollment.student)

    shown = client.get(f"{path}/refund").json()
    assert (shown["policy"], shown["refund_cents"], shown["kept_cents"]) == ("full", 45_000, 0)
    assert [part["number"] for part in shown["parts"]] == [1, 2, 3, 4]

    answers = [client.delete(path, {"reason": "No time"}, format="json") for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 200
        body = answer.json()
        assert (body["status"], body["refund_cents"]) == ("cancelled", 45_000)
        assert body["refund_status"] == "pending"
    assert RefundRequest.objects.get().reason == "No time"
    assert client.get(f"{path}/content").status_code in (403, 404, 409)


def test_nobody_cancels_the_enrollment_of_another():
    enrollment = paid_enrollment()
    path = f"{V1}/enrollments/{enrollment.pk}"
    assert api().delete(path).status_code == 401
    others = [
        a_member(),
        enrollment.teacher,
        enrollment.course.creator,
        a_member(is_moderator=True),
    ]
    for who in others:
        assert api(who).delete(path).status_code == 404
        assert api(who).get(f"{path}/refund").status_code == 404
    for bad in ("nonsense", uuid7()):
        assert api(enrollment.student).delete(f"{V1}/enrollments/{bad}").status_code == 404
    enrollment.refresh_from_db()
    assert enrollment.status == "enrolled"


@pytest.mark.parametrize("reason", ["x" * 2001, 5, ["no"]])
def test_reasons_that_are_refused(reason):
    enrollment = paid_enrollment()
    answer = api(enrollment.student).delete(
        f"{V1}/enrollments/{enrollment.pk}", {"reason": reason}, format="json"
    )
    assert answer.status_code == 400
    assert "reason" in answer.json()["fields"]


def test_leaving_a_completed_course_is_too_late():
    enrollment = paid_enrollment(modules=1)
    hold(enrollment)
    answer = api(enrollment.student).delete(f"{V1}/enrollments/{enrollment.pk}")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_moment")


@pytest.mark.parametrize("rows", [1, 6])
def test_the_number_of_statements_does_not_grow(rows, django_assert_max_num_queries):
    enrollment = earned(parts=1, modules=8)
    for _ in range(rows - 1):
        hold(enrollment)
    client = api(enrollment.teacher)
    client.get(f"{V1}/earnings")
    with django_assert_max_num_queries(9):
        assert len(client.get(f"{V1}/earnings").json()["recent_transactions"]) == rows


def test_pending_payouts_take_few_statements(django_assert_max_num_queries):
    admin = api(ada())
    for _ in range(3):
        ask(earned().teacher)
    admin.get(f"{V1}/admin/pending-payouts")
    with django_assert_max_num_queries(8):
        body = admin.get(f"{V1}/admin/pending-payouts").json()
    assert len(body["payouts"]) == 3


def test_pending_payouts_and_balances_come_in_pages_the_oldest_first():
    admin = api(ada())
    for _ in range(3):
        ask(earned().teacher)
        earned()
    everything = admin.get(f"{V1}/admin/pending-payouts").json()

    second = admin.get(f"{V1}/admin/pending-payouts", {"page": 2, "limit": 1}).json()

    assert second["payouts"] == everything["payouts"][1:2]
    assert second["balances"] == everything["balances"][1:2]
    assert second["total"] == everything["total"] == 3
