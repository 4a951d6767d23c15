"""Effects of a suspension across apps (rule ROLE-12)."""

from datetime import timedelta

import pytest

from accounts.models import Email
from accounts.sanctions.actions.suspension import suspend_member
from peerloop.kit import clock
from scheduling.models import Session
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def test_upcoming_sessions_of_a_suspended_member_are_cancelled_but_not_as_late() -> None:
    course = a_course()
    tom = a_teacher(course)
    sam = a_member("Sam Student")
    enrollment = an_enrollment(sam, course, tom)
    now = clock.now()
    start = now + timedelta(hours=3)
    session = Session.objects.create(
        enrollment=enrollment,
        course=course,
        teacher=tom.user,
        student=sam,
        scheduled_start=start,
        scheduled_end=start + timedelta(hours=1),
        teacher_busy_until=start + timedelta(hours=1),
        booked_by=sam,
    )

    suspend_member(
        user=sam, reason="Broke the rules.", by=a_member("Ada Admin", is_admin=True), at=now
    )

    session.refresh_from_db()
    assert (session.status, session.is_late_cancel) == (Session.Status.CANCELLED, False)
    assert not session.seats.exists()
    assert Email.objects.filter(template="session-cancelled", user=tom.user).exists()
