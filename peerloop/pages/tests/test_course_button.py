"""The primary button of a course for each status of the viewer."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from peerloop.pages.course_button import CourseButton, course_button
from peerloop.pages.membership import NO_MEMBERSHIP, CourseMembership

KEY = UUID("01a1fffb-b38f-7334-87f1-c009883b6efb")
LATER = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)


def button(membership: CourseMembership = NO_MEMBERSHIP, **changes) -> CourseButton | None:
    given = {"slug": "bread", "is_listed": True, "is_own": False, "teachers": 2, "free": 1}
    return course_button(membership=membership, **(given | changes))


def student(status: str, **more) -> CourseMembership:
    return CourseMembership(enrollment_id=KEY, enrollment_status=status, **more)


@pytest.mark.parametrize(
    ("membership", "label", "href"),
    [
        (NO_MEMBERSHIP, "Enroll", "/courses/bread/enroll"),
        (student("cancelled"), "Enroll", "/courses/bread/enroll"),
        (student("enrolled"), "Book first session", f"/learn/{KEY}/book"),
        (student("in_progress"), "Book next session", f"/learn/{KEY}/book"),
        (
            student("in_progress", session_id=KEY, session_at=LATER),
            "Go to session",
            f"/sessions/{KEY}",
        ),
        (student("disputed"), "Open your course", f"/learn/{KEY}"),
        (student("completed"), "Teach this course", "/teach/apply/bread"),
        (
            student("completed", application="declined"),
            "Teach this course",
            "/teach/apply/bread",
        ),
        (
            student("completed", application="pending"),
            "See your application",
            "/teach/apply/bread",
        ),
        (student("completed", is_teacher=True), "Go to your teaching", "/teach"),
        (CourseMembership(is_teacher=True), "Go to your teaching", "/teach"),
    ],
)
def test_the_button_depends_on_the_status(membership, label, href):
    found = button(membership)

    assert (found.label, found.href) == (label, href)


def test_a_creator_cannot_buy_their_own_course():
    assert button(is_own=True, is_listed=False).href == "/create"
    assert button(CourseMembership(is_teacher=True), is_own=True).href == "/create"


def test_without_a_teacher_nobody_can_enroll():
    found = button(teachers=0, free=0)

    assert (found.label, found.href) == ("Enroll", "")
    assert "No teacher" in found.note


def test_without_a_free_time_a_note_warns():
    found = button(free=0)

    assert found.href == "/courses/bread/enroll"
    assert "book later" in found.note


def test_an_unlisted_course_has_no_button_for_strangers():
    assert button(is_listed=False) is None
    assert button(student("enrolled"), is_listed=False).label == "Book first session"
