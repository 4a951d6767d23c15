"""Outages: accepted work is done later, and the page says what is delayed."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver

from accounts.models import Email, User, WebhookEvent
from billing.actions import checkout as billing_checkout
from billing.models import CheckoutSession, PaymentSplit
from billing.providers import local_page
from billing.tests.stage import Away, an_event, send, session_data
from learning.models import Enrollment
from peerloop.celery import app
from peerloop.kit import clock, tasks
from peerloop.kit import redis as kit_redis
from peerloop.kit.sweeps import run_all
from scheduling.models import Session
from scheduling.tests.people import a_session, open_hours
from scheduling.tests.rooms import BrokenVideo, video_is
from tests.cast import PASSWORD, a_course, a_member, a_teacher, an_enrollment, api, browse

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "127.0.0.1:1"


def _forget_connections() -> None:
    app.amqp._producer_pool = None
    app._pool = None
    kit_redis.redis_client.cache_clear()
    tasks._away["until"] = 0.0


@pytest.fixture
def no_redis(settings: Any) -> Iterator[None]:
    """Make Redis unreachable, for the cache and the Celery broker."""
    before = app.conf.broker_url
    settings.REDIS_URL = f"redis://{NOWHERE}/0"
    settings.API_THROTTLES = True
    app.conf.broker_url = f"redis://{NOWHERE}/0"
    _forget_connections()
    yield
    app.conf.broker_url = before
    _forget_connections()


def test_without_redis_members_sign_in_buy_and_book_and_nothing_is_lost(no_redis: None) -> None:
    course = a_course()
    tom = a_teacher(course).user
    open_hours(tom)
    sam = a_member("Sam Student", email="sam@people.peerloop.test")
    browser, program = browse(sam), api(sam)
    began = time.monotonic()

    signed_in = browse().post("/login", {"email": sam.email, "password": PASSWORD})
    pages = [browser.get(path) for path in ("/", "/courses", f"/courses/{course.slug}", "/learn")]
    listed = program.get("/api/v1/courses")
    buying = browser.post(f"/courses/{course.slug}/enroll", {"teacher": str(tom.pk)})
    checkout = CheckoutSession.objects.get()
    told = send(an_event("checkout.session.completed", session_data(checkout)))

    assert (signed_in.status_code, listed.status_code) == (302, 200)
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert (buying.status_code, told.status_code) == (302, 200)
    assert WebhookEvent.objects.get(kind="checkout.session.completed").status == "new"
    run_all()
    enrollment = Enrollment.objects.get()
    assert PaymentSplit.objects.filter(transaction__enrollment=enrollment).exists()

    booked = book(program, enrollment, tom)
    assert booked.status_code == 201, booked.content
    session = Session.objects.get()
    assert browser.get(f"/sessions/{session.pk}/join").status_code == 200
    run_all()
    assert Email.objects.filter(template="session-booked", status="sent").count() == 2
    assert time.monotonic() - began < 30


def test_without_redis_a_call_for_help_is_heard_by_polling(no_redis: None) -> None:
    course = a_course()
    tom, sam = a_teacher(course).user, an_enrollment(course=course).student
    helper, student = browse(tom), browse(sam)
    polls = {"HTTP_HX_REQUEST": "true"}
    began = time.monotonic()

    helper.post("/help/switch", {"is_available": "on"})
    page = student.post(f"/help/courses/{course.pk}")["Location"]
    heard = helper.get("/help", **polls).content.decode()
    assert sam.name in heard
    assert f"{page}/answer" in heard
    assert "Calling" in student.get(page, **polls).content.decode()

    helper.post(f"{page}/answer")

    assert "is here to help" in student.get(page, **polls).content.decode()
    assert student.get(f"{page}/room").status_code == 200
    assert time.monotonic() - began < 30


def book(program: Any, enrollment: Enrollment, teacher: User) -> Any:
    start = (clock.now() + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    body = {
        "enrollment_id": str(enrollment.pk),
        "teacher_id": str(teacher.pk),
        "scheduled_start": start.isoformat(),
    }
    return program.post("/api/v1/sessions", body, format="json")


def test_without_a_worker_the_page_waits_and_the_sweep_fulfils(
    monkeypatch: Any,
) -> None:
    course = a_course()
    tom, sam = a_teacher(course).user, a_member("Sam Student")
    browse(sam).post(f"/courses/{course.slug}/enroll", {"teacher": str(tom.pk)})
    checkout = CheckoutSession.objects.get()
    page = f"/enroll/success?session_id={checkout.stripe_session_id}"
    local_page.pay(checkout.stripe_session_id or "")

    with monkeypatch.context() as patch:
        patch.setattr("billing.actions.settling.payments", Away)
        waiting = browse(sam).get(page)
    assert "Waiting for your payment" in waiting.content.decode()
    assert not Enrollment.objects.exists()

    run_all()
    assert Enrollment.objects.count() == 1
    assert "You are enrolled" in browse(sam).get(page).content.decode()


def test_without_the_payment_provider_no_order_is_half_done(monkeypatch: Any) -> None:
    course = a_course()
    tom, sam = a_teacher(course).user, a_member("Sam Student")
    address = f"/api/v1/courses/{course.pk}/enroll"
    body = {"student_teacher_id": str(tom.pk)}

    with monkeypatch.context() as patch:
        patch.setattr(billing_checkout, "payments", Away)
        refused = api(sam).post(address, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (503, "payment_unavailable")
    assert not Enrollment.objects.exists()

    again = api(sam).post(address, body, format="json")
    assert again.status_code in (200, 201)
    assert CheckoutSession.objects.count() == 1


def test_without_the_video_server_the_page_says_so_and_the_session_stays(
    monkeypatch: Any,
) -> None:
    course = a_course()
    enrollment = an_enrollment(course=course, teacher=a_teacher(course))
    session = a_session(enrollment, start=clock.now() + timedelta(minutes=5))

    with video_is(monkeypatch, BrokenVideo()):
        page = browse(enrollment.student).post(f"/sessions/{session.pk}/join")
        answer = api(enrollment.student).post(f"/api/v1/sessions/{session.pk}/join")

    assert (page.status_code, answer.status_code) == (503, 503)
    assert answer.json()["code"] == "room_unavailable"
    assert "try again in a minute" in page.content.decode()
    session.refresh_from_db()
    assert (session.status, session.room_id or "") == ("scheduled", "")
    assert browse(enrollment.student).post(f"/sessions/{session.pk}/join").status_code in (200, 302)


def test_a_killed_database_connection_costs_one_request_at_most(monkeypatch: Any) -> None:
    a_course(title="Prompting for everybody")
    steps = ["/courses", "kill", "/courses", "/dying", "/courses"]
    statuses = in_a_server_thread(steps, monkeypatch)
    assert statuses == ["200 OK", "200 OK", "503 Service Unavailable", "200 OK"]


def in_a_server_thread(steps: list[str], monkeypatch: Any) -> list[str]:
    """Requests to the WSGI application, which the test client bypasses; returns their statuses."""
    application, statuses = get_wsgi_application(), []

    def die(request: Any) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return HttpResponse()

    def work() -> None:
        for step in steps:
            if step == "kill":
                _kill(connection.connection.info.backend_pid)
            else:
                statuses.append(_status(application, step))
        connection.close()

    dying = next(p for p in get_resolver().url_patterns if getattr(p, "name", "") == "how-it-works")
    assert isinstance(dying, URLPattern)
    monkeypatch.setattr(dying, "callback", die)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=60)
    return statuses


def _kill(pid: int) -> None:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        connection.close()

    killer = threading.Thread(target=work)
    killer.start()
    killer.join(timeout=30)


def _status(application: Callable[..., Any], path: str) -> str:
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/how-it-works" if path == "/dying" else path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    answer = application(environ, lambda status, headers, *rest: said.append(status))
    list(answer)
    answer.close()
    return said[0]
