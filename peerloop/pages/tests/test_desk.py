"""The creator's desk: students with progress and CSV, removal for cause, teachers, the waiver."""

import csv
from io import StringIO

import pytest

from accounts.models import AuditEntry, Notification
from billing.models import RefundRequest
from billing.tests.money_stage import paid_enrollment
from learning.models import Enrollment, StudentTeacher
from learning.tests.people import AT, hold
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


def a_taught_course(**student):
    """Sam is in the middle of Clara's course, with Tom."""
    course = a_course(a_member("Clara Creator", is_creator=True))
    enrollment = an_enrollment(a_member(**student), course, a_teacher(course))
    hold(enrollment, 1)
    return enrollment


def shown(user, address: str = "/create/students") -> str:
    answer = browse(user).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_creator_sees_how_far_students_are_and_with_whom():
    enrollment = a_taught_course()

    page = shown(enrollment.course.creator)

    assert "Sam Student" in page
    assert "1 of 3" in page
    assert "Tom Teacher" in page


def test_the_course_with_most_students_comes_first_and_another_can_be_chosen():
    enrollment = a_taught_course()
    creator = enrollment.course.creator
    other = a_course(creator)

    assert f'value="{enrollment.course.pk}" selected' in shown(creator)
    chosen = shown(creator, f"/create/students?course={other.pk}")
    assert f'value="{other.pk}" selected' in chosen
    assert "Students appear here" in chosen


def test_states_narrow_the_list():
    enrollment = a_taught_course()
    course = enrollment.course
    an_enrollment(a_member("Fay Finished"), course, status="completed", completed_at=AT)

    completed = shown(course.creator, f"/create/students?course={course.pk}&show=completed")
    anything = shown(course.creator, f"/create/students?course={course.pk}&show=nonsense")

    assert ("Fay Finished" in completed, "Sam Student" in completed) == (True, False)
    assert "Sam Student" in anything


@pytest.mark.parametrize("route", ["students", "students.csv", "teachers"])
def test_the_desk_is_for_the_creator_of_the_course(route):
    course = a_taught_course().course
    stranger = a_member("Cora", is_creator=True)
    a_course(stranger)

    for asked in (f"?course={course.pk}", "?course=x"):
        assert browse(stranger).get(f"/create/{route}{asked}").status_code == 404
    assert browse(a_member()).get(f"/create/{route}").status_code == 403


def test_the_csv_has_every_student_and_runs_nothing():
    enrollment = a_taught_course(name='=HYPERLINK("http://evil","x")')
    course = enrollment.course
    an_enrollment(a_member("Fay Finished"), course, status="completed", completed_at=AT)

    answer = browse(course.creator).get(f"/create/students.csv?course={course.pk}")
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="students-{course.slug}.csv"'
    assert {row["student"] for row in rows} == {
        '\'=HYPERLINK("http://evil","x")',
        "Fay Finished",
    }
    by_status = {row["status"]: row for row in rows}
    assert by_status["completed"]["completed_at"] == AT.isoformat()
    assert by_status["in_progress"]["sessions_held"] == "1"


def test_teachers_take_their_own_students_away_as_csv():
    enrollment = a_taught_course(name="=1+1")
    a_taught_course(name="Sonia Stranger")

    answer = browse(enrollment.teacher).get("/teach/students.csv")
    (row,) = csv.DictReader(StringIO(b"".join(answer.streaming_content).decode()))

    assert (row["student"], row["course"]) == ("'=1+1", enrollment.course.title)
    assert (row["teacher"], row["sessions_held"]) == ("Tom Teacher", "1")


@pytest.mark.parametrize("number", [1, 8])
def test_many_students_need_as_many_statements(number, django_assert_num_queries):
    course = a_course(a_member("Clara Creator", is_creator=True))
    teacher = a_teacher(course)
    for _ in range(number):
        an_enrollment(a_member(), course, teacher)
    browser = browse(course.creator)
    browser.get("/create/students")

    with django_assert_num_queries(7):
        browser.get("/create/students")


def test_a_student_is_removed_for_a_reason_and_gets_the_rest_back():
    enrollment = paid_enrollment(modules=2)
    creator = enrollment.course.creator
    address = f"/create/students/{enrollment.pk}/remove"
    browser = browse(creator)

    asked = browser.get(address).content.decode()
    unexplained = browser.post(address, {"reason": " "})
    browser.post(address, {"reason": "Insulted the teacher."})
    again = browser.post(address, {"reason": "Insulted the teacher."})

    assert "go back to the student" in asked
    assert unexplained.status_code == 422
    assert again.status_code == 302
    enrollment.refresh_from_db()
    assert enrollment.status == Enrollment.Status.CANCELLED
    assert RefundRequest.objects.get().enrollment == enrollment
    entry = AuditEntry.objects.get(action="enrollment.student_removed")
    assert (entry.actor, entry.reason) == (creator, "Insulted the teacher.")
    told = Notification.objects.filter(user=enrollment.student, body__contains="Insulted")
    assert told.count() == 1


def test_nobody_else_removes_a_student():
    enrollment = a_taught_course()
    address = f"/create/students/{enrollment.pk}/remove"

    for user in (enrollment.teacher, enrollment.student, a_member("Cora", is_creator=True)):
        assert browse(user).post(address, {"reason": "x"}).status_code == 404
    enrollment.refresh_from_db()
    assert enrollment.is_active


def test_a_completed_student_stays():
    enrollment = a_taught_course()
    Enrollment.objects.filter(pk=enrollment.pk).update(status="completed", completed_at=AT)

    answer = browse(enrollment.course.creator).post(
        f"/create/students/{enrollment.pk}/remove", {"reason": "x"}
    )

    assert answer.status_code == 422
    assert "can&#x27;t be cancelled" in answer.content.decode()


def test_teachers_stand_with_figures_of_their_quality():
    enrollment = a_taught_course()
    course, tom = enrollment.course, enrollment.student_teacher
    for status in ("completed", "cancelled"):
        moment = {"completed_at" if status == "completed" else "cancelled_at": AT}
        an_enrollment(a_member(), course, tom, status=status, **moment)

    page = shown(course.creator, "/create/teachers")
    figures = page.partition("Tom Teacher")[2].partition("</tr>")[0]

    for label in ("Students now", "Completed", "Left"):
        assert f'data-label="{label}" class="num">1<' in figures


def test_a_teacher_is_taken_off_and_let_back_with_reasons():
    enrollment = a_taught_course()
    row = enrollment.student_teacher
    address = f"/create/teachers/{row.pk}"
    browser = browse(enrollment.course.creator)

    assert "Take it away" in browser.get(address).content.decode()
    browser.post(address, {"reason": "Came late five times."})
    row.refresh_from_db()
    assert (row.is_active, row.deactivated_reason) == (False, "Came late five times.")
    browser.post(address, {"reason": "We talked."})
    row.refresh_from_db()
    assert row.is_active
    assert browse(row.user).get(address).status_code == 404


def test_somebody_who_knows_the_course_teaches_it_by_a_waiver():
    course = a_course(a_member("Clara Creator", is_creator=True))
    nora = a_member("Nora Neighbour")
    browser = browse(course.creator)
    address = f"/create/teachers?course={course.pk}"

    unexplained = browser.post(address, {"handle": nora.handle, "waiver": ""})
    nobody = browser.post(address, {"handle": "nobody_at_all", "waiver": "Knows it."})
    browser.post(address, {"handle": f"@{nora.handle}", "waiver": "Taught it for years."})

    assert unexplained.status_code == 422
    assert "No member has this handle." in nobody.content.decode()
    row = StudentTeacher.objects.get(user=nora, course=course)
    assert (row.is_active, row.waiver_reason) == (True, "Taught it for years.")
    entry = AuditEntry.objects.get(action="student_teacher.certify_with_waiver")
    assert entry.actor == course.creator
