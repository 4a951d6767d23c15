"""The whole loop by API alone: learn, certify, teach, earn; from sign-up to a payout."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Email, User
from billing.invariants import LEDGER
from billing.models import PaymentSplit
from peerloop.kit import sweeps
from peerloop.kit.invariants import differences_of
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long and quiet sentence"
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOURS = {
    "timezone": "Europe/Berlin",
    "slots": [{"day_of_week": day, "start_time": "08:00", "end_time": "20:00"} for day in range(7)],
}


class Person:
    """An API client that acts for one member."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.client = APIClient()
        self.id = ""

    def sign_up(self, name: str, email: str) -> "Person":
        """Sign up, verify the address with the mailed link, sign in."""
        signed_up = self.post(
            "auth/signup", {"name": name, "email": email, "password": PASSWORD}, status=201
        )
        self.id = signed_up["user"]["id"]
        sweeps.run_all()
        self.post("auth/verify-email", {"token": token_mailed_to(email)})
        return self.sign_in(email, PASSWORD)

    def sign_in(self, email: str, password: str) -> "Person":
        """Sign in and send the bearer token from now on."""
        self.client.credentials()
        answer = self.post("auth/login", {"email": email, "password": password})
        self.id = answer["user"]["id"]
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer['token']}")
        return self

    def get(self, path: str, status: int = 200, **query: str) -> Any:
        """GET and check the status."""
        return self._checked(self.client.get(f"/api/v1/{path}", query), status)

    def post(self, path: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        """POST JSON and check the status."""
        answer = self.client.post(f"/api/v1/{path}", body or {}, format="json")
        return self._checked(answer, status)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """PUT JSON."""
        return self._checked(self.client.put(f"/api/v1/{path}", body, format="json"), 200)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """PATCH JSON."""
        return self._checked(self.client.patch(f"/api/v1/{path}", body, format="json"), 200)

    def _checked(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, (answer.status_code, answer.content.decode())
        return answer.json() if answer.content else None


def token_mailed_to(email: str) -> str:
    """The token in the link of the newest mail to the member."""
    from accounts.models import LocalMail

    text = LocalMail.objects.filter(to=email).latest("created_at").text
    return re.findall(r"/(?:verify-email|password/reset)/([\w-]+)", text)[-1]


def pay(checkout_url: str) -> None:
    """Pay on the local provider's page, which then sends its signed event."""
    path = checkout_url.removeprefix(settings.BASE_URL)
    answer = Client().post(path, {"outcome": "pay"})
    assert answer.status_code in (200, 302, 303), answer.content.decode()


def move_to(clock: Any, moment: datetime) -> None:
    """Move the clock, then run the sweeps."""
    clock.move_to(moment)
    sweeps.run_all()


def first_free(student: Person, teacher: Person) -> datetime:
    """The start of the teacher's first free slot."""
    answer = student.get(f"availability/{teacher.id}")
    from zoneinfo import ZoneInfo

    slot = next(slot for slot in answer["slots"] if slot["is_available"])
    wall = datetime.fromisoformat(f"{slot['date']}T{slot['start_time']}")
    return wall.replace(tzinfo=ZoneInfo(answer["timezone"])).astimezone(UTC)


def learn_from(clock: Any, student: Person, teacher: Person, enrollment: dict[str, Any]) -> None:
    """Book, attend and complete every session of the enrollment, and mark its modules."""
    for _ in range(enrollment["modules_paid"]):
        start = first_free(student, teacher)
        session = student.post(
            "sessions",
            {
                "enrollment_id": enrollment["id"],
                "teacher_id": teacher.id,
                "scheduled_start": start.isoformat(),
            },
            status=201,
        )["session"]
        student.post(f"sessions/{session['id']}/join", status=403)
        move_to(clock, start - timedelta(minutes=5))
        refresh(student, teacher)
        assert student.post(f"sessions/{session['id']}/join")["join_url"]
        token = teacher.post("video/token", {"session_id": session["id"]})
        assert token["room_id"] == f"peerloop-session-{session['id']}"
        move_to(clock, datetime.fromisoformat(session["scheduled_end"]) + timedelta(minutes=1))
        refresh(student, teacher)
        teacher.post(f"sessions/{session['id']}/completion", status=200)
    content = student.get(f"enrollments/{enrollment['id']}/content")
    for module in content["modules"]:
        assert module["is_complete"]


def refresh(*people: Person) -> None:
    """Sign in again after moving the clock, since access tokens are valid for 15 minutes."""
    for person in people:
        user = User.objects.get(pk=person.id)
        person.sign_in(user.email, PASSWORD)


def buy(student: Person, course_id: str, teacher: Person) -> dict[str, Any]:
    """Buy the course with that teacher; returns the new enrollment."""
    checkout = student.post(f"courses/{course_id}/enroll", {"student_teacher_id": teacher.id})
    before = student.get("enrollments")["total"]
    pay(checkout["checkout_url"])
    sweeps.run_all()
    rows = student.get("enrollments")["enrollments"]
    assert len(rows) == before + 1
    return next(row for row in rows if row["course"]["id"] == course_id)


@pytest.fixture
def clock() -> Any:
    """The clock of the test, which it moves itself."""
    cache.clear()
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


def test_a_learner_goes_from_sign_up_to_being_paid_for_teaching(clock: Any) -> None:
    clara = a_member("Clara Creator", is_creator=True)
    clara.set_password(PASSWORD)
    clara.save()
    ada = a_member("Ada Admin", is_admin=True)
    ada.set_password(PASSWORD)
    ada.save()
    course = a_course(clara, modules=2, price_cents=45_000)
    tom_row = a_teacher(course)
    tom_row.user.set_password(PASSWORD)
    tom_row.user.save()
    creator = Person(clock).sign_in(clara.email, PASSWORD)
    admin = Person(clock).sign_in(ada.email, PASSWORD)
    tom = Person(clock).sign_in(tom_row.user.email, PASSWORD)
    tom.put(f"availability/{tom.id}", HOURS)

    # Learn
    sam = Person(clock).sign_up("Sam Student", "sam@people.peerloop.test")
    found = sam.get("courses", search="promting")
    assert [row["id"] for row in found["courses"]] == [str(course.pk)]
    assert sam.get(f"courses/{course.pk}")["is_enrolled"] is False
    enrollment = buy(sam, str(course.pk), tom)
    assert sam.get(f"courses/{course.pk}")["is_enrolled"] is True
    learn_from(clock, sam, tom, enrollment)

    # Certify
    refresh(sam, tom, creator, admin)
    mastery = {"enrollment_id": enrollment["id"], "type": "mastery"}
    assert tom.post("certificates/recommend", mastery)["status"] == "pending"
    assert creator.post("certificates/issue", mastery)["status"] == "issued"
    certificates = sam.get("certificates")["certificates"]
    issued = next(row for row in certificates if row["type"] == "mastery")
    proof = APIClient().get(f"/api/v1/certificates/verify/{issued['code']}").json()
    assert proof["status"] == "issued"

    # Teach
    application = sam.post(
        f"courses/{course.pk}/teaching-applications", {"message": "I want to go on."}, status=201
    )
    application_id = application.get("id") or application["application"]["id"]
    creator.patch(f"teaching-applications/{application_id}", {"status": "approved"})
    sam.put(f"availability/{sam.id}", HOURS)
    olga = Person(clock).sign_up("Olga Newcomer", "olga@people.peerloop.test")
    teachers = olga.get(f"courses/{course.pk}")["student_teachers"]
    assert sam.id in [row["user"]["id"] for row in teachers]
    learn_from(clock, olga, sam, buy(olga, str(course.pk), sam))

    # Earn
    refresh(sam, admin)
    assert sam.get("earnings")["pending_balance_cents"] == 31_500
    sam.post("payouts/request", {"amount_cents": 31_500}, status=409)
    sam.post("payments/connect/onboard")
    onboard(sam)
    sam.post("payouts/request", {"amount_cents": 31_500}, status=422)
    move_to(clock, datetime.now(UTC) + timedelta(days=8))
    refresh(sam, admin)
    payout = sam.post("payouts/request", {"amount_cents": 31_500}, status=201)
    assert (payout["amount_cents"], payout["status"]) == (31_500, "pending")
    waiting = admin.get("admin/pending-payouts")["payouts"]
    assert payout["payout_id"] in [row["id"] for row in waiting]
    processed = admin.post(f"admin/payouts/{payout['payout_id']}/process")
    assert processed["status"] == "paid"
    assert sam.get("payouts")["payouts"][0]["status"] == "paid"
    earnings = sam.get("earnings")
    assert earnings["pending_balance_cents"] == 0
    assert earnings["total_earned_cents"] == 31_500
    sweeps.run_all()
    notice = Email.objects.get(template="payout-complete", user_id=sam.id)
    assert (notice.status, notice.error) == ("sent", "")
    assert PaymentSplit.objects.filter(recipient_id=sam.id, status="paid").count() == 2
    assert differences_of(LEDGER) == []


def onboard(person: Person) -> None:
    """Fill in the local provider's form for a payout account."""
    url = person.post("payments/connect/onboard")["onboarding_url"]
    answer = Client().post(url.removeprefix(settings.BASE_URL), {"outcome": "complete"})
    assert answer.status_code in (200, 302, 303), answer.content.decode()
    sweeps.run_all()
    assert person.get("payments/connect/status")["payouts_enabled"] is True
