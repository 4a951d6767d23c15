"""Two at once over one homework: one wins, the other is told, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from learning.actions import review_homework, submit_homework
from learning.actions.reviewing import ReviewedMeanwhile
from learning.models import Enrollment, HomeworkSubmission
from learning.tests.people import AT, hold, taught
from learning.tests.test_homework import hand_in, homework
from peerloop.kit.refusals import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """The results (or refusals) of acts that start at the same moment."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=10)
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return list(crowd.map(run, acts))


def review(submission, by, status):
    row = HomeworkSubmission.objects.select_related("enrollment").get(pk=submission.pk)
    return lambda: review_homework(submission=row, status=status, by=by, at=AT, feedback="So.")


def send(enrollment, row, content):
    mine = Enrollment.objects.select_related("student", "course__creator").get(pk=enrollment.pk)
    return lambda: submit_homework(
        assignment=row, enrollment=mine, by=mine.student, at=AT, content=content
    )


def test_of_two_reviewers_one_answers_and_the_other_is_told():
    for _ in range(6):
        enrollment = taught(modules=1)
        submission = hand_in(enrollment, homework(enrollment, is_required=True))
        hold(enrollment, 1)
        results = at_once(
            review(submission, enrollment.teacher, "approved"),
            review(submission, enrollment.course.creator, "resubmit_requested"),
        )
        assert sum(isinstance(one, ReviewedMeanwhile) for one in results) == 1
        submission.refresh_from_db()
        enrollment.refresh_from_db()
        assert enrollment.is_completed == submission.is_approved


def test_versions_sent_at_once_are_all_kept_and_one_is_current():
    enrollment = taught()
    row = homework(enrollment)

    results = at_once(*(send(enrollment, row, f"Text {number}") for number in range(8)))

    assert not [one for one in results if isinstance(one, Refused)]
    versions = HomeworkSubmission.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) == list(range(1, 9))
    assert HomeworkSubmission.objects.current().get().version == 8


def test_a_review_and_a_new_version_at_once_leave_one_truth():
    for _ in range(6):
        enrollment = taught()
        row = homework(enrollment)
        submission = hand_in(enrollment, row)
        results = at_once(
            review(submission, enrollment.teacher, "approved"), send(enrollment, row, "Newer")
        )
        assert sum(isinstance(one, Refused) for one in results) == 1
        current = HomeworkSubmission.objects.current().get(enrollment=enrollment)
        assert current.is_approved == (current.version == 1)
