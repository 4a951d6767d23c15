"""The next step of people as they really are: rows in, one step out."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Email
from billing.tests.money_stage import paid_enrollment
from catalog.models import Course
from learning.actions import issue_certificate
from learning.actions.applications import apply_to_teach
from learning.actions.certificates import issue_pending
from learning.actions.reviews import write_review
from learning.models import Certificate, Enrollment, HomeworkAssignment, Review
from learning.tests.people import AT, completed, hold, taught
from peerloop.kit.roles import roles_of
from peerloop.pages.next_step import Kind, course_taken, duties_of, sessions_ahead
from peerloop.pages.next_step.in_course import next_step_in
from scheduling.actions.completion import complete_session
from scheduling.models import Session, SessionAssessment
from scheduling.tests.people import a_session, open_hours
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def kind_of(enrollment: Enrollment) -> Kind:
    return next_step_in(enrollment.pk, enrollment.student, at=AT).kind


def held(enrollment: Enrollment, *, ago: timedelta) -> Session:
    session = a_session(enrollment, start=AT - ago - timedelta(hours=1))
    Session.objects.filter(pk=session.pk).update(
        status="completed", ended_at=AT - ago, completion_source="room_ended"
    )
    session.refresh_from_db()
    return session


def test_from_the_first_booking_to_the_application() -> None:
    enrollment = taught(modules=2)
    assert kind_of(enrollment) == Kind.BOOK

    session = a_session(enrollment, start=AT + timedelta(days=2))
    assert kind_of(enrollment) == Kind.SESSION
    Session.objects.filter(pk=session.pk).update(status="in_progress", started_at=AT)
    assert kind_of(enrollment) == Kind.JOIN
    Session.objects.filter(pk=session.pk).update(
        status="completed", ended_at=AT, completion_source="room_ended"
    )
    hold(enrollment, 1)
    assert kind_of(enrollment) == Kind.RATE

    SessionAssessment.objects.create(
        session=session, assessor=enrollment.student, assessee=session.teacher, rating=5
    )
    assert kind_of(enrollment) == Kind.BOOK
    hold(enrollment, 1)
    assert kind_of(enrollment) == Kind.CERTIFY

    creator = enrollment.course.creator
    issue_certificate(enrollment=enrollment, type="completion", by=creator, at=AT)
    assert kind_of(enrollment) == Kind.TEACH
    apply_to_teach(enrollment=enrollment, message="I want to go on.", by=enrollment.student, at=AT)
    assert kind_of(enrollment) == Kind.APPLIED


def test_a_session_is_to_be_rated_for_three_days() -> None:
    enrollment = taught(modules=2)
    held(enrollment, ago=timedelta(days=4))
    assert kind_of(enrollment) != Kind.RATE

    held(enrollment, ago=timedelta(days=1))
    assert kind_of(enrollment) == Kind.RATE


def test_the_teacher_s_rating_is_not_the_student_s() -> None:
    enrollment = taught(modules=2)
    session = held(enrollment, ago=timedelta(days=1))
    SessionAssessment.objects.create(
        session=session, assessor=session.teacher, assessee=enrollment.student, rating=5
    )

    assert kind_of(enrollment) == Kind.RATE


def test_only_the_last_session_is_asked_to_be_rated() -> None:
    enrollment = taught(modules=3)
    held(enrollment, ago=timedelta(days=2))
    last = held(enrollment, ago=timedelta(days=1))
    SessionAssessment.objects.create(
        session=last, assessor=enrollment.student, assessee=last.teacher, rating=4
    )

    assert kind_of(enrollment) != Kind.RATE


def test_required_homework_keeps_the_course_open() -> None:
    enrollment = taught(modules=1)
    HomeworkAssignment.objects.create(
        course=enrollment.course,
        author=enrollment.course.creator,
        title="An essay",
        instructions="Write about it.",
        is_required=True,
        position=1,
    )
    hold(enrollment, 1)

    assert kind_of(enrollment) == Kind.FINISH_WORK


def test_a_session_that_nobody_closed_is_waited_for() -> None:
    enrollment = taught(modules=1)
    a_session(enrollment, start=AT - timedelta(hours=3))

    assert kind_of(enrollment) == Kind.SETTLING


def test_a_completed_course_asks_for_a_review_until_one_is_written() -> None:
    enrollment = completed()

    def other() -> str:
        step = next_step_in(enrollment.pk, enrollment.student, at=AT)
        return step.other.label if step.other else ""

    assert other() == "Review the course"
    write_review(
        enrollment=enrollment,
        about=Review.About.COURSE,
        by=enrollment.student,
        at=AT,
        rating=5,
        comment="Clear and well ordered.",
    )
    assert other() == "See your certificates"


def test_who_teaches_the_course_is_not_asked_to_apply() -> None:
    enrollment = completed()
    a_teacher(enrollment.course, enrollment.student)

    assert course_taken(enrollment.student, enrollment.pk, at=AT).right is True
    assert kind_of(enrollment) == Kind.TEACHES


def test_another_member_s_certificate_and_rating_do_not_count() -> None:
    enrollment = completed()
    issue_certificate(enrollment=enrollment, type="completion", by=enrollment.course.creator, at=AT)
    other = an_enrollment(a_member("Olga"), enrollment.course)
    Enrollment.objects.filter(pk=other.pk).update(status="completed", completed_at=AT)

    assert course_taken(other.student, other.pk, at=AT).certificate is None


def test_a_teacher_is_asked_for_hours_until_there_are_some() -> None:
    row = a_teacher(a_course())
    assert browse(row.user).get("/dashboard").context["step"].kind == Kind.SET_HOURS

    open_hours(row.user)
    assert browse(row.user).get("/dashboard").context["step"].kind == Kind.BOOKABLE


def test_a_creator_is_led_to_the_newest_draft() -> None:
    creator = a_member("Clara", is_creator=True)
    assert browse(creator).get("/dashboard").context["step"].kind == Kind.FIRST_COURSE

    old = a_course(creator, published=False, title="Old draft")
    Course.objects.filter(pk=old.pk).update(created_at=AT - timedelta(days=1))
    newest = a_course(creator, published=False, title="New draft")
    step = browse(creator).get("/dashboard").context["step"]
    assert (step.kind, step.course) == (Kind.FINISH_DRAFT, "New draft")

    Course.objects.filter(pk=newest.pk).update(deleted_at=AT)
    assert browse(creator).get("/dashboard").context["step"].course == "Old draft"


def test_what_a_session_earns_is_told_to_its_teacher_alone() -> None:
    enrollment = taught(modules=2)
    a_session(enrollment, start=AT + timedelta(days=1))
    assert enrollment.teacher is not None

    [learns] = sessions_ahead(enrollment.student, most=5, at=AT)
    [teaches] = sessions_ahead(enrollment.teacher, most=5, at=AT)

    assert (learns.is_taught, learns.earns_cents) == (False, None)
    assert teaches.is_taught


def test_a_teacher_reads_the_exact_share_of_the_next_session() -> None:
    enrollment = paid_enrollment(modules=3, price_cents=10_000)
    a_session(enrollment, start=AT + timedelta(days=1))
    assert enrollment.teacher is not None

    [teaches] = sessions_ahead(enrollment.teacher, most=5, at=AT)

    assert teaches.earns_cents == 2_333


def test_duties_are_read_by_role_alone(django_assert_num_queries) -> None:
    learner = a_member()
    roles = roles_of(learner)

    with django_assert_num_queries(0):
        duties = duties_of(learner, roles)

    assert not duties.teaching


def test_mails_say_the_same_next_step_as_the_pages() -> None:
    enrollment = taught(modules=2)
    for day in (3, 2):
        session = a_session(enrollment, start=AT - timedelta(days=day))
        complete_session(session_id=session.pk, source="admin", at=AT, ended_at=AT)
    certificate = Certificate.objects.get(user=enrollment.student)
    issue_pending(certificate=certificate, by=enrollment.course.creator, at=AT)

    mails = {
        (mail.template, mail.context["next_title"])
        for mail in Email.objects.filter(user=enrollment.student)
        if "next_title" in mail.context
    }
    assert mails == {
        ("session-completed", "Book your last session"),
        ("session-completed", "Your certificate is with the creator"),
        ("certificate-issued", "Teach what you learned"),
    }
    teacher = Email.objects.filter(user=enrollment.teacher, template="session-completed")
    assert {mail.context["next_title"] for mail in teacher} == {""}


def test_after_the_rating_the_page_of_the_session_leads_on() -> None:
    enrollment = taught(modules=2)
    session = held(enrollment, ago=timedelta(hours=1))
    hold(enrollment, 1)
    browser, path = browse(enrollment.student), f"/sessions/{session.pk}"
    assert "Book your last session" not in browser.get(path).content.decode()

    SessionAssessment.objects.create(
        session=session, assessor=enrollment.student, assessee=session.teacher, rating=5
    )
    page = browser.get(path).content.decode()
    assert "Book your last session" in page
    assert f'href="/learn/{enrollment.pk}/book"' in page

    assert "Book your last session" not in browse(session.teacher).get(path).content.decode()
