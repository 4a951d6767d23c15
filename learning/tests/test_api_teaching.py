"""Student-teachers and applications over the API."""

import pytest

from accounts.members.actions.relations import block_member
from accounts.members.queries import directory
from accounts.models import Expertise
from learning.actions import apply_to_teach, pause_teaching
from learning.models import StudentTeacher
from learning.tests.people import AT, completed, taught
from tests.cast import a_course, a_member, a_teacher, api

pytestmark = pytest.mark.django_db


def listed_teacher(course=None, name="Tom Teacher", **fields):
    user = a_member(
        name, **{"is_student_teacher": True, "has_hours": True, "privacy_public": True, **fields}
    )
    return a_teacher(course or a_course(), user)


def names(query="", viewer=None):
    answer = api(viewer).get(f"/api/v1/student-teachers{query}")
    assert answer.status_code == 200
    assert answer.json()["total"] == len(answer.json()["student_teachers"])
    return [row["user"]["name"] for row in answer.json()["student_teachers"]]


def test_everybody_sees_public_teachers():
    tom = listed_teacher()
    a_teacher(tom.course, name="Unlisted")
    listed_teacher(name="Private", privacy_public=False)
    off = listed_teacher(name="Off")
    StudentTeacher.objects.filter(pk=off.pk).update(is_active=False)

    answer = api().get("/api/v1/student-teachers").json()

    assert answer["total"] == 1
    assert answer["student_teachers"] == [
        {
            "user": {"id": str(tom.user_id), "name": "Tom Teacher", "avatar_url": None},
            "courses_certified": [{"id": str(tom.course_id), "title": tom.course.title}],
            "students_taught": 0,
            "certified_date": "2026-01-05",
        }
    ]


def test_admins_and_moderators_see_private_ones():
    listed_teacher(name="Private", privacy_public=False)
    assert names() == []
    assert names(viewer=a_member("Olga")) == []
    assert names(viewer=a_member("Ada", is_admin=True)) == ["Private"]
    assert names(viewer=a_member("Mo", is_moderator=True)) == ["Private"]


def test_suspended_ones_are_nowhere():
    listed_teacher(suspended_at=AT)
    assert names() == []


def test_search_and_course():
    tom = listed_teacher()
    tina = listed_teacher(name="Tina", course=a_course(title="Watercolour"))
    a_teacher(tom.course, tina.user)
    Expertise.objects.create(user=tina.user, tag="brushwork")

    assert names(f"?course_id={tom.course_id}") == ["Tom Teacher", "Tina"]
    assert names("?search=tom t") == ["Tom Teacher"]
    assert names("?search=BRUSH") == ["Tina"]
    assert names("?search=watercol") == ["Tina"]
    assert names("?search=nobody") == []
    assert api().get("/api/v1/student-teachers?course_id=x").status_code == 400
    assert api().get("/api/v1/student-teachers?page=0").status_code == 400


def test_those_with_most_students_come_first():
    listed_teacher(name="Few")
    many = listed_teacher(name="Many")
    StudentTeacher.objects.filter(pk=many.pk).update(students_taught=4)
    assert names() == ["Many", "Few"]


def test_only_students_of_courses_that_they_still_teach_count():
    few, many = listed_teacher(name="Few"), listed_teacher(name="Many")
    second = a_teacher(few.course, many.user)
    StudentTeacher.objects.filter(pk=few.pk).update(students_taught=2)
    StudentTeacher.objects.filter(pk=many.pk).update(students_taught=1)
    StudentTeacher.objects.filter(pk=second.pk).update(students_taught=4)
    assert names() == ["Many", "Few"]

    StudentTeacher.objects.filter(pk=second.pk).update(is_active=False)

    assert names() == ["Few", "Many"]


def test_who_lost_the_last_right_to_teach_is_gone_until_they_get_one_again():
    tom = listed_teacher()
    rows = StudentTeacher.objects.filter(pk=tom.pk)
    rows.update(is_active=False)
    assert names() == []
    rows.update(is_active=True)
    assert names() == ["Tom Teacher"]


def test_of_a_word_that_many_have_those_with_most_students_are_found(monkeypatch):
    monkeypatch.setattr(directory, "MAX_RANKED", 2)
    course = a_course(title="Watercolour")
    for number in range(4):
        row = listed_teacher(course, name=f"Teacher {number}")
        StudentTeacher.objects.filter(pk=row.pk).update(students_taught=number)

    answer = api().get("/api/v1/student-teachers?search=watercolour").json()

    assert answer["total"] == 2
    assert [row["students_taught"] for row in answer["student_teachers"]] == [3, 2]


@pytest.mark.parametrize("rows", [1, 7])
def test_the_list_costs_the_same_whatever_its_length(rows, django_assert_num_queries):
    course = a_course()
    for number in range(rows):
        listed_teacher(course, name=f"Teacher {number}")
    client = api()
    with django_assert_num_queries(2):
        client.get("/api/v1/student-teachers")


def test_paging():
    course = a_course()
    for number in range(3):
        listed_teacher(course, name=f"Teacher {number}")
    answer = api().get("/api/v1/student-teachers?page=2&limit=2").json()
    assert (len(answer["student_teachers"]), answer["total"], answer["page"]) == (1, 3, 2)


def apply(user, course, body=None):
    path = f"/api/v1/courses/{course.pk}/teaching-applications"
    return api(user).post(path, body or {"message": "I like to explain."}, format="json")


def test_applying_and_being_approved():
    enrollment = completed()
    answer = apply(enrollment.student, enrollment.course)
    assert (answer.status_code, answer.json()["status"]) == (201, "pending")
    assert apply(enrollment.student, enrollment.course).json()["id"] == answer.json()["id"]
    creator = api(enrollment.course.creator)
    waiting = creator.get("/api/v1/teaching-applications").json()
    assert [row["id"] for row in waiting["teaching_applications"]] == [answer.json()["id"]]

    path = f"/api/v1/teaching-applications/{answer.json()['id']}"
    for _ in range(2):
        decided = creator.patch(path, {"status": "approved"}, format="json")
        assert (decided.status_code, decided.json()["status"]) == (200, "approved")

    assert StudentTeacher.objects.get(user=enrollment.student).is_active
    own = api(enrollment.student).get("/api/v1/teaching-applications?side=own").json()
    assert own["teaching_applications"][0]["status"] == "approved"
    assert apply(enrollment.student, enrollment.course).status_code == 409


def test_applying_before_the_end_waits():
    enrollment = taught(sessions=1)
    answer = apply(enrollment.student, enrollment.course)
    assert (answer.status_code, answer.json()["code"]) == (409, "course_not_completed")
    assert apply(a_member("Olga"), enrollment.course).status_code == 409
    assert apply(None, enrollment.course).status_code == 401
    assert apply(enrollment.student, a_course(published=False)).status_code == 404


def test_an_unproven_address_cannot_apply():
    enrollment = completed()
    enrollment.student.email_verified_at = None
    enrollment.student.save()
    answer = apply(enrollment.student, enrollment.course)
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")


def test_declining_needs_a_reason():
    enrollment = completed()
    row = apply_to_teach(enrollment=enrollment, message="", by=enrollment.student, at=AT)
    creator, path = api(enrollment.course.creator), f"/api/v1/teaching-applications/{row.pk}"

    assert creator.patch(path, {"status": "declined"}, format="json").status_code == 400
    assert creator.patch(path, {"status": "pending"}, format="json").status_code == 400
    answer = creator.patch(path, {"status": "declined", "reason": "Later."}, format="json")
    assert answer.json()["reason"] == "Later."
    assert creator.patch(path, {"status": "approved"}, format="json").status_code == 409


def test_only_the_creator_decides():
    enrollment = completed()
    row = apply_to_teach(enrollment=enrollment, message="", by=enrollment.student, at=AT)
    path = f"/api/v1/teaching-applications/{row.pk}"
    people = [(enrollment.student, 403), (enrollment.teacher, 404), (a_member("Olga"), 404)]
    for person, status in people:
        answer = api(person).patch(path, {"status": "approved"}, format="json")
        assert answer.status_code == status
    assert api(a_course().creator).patch(path, {"status": "approved"}).status_code == 404


def test_a_paused_teacher_stays_in_the_list():
    tom = listed_teacher()
    pause_teaching(student_teacher=tom, paused=True, by=tom.user)
    assert names() == ["Tom Teacher"]


@pytest.mark.parametrize("search", ["pyhton", "Tom Teecher", "python", "prompting"])
def test_the_search_forgives_typing_errors(search):
    tom = listed_teacher(a_course(title="Prompting well")).user
    Expertise.objects.create(user=tom, tag="python")

    answer = api().get("/api/v1/student-teachers", {"search": search}).json()

    assert [row["user"]["id"] for row in answer["student_teachers"]] == [str(tom.pk)]


def test_who_shut_one_out_is_not_in_the_list():
    tom, sam = listed_teacher().user, a_member()
    block_member(member=sam, by=tom, at=AT)

    assert api(sam).get("/api/v1/student-teachers").json()["total"] == 0
    assert api().get("/api/v1/student-teachers").json()["total"] == 1
