"""A form sent twice concurrently takes effect once, and the second response is clear."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Email, User
from billing.models import CheckoutSession, Payout
from billing.tests.money_stage import earned
from learning.models import TeachingApplication
from peerloop.kit import clock
from scheduling.models import Session
from scheduling.tests.people import open_hours
from tests.cast import PASSWORD, a_course, a_member, a_teacher, an_enrollment, api, browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def twice(path: str, form: dict[str, str], user: User | None = None) -> list[Any]:
    """Send a form twice concurrently from one browser; returns the lower status first."""
    session = browse(user).cookies
    return together([lambda: _post(session, path, form)] * 2)


def _post(cookies: Any, path: str, form: dict[str, str]) -> Any:
    client = browse()
    client.cookies = cookies
    client.raise_request_exception = False
    return client.post(path, form)


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Start all functions at the same moment; returns their results."""
    answers = at_once(acts, catching=())
    return sorted(answers, key=lambda answer: answer.status_code)


def statuses(answers: list[Any]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_signing_up_twice_creates_one_member() -> None:
    mail = "sam@people.peerloop.test"
    form = {"name": "Sam", "email": mail, "password": PASSWORD, "role": "student"}

    answers = twice("/signup", form)

    assert statuses(answers) == [302, 422]
    assert "has an account already" in answers[1].content.decode()
    assert User.objects.filter(email=mail).count() == 1
    assert Email.objects.filter(user__email=mail).count() == 1


def test_paying_twice_opens_one_payment_page() -> None:
    course = a_course()
    tom, sam = a_teacher(course).user, a_member("Sam Student")

    answers = twice(f"/courses/{course.slug}/enroll", {"teacher": str(tom.pk)}, sam)

    assert statuses(answers) == [302, 302]
    assert len({answer["Location"] for answer in answers}) == 1
    assert CheckoutSession.objects.count() == 1


def test_booking_twice_books_one_session_and_redirects_both_to_it() -> None:
    course = a_course()
    teacher = a_teacher(course)
    open_hours(teacher.user)
    enrollment = an_enrollment(course=course, teacher=teacher)
    start = (clock.now() + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    form = {"start": start.isoformat(), "teacher": str(teacher.user_id)}

    answers = twice(f"/learn/{enrollment.pk}/book/confirm", form, enrollment.student)

    assert statuses(answers) == [302, 302], answers[-1].content.decode()[:500]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Session.objects.count() == 1
    assert Email.objects.filter(template="session-booked").count() == 2


def test_one_idempotency_key_sent_twice_books_one_session() -> None:
    course = a_course()
    teacher = a_teacher(course)
    open_hours(teacher.user)
    enrollment = an_enrollment(course=course, teacher=teacher)
    start = (clock.now() + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    body = {
        "enrollment_id": str(enrollment.pk),
        "teacher_id": str(teacher.user_id),
        "scheduled_start": start.isoformat(),
    }
    clients = [api(enrollment.student) for _ in range(2)]

    answers = together(
        [
            lambda client=client: client.post(
                "/api/v1/sessions", body, format="json", HTTP_IDEMPOTENCY_KEY="one-click"
            )
            for client in clients
        ]
    )

    assert statuses(answers) in ([201, 201], [201, 409])
    assert Session.objects.count() == 1


def test_requesting_a_payout_twice_creates_one_request() -> None:
    tom = earned(parts=2).teacher
    assert tom is not None

    answers = twice("/earnings/payouts", {"amount": ""}, tom)

    assert statuses(answers) == [302, 422]
    assert "on its way already" in answers[1].content.decode()
    assert Payout.objects.count() == 1


def test_applying_to_teach_twice_creates_one_application() -> None:
    at = clock.now()
    done = an_enrollment(status="completed", completed_at=at, started_at=at)

    path = f"/teach/apply/{done.course.slug}"
    answers = twice(path, {"message": "I like to explain."}, done.student)

    assert max(statuses(answers)) < 500
    assert statuses(answers)[0] == 302
    assert TeachingApplication.objects.count() == 1
    assert Email.objects.filter(user=done.course.creator).count() == 1
