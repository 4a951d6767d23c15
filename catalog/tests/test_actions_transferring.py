"""A course goes to another creator."""

import pytest

from accounts.models import AuditEntry, Notification, UserStats
from catalog.actions.transferring import transfer_course
from catalog.inquiries.actions import ask_creator
from catalog.models import Course
from catalog.tests.people import AT, ada, clara
from learning.models import StudentTeacher
from peerloop.kit.invariants import differences
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from tests.cast import a_course, a_member, an_enrollment

pytestmark = pytest.mark.django_db


def handed_over(course: Course, to, by=None, reason="She asked for it") -> Course:
    return transfer_course(course=course, to=to, reason=reason, by=by or ada(), at=AT)


def test_the_new_creator_may_teach_and_both_are_told():
    course, cora, admin = a_course(old := clara()), clara(name="Cora Creator"), ada()
    UserStats.add(old.pk, courses_created=1)

    for _ in range(2):
        handed_over(course, cora, by=admin)

    course.refresh_from_db()
    entry = AuditEntry.objects.get(action="course.transferred")
    assert course.creator == cora
    assert StudentTeacher.objects.filter(user=cora, course=course, is_active=True).exists()
    assert (entry.before, entry.after) == ({"creator": str(old.pk)}, {"creator": str(cora.pk)})
    assert entry.reason == "She asked for it"
    assert {told.user for told in Notification.objects.filter(kind="course_update")} == {old, cora}
    assert [one for one in differences() if "courses_created" in one.rule] == []


def test_questions_that_wait_go_along():
    course, cora = a_course(clara()), clara(name="Cora Creator")
    text = "Are there times before ten?"
    inquiry = ask_creator(course=course, text=text, by=a_member(), at=AT)

    handed_over(course, cora)

    inquiry.refresh_from_db()
    assert inquiry.creator == cora


def test_the_search_finds_it_by_the_new_name():
    course = a_course(clara())

    handed_over(course, clara(name="Quentin Quince"))

    assert Course.objects.extra(where=["search @@ course_query('quince')"]).get() == course


def test_a_draft_goes_without_a_payout_account_and_without_a_right_to_teach():
    course, cora = a_course(clara(), published=False), a_member("Cora", is_creator=True)

    handed_over(course, cora)

    assert not StudentTeacher.objects.filter(user=cora).exists()


def test_who_can_not_have_it():
    course = a_course(clara())

    with pytest.raises(Invalid, match="Make this member a creator first"):
        handed_over(course, a_member())
    with pytest.raises(Invalid, match="an active payout account"):
        handed_over(course, a_member("Cora", is_creator=True))
    student = clara(name="Cora Creator")
    an_enrollment(student, course)
    with pytest.raises(Conflict, match="is a student of this course"):
        handed_over(course, student)
    with pytest.raises(Forbidden):
        handed_over(course, clara(name="Cory Creator"), by=course.creator)
    course.refresh_from_db()
    assert course.creator.name == "Clara Creator"
