"""A missed or cancelled session is booked again in one tap."""

import re
from datetime import timedelta

import pytest
import time_machine

from learning.models import Enrollment
from scheduling.actions.time_off import add_time_off
from scheduling.models import Session
from scheduling.queries.rebooking import times_again
from scheduling.tests.people import MONDAY_TEN, a_session, sam_and_tom
from scheduling.time_off import DaysOff
from tests.cast import browse

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)
AFTER = MONDAY_TEN + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _afterwards():
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def missed():
    return a_session(sam_and_tom(), status="no_show", no_show_party="student")


def again(session, viewer=None):
    return times_again(session, viewer or session.student, at=AFTER)


def test_the_usual_time_and_the_soonest_are_offered(missed, django_assert_num_queries):
    with django_assert_num_queries(3):
        found = again(missed)
    # Today at 15:00, two hours from now; tomorrow at 9; next Monday at the usual time.
    assert found == [
        AFTER + timedelta(hours=2),
        MONDAY_TEN.replace(hour=9) + DAY,
        MONDAY_TEN + WEEK,
    ]


def test_a_usual_time_that_is_taken_comes_a_week_later(missed):
    add_time_off(
        user=missed.teacher,
        days=DaysOff((MONDAY_TEN + WEEK).date(), (MONDAY_TEN + WEEK).date()),
        at=AFTER,
    )
    assert again(missed)[-1] == MONDAY_TEN + 2 * WEEK


def test_only_the_student_is_offered_times(missed):
    assert again(missed, missed.teacher) == []
    text = browse(missed.teacher).get(f"/sessions/{missed.pk}").content.decode()
    assert "Book it again" not in text


@pytest.mark.parametrize(
    "change",
    [
        {"booking_blocked_at": AFTER},
        {"status": "cancelled", "cancelled_at": AFTER},
        {"teacher": None, "student_teacher": None},
    ],
)
def test_nothing_is_offered_where_nothing_can_be_booked(missed, change):
    Enrollment.objects.filter(pk=missed.enrollment_id).update(**change)
    assert again(Session.objects.get(pk=missed.pk), missed.student) == []


def test_nothing_is_offered_once_all_are_booked(missed):
    for number in range(1, 4):
        a_session(missed.enrollment, start=MONDAY_TEN + number * DAY)
    assert again(missed) == []


@pytest.mark.parametrize("status", ["no_show", "cancelled"])
def test_one_tap_books_it(status):
    fields = {"no_show": {"no_show_party": "both"}, "cancelled": {"cancelled_at": AFTER}}[status]
    session = a_session(sam_and_tom(), status=status, **fields)
    client = browse(session.student)
    text = client.get(f"/sessions/{session.pk}").content.decode()
    assert "Book it again" in text
    starts = re.findall(r'name="start" value="([^"]+)"', text)
    assert len(starts) == 3
    form = {"start": starts[-1]}
    if status == "cancelled":
        form["instead_of"] = str(session.pk)
    answer = client.post(f"/learn/{session.enrollment_id}/book/confirm", form)
    booked = Session.objects.open().get()
    assert answer["Location"] == f"/sessions/{booked.pk}/booked"
    assert booked.scheduled_start == MONDAY_TEN + WEEK
    assert booked.rescheduled_from == (session if status == "cancelled" else None)
