"""Certificates over the API."""

import pytest

from learning.actions import issue_certificate, revoke_certificate
from learning.models import Certificate, StudentTeacher
from learning.tests.people import AT, completed, taught
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db


def post(user, act, enrollment_id, type="completion", **more):
    return api(user).post(
        f"/api/v1/certificates/{act}",
        {"enrollment_id": str(enrollment_id), "type": type, **more},
        format="json",
    )


def issued(enrollment, type="completion"):
    return issue_certificate(enrollment=enrollment, type=type, by=enrollment.course.creator, at=AT)


def strangers_of(enrollment):
    """Olga, another student of the same teacher, another creator, a moderator."""
    other = an_enrollment(a_member(), enrollment.course, enrollment.student_teacher).student
    return [a_member("Olga"), other, a_course().creator, a_member("Mo", is_moderator=True)]


def test_recommend_then_issue():
    enrollment = taught(sessions=1)

    answer = post(enrollment.teacher, "recommend", enrollment.pk)
    assert (answer.status_code, answer.json()["status"]) == (200, "pending")

    for _ in range(2):
        answer = post(enrollment.course.creator, "issue", enrollment.pk)
        assert (answer.status_code, answer.json()["status"]) == (200, "issued")
    assert answer.json()["verify_url"].endswith(answer.json()["code"])


def test_only_the_teacher_recommends():
    enrollment = taught(sessions=1)
    for person in strangers_of(enrollment):
        assert post(person, "recommend", enrollment.pk).status_code == 404
    assert post(enrollment.student, "recommend", enrollment.pk).status_code == 403
    assert post(None, "recommend", enrollment.pk).status_code == 401


def test_only_the_creator_or_an_admin_issues():
    enrollment = completed()
    for person in strangers_of(enrollment):
        assert post(person, "issue", enrollment.pk).status_code == 404
    for person in (enrollment.student, enrollment.teacher):
        assert post(person, "issue", enrollment.pk).status_code == 403
    assert post(None, "issue", enrollment.pk).status_code == 401
    ada = a_member("Ada", is_admin=True)
    assert post(ada, "issue", enrollment.pk).status_code == 200


@pytest.mark.parametrize("act", ["recommend", "issue"])
@pytest.mark.parametrize(
    ("enrollment_id", "type", "status"),
    [
        ("own", "honorary", 400),
        ("x", "completion", 400),
        ("01a20000-0000-7000-8000-000000000000", "completion", 404),
    ],
)
def test_bad_input_is_named(act, enrollment_id, type, status):
    enrollment = taught(sessions=1)
    person = enrollment.teacher if act == "recommend" else enrollment.course.creator
    answer = post(person, act, enrollment.pk if enrollment_id == "own" else enrollment_id, type)
    assert answer.status_code == status


def test_teaching_cannot_be_recommended():
    enrollment = completed()
    assert post(enrollment.teacher, "recommend", enrollment.pk, "teaching").status_code == 400


def test_issuing_teaching_makes_a_student_teacher():
    enrollment = completed()

    answer = post(enrollment.course.creator, "issue", enrollment.pk, "teaching")

    assert answer.json()["type"] == "teaching"
    assert StudentTeacher.objects.filter(user=enrollment.student, is_active=True).exists()


def test_completion_before_its_time_waits():
    enrollment = taught()
    assert post(enrollment.course.creator, "issue", enrollment.pk).status_code == 409


def test_everybody_lists_their_own():
    enrollment = completed()
    certificate = issued(enrollment)
    listed = api(enrollment.student).get("/api/v1/certificates").json()

    assert [row["id"] for row in listed["certificates"]] == [str(certificate.pk)]
    assert listed["total"] == 1
    assert api(a_member("Olga")).get("/api/v1/certificates").json()["certificates"] == []
    assert api(None).get("/api/v1/certificates").status_code == 401
    creator = api(enrollment.course.creator)
    assert creator.get("/api/v1/certificates?side=creator").json()["total"] == 2


@pytest.mark.parametrize("rows", [1, 8])
def test_the_list_costs_the_same_whatever_its_length(rows, django_assert_num_queries):
    sam = a_member()
    for _ in range(rows):
        enrollment = an_enrollment(sam, a_course())
        Certificate.objects.create(
            user=sam, course=enrollment.course, enrollment=enrollment, type="completion"
        )
    client = api(sam)
    with django_assert_num_queries(3):
        client.get("/api/v1/certificates")


def test_the_creator_decides_through_all_states():
    enrollment = completed()
    certificate = Certificate.objects.get(enrollment=enrollment)
    creator = api(enrollment.course.creator)

    def decide(status, reason=""):
        return creator.patch(
            f"/api/v1/certificates/{certificate.pk}",
            {"status": status, "reason": reason},
            format="json",
        )

    assert decide("issued").json()["status"] == "issued"
    assert decide("declined", "No.").status_code == 409
    assert decide("revoked").status_code == 400
    assert decide("revoked", "Copied.").json()["revoked_reason"] == "Copied."
    assert decide("issued", "Mistake.").json()["status"] == "issued"
    for person, status in [(enrollment.student, 403), (a_member("Olga"), 404)]:
        answer = api(person).patch(
            f"/api/v1/certificates/{certificate.pk}", {"status": "issued"}, format="json"
        )
        assert answer.status_code == status


def test_everybody_may_verify():
    certificate = issued(completed())
    answer = api().get(f"/api/v1/certificates/verify/{certificate.code.lower()}")

    assert answer.status_code == 200
    body = answer.json()
    assert body["holder"] == {"name": certificate.user.name}
    assert (body["status"], body["valid"], body["students_taught"]) == ("issued", True, None)
    assert "email" not in str(body)


def test_a_revoked_one_says_so():
    certificate = issued(completed())
    revoke_certificate(
        certificate=certificate, reason="Copied.", by=certificate.course.creator, at=AT
    )
    body = api().get(f"/api/v1/certificates/verify/{certificate.code}").json()
    assert (body["status"], body["valid"]) == ("revoked", False)
    assert "Copied" not in str(body)


def test_teaching_shows_how_many_were_taught():
    enrollment = completed()
    code = enrollment.student_teacher.certificate.code
    assert api().get(f"/api/v1/certificates/verify/{code}").json()["students_taught"] == 1


@pytest.mark.parametrize("code", ["ABCDEFGH2345", "x", "%F0%9F%92%A9", "A" * 300])
def test_unknown_codes_are_missing(code):
    assert api().get(f"/api/v1/certificates/verify/{code}").status_code == 404


def test_a_waiting_one_cannot_be_verified():
    a_teacher(a_course())
    certificate = Certificate.objects.get()
    Certificate.objects.filter(pk=certificate.pk).update(status="pending")
    assert api().get(f"/api/v1/certificates/verify/{certificate.code}").status_code == 404
