"""Cancelling and booking again soon is worded as rescheduling, and nothing more (LATE-3)."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Email, Notification
from scheduling.actions.booking import book_session
from scheduling.actions.cancelling import cancel_session
from scheduling.models import Session
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, sam_and_tom
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db

TUESDAY = MONDAY_TEN + timedelta(days=1)


def cancelled(enrollment=None, **fields) -> Session:
    session = a_session(enrollment or sam_and_tom(), **fields)
    cancel_session(session=session, by=session.student, reason="A train strike", at=NOW)
    Notification.objects.all().delete()
    Email.objects.all().delete()
    session.refresh_from_db()
    return session


def rebook(old, *, after=10, enrollment=None, start=TUESDAY) -> Session:
    enrollment = enrollment or old.enrollment
    return book_session(
        enrollment=enrollment,
        teacher=enrollment.teacher,
        start=start,
        by=enrollment.student,
        instead_of=old,
        at=NOW + timedelta(minutes=after),
    )


def kinds() -> set[str]:
    return set(Notification.objects.values_list("kind", flat=True))


def test_both_are_notified_of_a_rescheduling_with_the_old_time():
    old = cancelled()

    session = rebook(old)

    assert kinds() == {"session_rescheduled"}
    assert set(Email.objects.values_list("template", flat=True)) == {"session-rescheduled"}
    assert "It was Mon 4 May" in Notification.objects.get(user=session.student).body
    assert (session.rescheduled_from, session.reschedule_count) == (old, 0)
    assert old.status == "cancelled"


@pytest.mark.parametrize("late", [31, 600])
def test_half_an_hour_later_it_is_a_new_booking(late):
    session = rebook(cancelled(), after=late)

    assert kinds() == {"session_booked"}
    assert session.rescheduled_from is None


def test_a_session_is_replaced_once():
    old = cancelled()
    rebook(old)
    Notification.objects.all().delete()

    second = rebook(old, start=TUESDAY + timedelta(days=1))

    assert kinds() == {"session_booked"}
    assert second.rescheduled_from is None


def test_only_a_cancelled_session_of_the_same_course_is_replaced():
    enrollment = sam_and_tom()
    standing, other = a_session(enrollment), cancelled()

    assert rebook(standing).rescheduled_from is None
    assert rebook(other, enrollment=enrollment, start=TUESDAY + timedelta(days=1)).pk
    assert kinds() == {"session_booked"}


def test_over_the_api_a_strangers_session_is_not_found():
    old, mine = cancelled(), sam_and_tom()
    body = {
        "enrollment_id": str(mine.pk),
        "teacher_id": str(mine.teacher_id),
        "scheduled_start": TUESDAY.isoformat(),
        "instead_of": str(old.pk),
    }
    with time_machine.travel(NOW, tick=False):
        refused = api(mine.student).post("/api/v1/sessions", body, format="json")
        own = body | {"enrollment_id": str(old.enrollment_id), "teacher_id": str(old.teacher_id)}
        taken = api(old.student).post("/api/v1/sessions", own, format="json")

    assert (refused.status_code, taken.status_code) == (404, 201)
    assert Session.objects.get(pk=taken.json()["session"]["id"]).rescheduled_from == old


def test_the_page_of_a_cancelled_session_leads_to_its_replacement():
    old = cancelled()
    sam = browse(old.student)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        link = f"/learn/{old.enrollment_id}/book?instead_of={old.pk}"
        assert link in sam.get(f"/sessions/{old.pk}").content.decode()
        times = sam.get(link).content.decode()
        assert f'name="instead_of" value="{old.pk}"' in times
        assert f"instead_of={old.pk}&amp;day=" in times
        confirm = f"/learn/{old.enrollment_id}/book/confirm"
        shown = sam.get(confirm, {"start": TUESDAY.isoformat(), "instead_of": old.pk})
        assert f'value="{old.pk}"' in shown.content.decode()
        sam.post(confirm, {"start": TUESDAY.isoformat(), "instead_of": old.pk})

    assert Session.objects.get(status="scheduled").rescheduled_from == old


@pytest.mark.parametrize("other", ["nonsense", "019a0000-0000-7000-8000-000000000001"])
def test_an_unknown_parameter_in_the_address_is_harmless(other):
    enrollment, olga = sam_and_tom(), a_member("Olga Outside")
    sam, path = browse(enrollment.student), f"/learn/{enrollment.pk}/book"
    with time_machine.travel(NOW, tick=False):
        assert sam.get(path, {"instead_of": other}).status_code == 200
        sent = {"start": TUESDAY.isoformat(), "instead_of": other}
        assert sam.post(f"{path}/confirm", sent).status_code in (404, 422)
        assert browse(olga).get(path, {"instead_of": other}).status_code == 404

    assert not Session.objects.exists()
