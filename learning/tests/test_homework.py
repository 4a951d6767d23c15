"""Homework: set by creators, handed in by students, answered by reviewers (HW-1 to HW-5)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.models import Email, File, Notification
from accounts.tests.uploads import pdf, upload
from learning.actions import (
    close_enrollment,
    edit_homework,
    force_completion,
    remove_homework,
    review_homework,
    set_homework,
    submit_homework,
)
from learning.actions.reviewing import ReviewedMeanwhile
from learning.actions.sweeping import complete_ready
from learning.models import Enrollment, HomeworkSubmission
from learning.queries import homework_of, homework_to_review, modules_of
from learning.queries.completion import READY_SQL, ready_to_complete
from learning.tests.people import AT, hold, taught
from peerloop.kit.refusals import Forbidden, Invalid, Missing, WrongMoment
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def homework(enrollment, **fields):
    """Homework that Clara sets in the course."""
    given = {"title": "Three prompts", "instructions": "Write three.", **fields}
    course = enrollment.course
    return set_homework(course=course, by=course.creator, at=AT, **given)


def hand_in(enrollment, assignment, content="My prompts", *, at=AT, **fields):
    return submit_homework(
        assignment=assignment,
        enrollment=enrollment,
        by=enrollment.student,
        at=at,
        content=content,
        **fields,
    )


def answer(submission, status="approved", *, by=None, at=AT, **fields):
    by = by or submission.enrollment.teacher
    return review_homework(submission=submission, status=status, by=by, at=at, **fields)


def states(enrollment, *, at=AT):
    return {item.assignment.title: item for item in homework_of(enrollment, at=at)}


def ready_in_sql():
    with connection.cursor() as cursor:
        cursor.execute(READY_SQL)
        return {row[0] for row in cursor.fetchall()}


def test_only_the_creator_and_admins_set_homework():
    enrollment = taught()
    course = enrollment.course
    for person in (enrollment.teacher, enrollment.student, a_member("Olga")):
        with pytest.raises(Missing):
            set_homework(course=course, by=person, at=AT, title="T", instructions="I")
    ada = a_member("Ada", is_admin=True)
    assert set_homework(course=course, by=ada, at=AT, title="T", instructions="I").position == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("title", " \u3164 "), ("instructions", ""), ("title", "x" * 201)),
        *(("due_days", 0), ("due_days", 366), ("max_points", 0), ("max_points", 1_001)),
    ],
)
def test_wrong_homework_names_the_field(field, value):
    with pytest.raises(Invalid) as refusal:
        homework(taught(), **{field: value})
    assert list(refusal.value.fields) == [field]


def test_homework_takes_a_module_of_its_own_course_only():
    enrollment, other = taught(), a_course()
    foreign = other.modules.first()
    with pytest.raises(Invalid):
        homework(enrollment, module_id=foreign.pk)
    own = homework(enrollment, module_id=modules_of(enrollment)[0].pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(own).objects.filter(pk=own.pk).update(module=foreign)


def test_homework_of_a_module_is_for_those_who_paid_for_it():
    course = a_course(modules=2)
    enrollment = an_enrollment(a_member(), course, a_teacher(course))
    Enrollment.objects.filter(pk=enrollment.pk).update(modules_paid=1)
    enrollment.refresh_from_db()
    first, second = course.modules.order_by("module_order")
    homework(enrollment, title="First", module_id=first.pk)
    homework(enrollment, title="Second", module_id=second.pk)
    homework(enrollment, title="All")
    assert list(states(enrollment)) == ["First", "All"]


def test_it_is_due_after_the_session_of_its_module_or_after_enrolling():
    enrollment = taught(modules=2)
    first = modules_of(enrollment)[0]
    homework(enrollment, title="First", module_id=first.pk, due_days=7)
    homework(enrollment, title="All", due_days=3)
    homework(enrollment, title="Whenever")
    assert states(enrollment)["First"].due_at is None
    hold(enrollment, 1, at=AT)
    found = states(enrollment)
    assert found["First"].due_at == AT + 7 * DAY
    assert found["All"].due_at == enrollment.created_at + 3 * DAY
    assert found["Whenever"].due_at is None
    assert states(enrollment, at=AT + 8 * DAY)["First"].is_overdue


def test_late_homework_is_taken_and_marked_and_doing_it_again_does_not_make_it_late():
    enrollment = taught(modules=2, sessions=1)
    row = homework(enrollment, module_id=modules_of(enrollment)[0].pk, due_days=7)
    in_time = hand_in(enrollment, row, at=AT + 6 * DAY)
    assert not in_time.is_late
    answer(in_time, "resubmit_requested", feedback="Shorter", at=AT + 8 * DAY)
    assert not hand_in(enrollment, row, "Shorter", at=AT + 9 * DAY).is_late
    late = homework(enrollment, title="Other", module_id=row.module_id, due_days=7)
    assert hand_in(enrollment, late, at=AT + 8 * DAY).is_late


@pytest.mark.parametrize(
    "link",
    [
        *("http://localhost/a", "http://127.0.0.1/a", "http://10.0.0.1", "https://intranet/a"),
        *("javascript:alert(1)", "ftp://example.com/a", "https://me@example.com", "//x.example"),
        *("http://[::1]/", "https://printer.local/", "https://example.com/\u202egpj"),
    ],
)
def test_links_that_only_one_network_reaches_are_refused(link):
    enrollment = taught()
    with pytest.raises(Invalid) as refusal:
        hand_in(enrollment, homework(enrollment), "", link=link)
    assert list(refusal.value.fields) == ["link"]


def test_something_has_to_be_handed_in():
    enrollment = taught()
    row = homework(enrollment)
    with pytest.raises(Invalid) as refusal:
        hand_in(enrollment, row, " \n\u200b ")
    assert list(refusal.value.fields) == ["content"]
    assert hand_in(enrollment, row, "", link="https://example.com/my-work").version == 1


def test_a_file_is_kept_for_the_next_version_and_the_same_again_changes_nothing():
    enrollment = taught()
    row = homework(enrollment)
    first = hand_in(enrollment, row, upload=upload("work.pdf", pdf()))
    assert first.file.purpose == File.Purpose.HOMEWORK
    again = hand_in(enrollment, row, keeps_file=True)
    assert again.pk == first.pk
    second = hand_in(enrollment, row, "More words", keeps_file=True)
    assert (second.version, second.file_id) == (2, first.file_id)
    assert HomeworkSubmission.objects.current().get() == second


def test_a_refused_version_leaves_no_file():
    enrollment = taught()
    row = homework(enrollment)
    answer(hand_in(enrollment, row))
    with pytest.raises(WrongMoment):
        hand_in(enrollment, row, upload=upload("work.pdf", pdf()))
    assert not File.objects.filter(deleted_at=None).exists()


def test_nobody_else_and_nobody_after_leaving_hands_in():
    enrollment = taught()
    row = homework(enrollment)
    with pytest.raises(Forbidden):
        submit_homework(
            assignment=row, enrollment=enrollment, by=enrollment.teacher, at=AT, content="x"
        )
    close_enrollment(enrollment=enrollment, by=enrollment.student, reason="", at=AT)
    with pytest.raises(Forbidden):
        hand_in(enrollment, row)


def test_asking_again_needs_feedback_and_points_stay_within_the_most():
    enrollment = taught()
    row = homework(enrollment, max_points=10)
    submission = hand_in(enrollment, row)
    with pytest.raises(Invalid):
        answer(submission, "resubmit_requested", feedback=" ")
    for points in (-1, 11):
        with pytest.raises(Invalid):
            answer(submission, points=points)
    assert answer(submission, points=0).points == 0
    other = hand_in(enrollment, homework(enrollment, title="No points"))
    with pytest.raises(Invalid):
        answer(other, points=1)


def test_points_that_somebody_got_stay_possible():
    enrollment = taught()
    row = homework(enrollment, max_points=10)
    answer(hand_in(enrollment, row), points=8)
    creator = enrollment.course.creator
    for most in (None, 7):
        with pytest.raises(Invalid) as refusal:
            edit_homework(assignment=row, by=creator, at=AT, max_points=most)
        assert list(refusal.value.fields) == ["max_points"]
    assert edit_homework(assignment=row, by=creator, at=AT, max_points=8).max_points == 8


def test_the_database_refuses_points_over_the_most_and_a_change_of_what_was_handed_in():
    enrollment = taught()
    submission = hand_in(enrollment, homework(enrollment, max_points=10))
    answer(submission, points=10)
    rows = HomeworkSubmission.objects.filter(pk=submission.pk)
    for change in ({"points": 11}, {"version": 7}, {"is_late": True}, {"status": "submitted"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_a_second_reviewer_is_told_what_the_first_one_answered():
    enrollment = taught()
    submission = hand_in(enrollment, homework(enrollment))
    answer(submission, feedback="Good")
    assert answer(submission, feedback="Good").feedback == "Good"
    with pytest.raises(ReviewedMeanwhile, match="Tom Teacher already approved this"):
        answer(submission, "resubmit_requested", by=enrollment.course.creator, feedback="No")


def test_an_older_version_can_not_be_answered():
    enrollment = taught()
    row = homework(enrollment)
    first = hand_in(enrollment, row)
    hand_in(enrollment, row, "Better")
    with pytest.raises(ReviewedMeanwhile, match="newer version"):
        answer(first)


def test_nobody_answers_their_own_homework():
    course = a_course()
    enrollment = an_enrollment(a_member("Ada", is_admin=True), course, a_teacher(course))
    submission = hand_in(enrollment, homework(enrollment))
    with pytest.raises(Forbidden):
        answer(submission, by=enrollment.student)


def test_the_queue_is_of_the_teacher_and_of_the_creator_where_nobody_teaches():
    enrollment = taught()
    creator, teacher = enrollment.course.creator, enrollment.teacher
    row = homework(enrollment)
    alone = an_enrollment(a_member("Alma"), enrollment.course)
    first, second = hand_in(enrollment, row), hand_in(alone, row, at=AT + DAY)
    assert list(homework_to_review(teacher)) == [first]
    assert list(homework_to_review(creator)) == [second]
    assert list(homework_to_review(creator, all_of_mine=True)) == [first, second]
    assert not homework_to_review(enrollment.student)
    remove_homework(assignment=row, by=creator, at=AT)
    assert not homework_to_review(teacher)


def test_reviewer_and_student_are_told_by_notice_and_mail():
    enrollment = taught()
    submission = hand_in(enrollment, homework(enrollment, max_points=10))
    told = Notification.objects.get(user=enrollment.teacher, kind="homework")
    assert told.title == "Sam Student handed in Three prompts"
    assert told.url == f"/teach/homework/{submission.pk}"
    answer(submission, feedback="Well done", points=9)
    told = Notification.objects.get(user=enrollment.student, kind="homework")
    assert (told.title, told.body) == ("Three prompts is approved", "Well done")
    templates = set(Email.objects.values_list("template", flat=True))
    assert {"homework-submitted", "homework-reviewed"} <= templates


def test_the_last_session_completes_only_with_required_homework_approved():
    enrollment = taught(modules=1)
    row = homework(enrollment, is_required=True)
    homework(enrollment, title="If you like")
    hold(enrollment, 1)
    enrollment.refresh_from_db()
    assert enrollment.status == "in_progress"
    assert Notification.objects.filter(
        user=enrollment.student, title__startswith="All sess"
    ).count()
    first = hand_in(enrollment, row)
    answer(first, "resubmit_requested", feedback="Again")
    enrollment.refresh_from_db()
    assert enrollment.status == "in_progress"
    answer(hand_in(enrollment, row, "Better"))
    enrollment.refresh_from_db()
    assert (enrollment.status, enrollment.progress_percent) == ("completed", 100)


def test_approved_homework_alone_does_not_complete():
    enrollment = taught(modules=2, sessions=1)
    answer(hand_in(enrollment, homework(enrollment, is_required=True)))
    enrollment.refresh_from_db()
    assert enrollment.status == "in_progress"
    hold(enrollment, 1)
    enrollment.refresh_from_db()
    assert enrollment.status == "completed"


def test_an_admin_may_complete_without_the_homework():
    enrollment = taught(modules=1)
    homework(enrollment, is_required=True)
    hold(enrollment, 1)
    ada = a_member("Ada", is_admin=True)
    force_completion(enrollment=enrollment, by=ada, reason="Shown in the session", at=AT)
    assert enrollment.is_completed


@pytest.mark.parametrize("how", ["removed", "not required any more"])
def test_taking_the_last_open_homework_away_completes(how):
    enrollment = taught(modules=1)
    row = homework(enrollment, is_required=True)
    hold(enrollment, 1)
    creator = enrollment.course.creator
    if how == "removed":
        remove_homework(assignment=row, by=creator, at=AT)
    else:
        edit_homework(assignment=row, by=creator, at=AT, is_required=False)
    assert complete_ready(at=AT, course_id=enrollment.course_id) == 1
    assert complete_ready(at=AT) == 0
    enrollment.refresh_from_db()
    assert enrollment.is_completed


def test_completion_is_defined_alike_in_django_and_in_sql():
    for sessions in (0, 1, 2):
        for state in ("none", "waiting", "approved"):
            enrollment = taught(modules=2)
            modules = modules_of(enrollment)
            row = homework(enrollment, is_required=True, module_id=modules[0].pk)
            hold(enrollment, min(sessions, 1))
            if state != "none":
                submission = hand_in(enrollment, row)
                if state == "approved":
                    answer(submission)
            if sessions == 2:
                enrollment.progress.get_or_create(module=modules[1], defaults={"delivered_at": AT})
    found = set(ready_to_complete().values_list("pk", flat=True))
    assert found == ready_in_sql()
    assert len(found) == 1
