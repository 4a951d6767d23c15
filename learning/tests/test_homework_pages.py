"""The pages and the API of homework, for students, reviewers and creators."""

from datetime import timedelta

import pytest
import time_machine

from accounts.tests.uploads import pdf, upload
from learning.actions import close_enrollment
from learning.models import HomeworkAssignment, HomeworkSubmission
from learning.queries import modules_of
from learning.tests.people import AT, hold, taught
from learning.tests.test_homework import answer, hand_in, homework
from peerloop.pages.tests.test_learn import a_session, text_of
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def test_a_student_finds_homework_in_the_course_room_and_hands_it_in():
    enrollment = taught(modules=2)
    module = modules_of(enrollment)[0]
    row = homework(enrollment, module_id=module.pk, is_required=True, due_days=7, max_points=10)
    browser, room = browse(enrollment.student), f"/learn/{enrollment.pk}"
    page = f"{room}/homework/{row.pk}"
    assert page in text_of(browser.get(room))
    assert "Due 7 days after its session" in text_of(browser.get(f"{room}/homework"))
    assert "Required to complete the course" in text_of(browser.get(page))

    done = browser.post(page, {"content": "**Mine**", "file": upload("work.pdf", pdf())})
    assert (done.status_code, done["Location"]) == (302, page)
    shown = text_of(browser.get(page))
    assert "<strong>Mine</strong>" in shown
    assert "work.pdf" in shown
    assert "Handed in" in shown

    submission = HomeworkSubmission.objects.get()
    answer(submission, "resubmit_requested", feedback="Split the second.")
    shown = text_of(browser.get(page))
    assert "Split the second." in shown
    assert "Hand in a new version" in shown
    browser.post(page, {"content": "Split", "keeps_file": "on"})
    answer(HomeworkSubmission.objects.current().get(), points=9)
    shown = text_of(browser.get(page))
    assert "9 of 10 points" in shown
    assert "Version 1" in shown
    assert '<form class="stack"' not in shown


def test_a_wrong_form_keeps_the_text():
    enrollment = taught()
    page = f"/learn/{enrollment.pk}/homework/{homework(enrollment).pk}"
    browser = browse(enrollment.student)
    wrong = browser.post(page, {"content": "My long text", "link": "http://localhost/"})
    assert wrong.status_code == 422
    assert "My long text" in text_of(wrong)
    assert "Give a public web address" in text_of(wrong)
    assert browser.post(page, {"content": " "}).status_code == 422


def test_the_file_of_homework_opens_for_its_student_and_reviewers_only():
    enrollment = taught()
    submission = hand_in(enrollment, homework(enrollment), upload=upload("work.pdf", pdf()))
    path = f"/homework/{submission.pk}/file"
    ada = a_member("Ada", is_admin=True)
    for person in (enrollment.student, enrollment.teacher, enrollment.course.creator, ada):
        browser = browse(person)
        link = browser.get(path)["Location"]
        assert browser.get(link).status_code == 200
        # The link is of this person alone.
        assert browse(a_member("Olga")).get(link).status_code == 404
    other = a_teacher(enrollment.course, name="Tara Teacher").user
    classmate = an_enrollment(a_member("Alma"), enrollment.course).student
    for person in (other, classmate, a_member("Mona", is_moderator=True)):
        assert browse(person).get(path).status_code == 404
        assert api(person).get(f"/api/v1{path}").status_code == 404


def test_the_file_closes_when_the_teacher_changes_and_when_the_student_leaves():
    enrollment = taught()
    submission = hand_in(enrollment, homework(enrollment), upload=upload("work.pdf", pdf()))
    path, tom = f"/homework/{submission.pk}/file", enrollment.teacher
    tara = a_teacher(enrollment.course, name="Tara Teacher")
    enrollment.teacher, enrollment.student_teacher = tara.user, tara
    enrollment.save()
    assert browse(tom).get(path).status_code == 404
    assert browse(tara.user).get(path).status_code == 302
    close_enrollment(enrollment=enrollment, by=None, reason="", at=AT)
    assert browse(enrollment.student).get(path).status_code == 404


def test_the_queue_shows_the_next_session_and_leads_from_one_to_the_next():
    enrollment = taught()
    other = an_enrollment(a_member("Alma"), enrollment.course, enrollment.student_teacher)
    row = homework(enrollment)
    first = hand_in(enrollment, row)
    second = hand_in(other, row, at=AT + timedelta(hours=1))
    a_session(enrollment)
    browser = browse(enrollment.teacher)
    page = text_of(browser.get("/teach/homework"))
    assert page.index("Sam Student") < page.index("Alma")
    assert page.count("Next session") == 1
    menu = text_of(browser.get("/teach"))
    assert "/teach/homework" in menu

    path = f"/teach/homework/{first.pk}"
    assert "My prompts" in text_of(browser.get(path))
    assert browser.post(path, {"status": "resubmit_requested"}).status_code == 422
    assert browser.post(path, {"feedback": "x"}).status_code == 422
    done = browser.post(path, {"status": "approved", "feedback": "Good"})
    assert done["Location"] == f"/teach/homework/{second.pk}"
    done = browser.post(done["Location"], {"status": "approved"})
    assert done["Location"] == "/teach/homework"
    assert "Nothing waits for you" in text_of(browser.get("/teach/homework"))


def test_a_reviewer_who_comes_second_reads_the_answer_of_the_first():
    enrollment = taught()
    submission = hand_in(enrollment, homework(enrollment))
    answer(submission, feedback="Well done")
    clara = browse(enrollment.course.creator)
    late = clara.post(f"/teach/homework/{submission.pk}", {"status": "approved", "feedback": "No"})
    assert late.status_code == 409
    assert "Tom Teacher already approved this." in text_of(late)
    assert "Well done" in text_of(late)


def test_a_creator_sets_changes_and_deletes_homework():
    course = a_course()
    browser, path = browse(course.creator), f"/create/courses/{course.pk}/homework"
    assert "No homework yet" in text_of(browser.get(path))
    module = course.modules.first()
    form = {"title": "One", "instructions": "Do it", "module_id": str(module.pk), "due_days": "7"}
    assert browser.post(path, {**form, "due_days": "0"}).status_code == 422
    assert browser.post(path, {**form, "module_id": str(course.pk)}).status_code == 422
    assert browser.post(path, form).status_code == 302
    row = HomeworkAssignment.objects.get()
    assert (row.module_id, row.due_days, row.is_required) == (module.pk, 7, False)
    assert "due after 7 days" in text_of(browser.get(path))

    one = f"{path}/{row.pk}"
    assert "Do it" in text_of(browser.get(one))
    browser.post(one, {**form, "is_required": "on", "module_id": "", "due_days": ""})
    row.refresh_from_db()
    assert (row.module_id, row.due_days, row.is_required) == (None, None, True)
    assert browser.post(f"{one}/remove").status_code == 302
    assert browser.get(one).status_code == 404
    other = browse(a_member("Cora", is_creator=True))
    assert other.get(path).status_code == 404


def test_a_course_whose_sessions_are_held_says_what_is_left():
    enrollment = taught(modules=1)
    homework(enrollment, is_required=True)
    hold(enrollment, 1)
    browser = browse(enrollment.student)
    page = text_of(browser.get(f"/learn/{enrollment.pk}"))
    assert "Left to do" in page
    assert "Finish what is left" in page
    assert "Book next session" not in page
    assert "Do what is left" in text_of(browser.get("/learn"))


@pytest.mark.parametrize("modules", [2, 50])
def test_the_course_room_asks_ten_statements_at_most(modules, django_assert_max_num_queries):
    enrollment = taught(modules=modules, sessions=1)
    for module in modules_of(enrollment):
        hand_in(enrollment, homework(enrollment, module_id=module.pk))
    browser = browse(enrollment.student)
    browser.get(f"/learn/{enrollment.pk}")
    with django_assert_max_num_queries(10):
        browser.get(f"/learn/{enrollment.pk}")


@pytest.mark.parametrize("rows", [1, 8])
def test_lists_of_homework_ask_the_same_number_of_statements(rows, django_assert_num_queries):
    enrollment = taught()
    for _ in range(rows):
        hand_in(enrollment, homework(enrollment), upload=upload("work.pdf", pdf()))
    student, tom = browse(enrollment.student), browse(enrollment.teacher)
    clara = browse(enrollment.course.creator)
    # The first visit notes the side that the member is on.
    tom.get("/teach/homework")
    student.get("/learn")
    clara.get("/create")
    with django_assert_num_queries(8):  # session, member, menus; enrollment, 2, 2
        student.get(f"/learn/{enrollment.pk}/homework")
    with django_assert_num_queries(7):  # session, member, menus; count, rows, sessions, quizzes
        tom.get("/teach/homework")
    with django_assert_num_queries(6):  # session, member, menus; course, rows, modules
        clara.get(f"/create/courses/{enrollment.course_id}/homework")


def test_homework_over_the_api():
    enrollment = taught()
    course = enrollment.course
    sam, tom, clara = (api(one) for one in (enrollment.student, enrollment.teacher, course.creator))
    path = f"/api/v1/courses/{course.pk}/homework"
    wrong = clara.post(path, {"title": "One", "instructions": "Do", "due_days": "7"}, format="json")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["due_days"])
    made = clara.post(path, {"title": "One", "instructions": "Do", "max_points": 5}, format="json")
    assert made.status_code == 201
    key = made.json()["id"]
    assert clara.get(path).json()["total"] == 1
    changed = clara.patch(f"{path}/{key}", {"is_required": True}, format="json")
    assert changed.json()["is_required"] is True

    mine = f"/api/v1/enrollments/{enrollment.pk}/homework"
    assert sam.get(mine).json()["homework"][0]["submission"] is None
    sent = sam.post(f"{mine}/{key}", {"content": "Mine"}, format="json")
    assert (sent.status_code, sent.json()["version"]) == (200, 1)
    assert sam.post(f"{mine}/{key}", {}, format="json").status_code == 400
    assert sam.get(f"{mine}/{key}").json()["submissions"][0]["content"] == "Mine"

    waiting = tom.get("/api/v1/homework").json()
    assert waiting["total"] == 1
    one = f"/api/v1/homework/{waiting['homework'][0]['id']}"
    assert clara.get("/api/v1/homework").json()["total"] == 0
    assert clara.get("/api/v1/homework?side=creator").json()["total"] == 1
    assert sam.patch(one, {"status": "approved"}, format="json").status_code == 403
    done = tom.patch(one, {"status": "approved", "points": 5}, format="json")
    assert (done.status_code, done.json()["points"]) == (200, 5)
    late = clara.patch(one, {"status": "approved"}, format="json")
    assert (late.status_code, late.json()["code"]) == (409, "reviewed_meanwhile")
    assert clara.delete(f"{path}/{key}").status_code == 204
    assert sam.get(mine).json()["homework"] == []
