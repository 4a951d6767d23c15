"""Teaching notes are for the teachers of a course and who made it, and for nobody else."""

import pytest

from tests.cast import a_course, a_member, a_teacher, an_enrollment, api, browse

pytestmark = pytest.mark.django_db
NOTE = "Ask first what went wrong."


@pytest.fixture
def course():
    found = a_course()
    found.modules.filter(module_order=1).update(teaching_notes=NOTE)
    return found


def test_teachers_and_the_creator_read_the_notes(course):
    tom = a_teacher(course).user

    for user in (tom, course.creator, a_member("Ada", is_admin=True)):
        assert NOTE in browse(user).get(f"/teach/courses/{course.slug}/notes").content.decode()
        answer = api(user).get(f"/api/v1/courses/{course.pk}/teaching-notes").json()
        assert [row["teaching_notes"] for row in answer["modules"]] == [NOTE, "", ""]


def test_students_strangers_and_former_teachers_do_not(course):
    former = a_teacher(course, name="Fred Former")
    former.is_active, former.deactivated_reason = False, "moved on"
    former.save()
    student = an_enrollment(a_member("Sam"), course).student

    for user in (student, a_member("Olga"), former.user):
        assert browse(user).get(f"/teach/courses/{course.slug}/notes").status_code == 404
        assert api(user).get(f"/api/v1/courses/{course.pk}/teaching-notes").status_code == 404


def test_no_page_of_learners_shows_a_note(course):
    enrollment = an_enrollment(a_member("Sam"), course, a_teacher(course))
    browser = browse(enrollment.student)

    for path in (f"/learn/{enrollment.pk}", f"/courses/{course.slug}"):
        assert NOTE not in browser.get(path).content.decode()
    content = api(enrollment.student).get(f"/api/v1/enrollments/{enrollment.pk}/content")
    assert NOTE not in content.content.decode()
