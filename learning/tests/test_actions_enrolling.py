"""Open, start, dispute and close enrollments."""

import pytest

from learning.actions import (
    AlreadyEnrolled,
    close_enrollment,
    dispute_enrollment,
    open_enrollment,
    recommend_certificate,
    restore_enrollment,
    start_enrollment,
)
from learning.events import EnrollmentCancelled, EnrollmentOpened
from learning.models import Certificate, Enrollment
from learning.tests.people import AT, completed, hold, taught
from peerloop.kit import events
from peerloop.kit.refusals import WrongMoment
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(monkeypatch):
    """The events announced, in order."""
    heard = []
    for kind in (EnrollmentOpened, EnrollmentCancelled):
        monkeypatch.setitem(events._in_transaction, kind, [heard.append])
        monkeypatch.setitem(events._after_commit, kind, [])
    return heard


def opened(student=None, course=None, teacher=None):
    course = course or a_course()
    return open_enrollment(
        student=student or a_member(), course=course, teacher=teacher, modules_paid=3, at=AT
    )


def test_a_student_gets_in_with_the_chosen_teacher(announced):
    course = a_course()
    tom = a_teacher(course)

    enrollment = opened(course=course, teacher=tom.user)

    assert (enrollment.status, enrollment.teacher, enrollment.student_teacher) == (
        "enrolled",
        tom.user,
        tom,
    )
    assert enrollment.created_at == AT
    course.refresh_from_db()
    assert course.student_count == 1
    assert [type(event) for event in announced] == [EnrollmentOpened]
    assert announced[0].teacher_id == tom.user_id


def test_a_teacher_who_paused_meanwhile_is_left_out():
    course = a_course()
    tom = a_teacher(course)
    tom.teaching_active = False
    tom.save()

    enrollment = opened(course=course, teacher=tom.user)

    assert (enrollment.teacher, enrollment.student_teacher) == (None, None)


def test_a_second_active_enrollment_is_refused():
    sam, course = a_member(), a_course()
    opened(sam, course)

    with pytest.raises(AlreadyEnrolled) as refusal:
        opened(sam, course)

    assert refusal.value.status == 409
    course.refresh_from_db()
    assert course.student_count == 1


def test_a_completed_course_may_be_taken_again_and_counts_the_student_once():
    enrollment = completed()
    course = enrollment.course
    course.refresh_from_db()
    before = course.student_count

    again = opened(enrollment.student, course)

    course.refresh_from_db()
    assert again.pk != enrollment.pk
    assert course.student_count == before


def test_closing_gives_the_place_back_and_closes_the_content(announced):
    sam, course = a_member(), a_course()
    enrollment = opened(sam, course)

    close_enrollment(enrollment=enrollment, by=sam, reason="Too little time.", at=AT)

    enrollment.refresh_from_db()
    assert enrollment.status == "cancelled"
    assert (enrollment.cancelled_by, enrollment.cancel_reason) == (sam, "Too little time.")
    assert not enrollment.opens_content
    course.refresh_from_db()
    assert course.student_count == 0
    assert isinstance(announced[-1], EnrollmentCancelled)
    opened(sam, course)


def test_closing_twice_changes_nothing(announced):
    enrollment = opened()
    close_enrollment(enrollment=enrollment, by=None, reason="refunded", at=AT)
    close_enrollment(enrollment=enrollment, by=None, reason="again", at=AT)

    enrollment.refresh_from_db()
    assert enrollment.cancel_reason == "refunded"
    assert len(announced) == 2


def test_closing_takes_waiting_requests_back():
    enrollment = taught(sessions=1)
    tom = enrollment.teacher
    certificate = recommend_certificate(enrollment=enrollment, type="completion", by=tom, at=AT)

    close_enrollment(enrollment=enrollment, by=enrollment.student, reason="", at=AT)

    certificate.refresh_from_db()
    assert certificate.status == Certificate.Status.DECLINED
    assert certificate.events.count() == 2


def test_it_starts_once():
    enrollment = opened()
    start_enrollment(enrollment=enrollment, at=AT)
    start_enrollment(enrollment=enrollment, at=AT.replace(year=2027))

    assert (enrollment.status, enrollment.started_at) == ("in_progress", AT)


def test_a_dispute_stops_it_and_its_end_brings_it_back():
    enrollment = taught(modules=2, sessions=1)
    dispute_enrollment(enrollment=enrollment)
    dispute_enrollment(enrollment=enrollment)
    assert enrollment.status == "disputed"

    restore_enrollment(enrollment=enrollment, at=AT)
    restore_enrollment(enrollment=enrollment, at=AT)

    assert enrollment.status == "in_progress"


def test_a_course_finished_during_a_dispute_is_completed_after_it():
    enrollment = taught(modules=2, sessions=1)
    dispute_enrollment(enrollment=enrollment)
    hold(enrollment, 1)
    assert enrollment.status == "disputed"

    restore_enrollment(enrollment=enrollment, at=AT)

    assert enrollment.status == "completed"


def test_a_restored_enrollment_does_not_overtake_a_new_one():
    enrollment = opened()
    dispute_enrollment(enrollment=enrollment)
    opened(enrollment.student, enrollment.course)

    with pytest.raises(AlreadyEnrolled):
        restore_enrollment(enrollment=enrollment, at=AT)


def test_a_cancelled_enrollment_stays_cancelled():
    enrollment = opened()
    close_enrollment(enrollment=enrollment, by=None, reason="", at=AT)

    with pytest.raises(WrongMoment):
        enrollment.transition_to(Enrollment.Status.ENROLLED)
