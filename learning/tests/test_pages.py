"""The pages of the learning app: who sees what, and that every form works without a script."""

import pytest

from learning.actions import apply_to_teach, issue_certificate, revoke_certificate
from learning.models import Certificate, StudentTeacher, TeachingApplication
from learning.tests.people import AT, completed, taught
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


def text_of(answer):
    return " ".join(answer.content.decode().split())


def issued(enrollment, type="completion"):
    return issue_certificate(enrollment=enrollment, type=type, by=enrollment.course.creator, at=AT)


@pytest.mark.parametrize(
    "path", ["/certificates", "/create/approvals", "/teach/apply/x", "/certificates/{0}/pdf"]
)
def test_visitors_sign_in_first(path):
    answer = browse().get(path.format("01a1fffc-369c-77c1-b3f4-4cf12c807507"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=")


def test_certificates_in_all_states():
    enrollment = completed()
    browser = browse(enrollment.student)
    assert "issued automatically" in text_of(browser.get("/certificates"))

    certificate = issued(enrollment)
    page = text_of(browser.get("/certificates"))
    assert f"/certificates/verify/{certificate.code}" in page
    assert f"/certificates/{certificate.pk}/pdf" in page

    revoke_certificate(
        certificate=certificate, reason="Copied <b>.", by=enrollment.course.creator, at=AT
    )
    page = text_of(browser.get("/certificates"))
    assert "Copied &lt;b&gt;." in page
    assert "Download PDF" not in page


def test_no_certificate_yet():
    assert "Browse courses" in text_of(browse(a_member()).get("/certificates"))


@pytest.mark.parametrize("rows", [1, 6])
def test_the_certificates_cost_the_same_whatever_their_number(rows, django_assert_num_queries):
    sam = a_member()
    for _ in range(rows):
        enrollment = an_enrollment(sam, a_course())
        Certificate.objects.create(
            user=sam, course=enrollment.course, enrollment=enrollment, type="completion"
        )
    browser = browse(sam)
    with django_assert_num_queries(4):  # session, member, certificates, menus
        browser.get("/certificates")


def test_the_pdf_is_for_its_holder_while_it_counts():
    enrollment = completed()
    certificate = issued(enrollment)
    path = f"/certificates/{certificate.pk}/pdf"

    answer = browse(enrollment.student).get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "attachment" in answer["Content-Disposition"]
    for person in (enrollment.course.creator, a_member("Olga")):
        assert browse(person).get(path).status_code == 404

    revoke_certificate(
        certificate=certificate, reason="Copied.", by=enrollment.course.creator, at=AT
    )
    assert browse(enrollment.student).get(path).status_code == 404


def test_everybody_may_prove_a_certificate():
    certificate = issued(completed())
    answer = browse().get(f"/certificates/verify/{certificate.code}")
    page = text_of(answer)
    assert answer.status_code == 200
    assert "This certificate is valid" in page
    assert certificate.user.name in page
    assert "Students taught" not in page

    revoke_certificate(
        certificate=certificate, reason="Secret.", by=certificate.course.creator, at=AT
    )
    page = text_of(browse().get(f"/certificates/verify/{certificate.code}"))
    assert "was revoked on" in page
    assert "Secret." not in page
    assert "is valid" not in page


def test_the_proof_of_teaching_counts_students():
    enrollment = completed()
    code = enrollment.student_teacher.certificate.code
    page = text_of(browse().get(f"/certificates/verify/{code}"))
    assert '<dt>Students taught so far</dt><dd class="num">1</dd>' in page


def test_unknown_codes_are_missing():
    assert browse().get("/certificates/verify/ABCDEFGH2345").status_code == 404


def test_the_way_to_teaching():
    enrollment = completed()
    browser, path = browse(enrollment.student), f"/teach/apply/{enrollment.course.slug}"
    page = text_of(browser.get(path))
    assert "Ask Clara Creator to certify me" in page
    assert "$157.50 a session" in page

    answer = browser.post(path, {"message": "I like to explain."})

    assert (answer.status_code, answer["Location"]) == (302, path)
    waiting = text_of(browser.get(path))
    assert "Your application is on its way" in waiting
    assert f'data-hx-get="{path}" data-hx-trigger="every 30s"' in waiting
    TeachingApplication.objects.update(
        status="declined", decided_by=enrollment.course.creator, decided_at=AT, reason="Not yet."
    )
    decided = text_of(browser.get(path))
    assert "Not yet." in decided
    assert "data-hx-trigger" not in decided.split('id="application"')[1].split("</form>")[0]


def test_applying_needs_the_course():
    enrollment = taught(sessions=1)
    browser, path = browse(enrollment.student), f"/teach/apply/{enrollment.course.slug}"
    assert "1 of 2 sessions are held" in text_of(browser.get(path))
    assert browser.post(path, {"message": ""}).status_code == 409
    stranger = browse(a_member("Olga"))
    assert "once you completed this course" in text_of(stranger.get(path))
    assert stranger.post(path, {"message": ""}).status_code == 409
    assert stranger.get("/teach/apply/nothing-here").status_code == 404
    assert "You teach this course" in text_of(browse(enrollment.teacher).get(path))


def test_approvals_are_for_creators():
    assert browse(a_member("Olga")).get("/create/approvals").status_code == 403
    creator = a_course().creator
    assert "Nothing waits for you" in text_of(browse(creator).get("/create/approvals"))


def test_issuing_from_the_page():
    enrollment = completed()
    certificate = Certificate.objects.get(enrollment=enrollment)
    browser = browse(enrollment.course.creator)
    assert "2 of 2 sessions held" in text_of(browser.get("/create/approvals"))

    answer = browser.post(f"/certificates/{certificate.pk}/decision", {"answer": "issued"})

    assert answer.status_code == 302
    certificate.refresh_from_db()
    assert certificate.status == "issued"


def test_declining_needs_a_reason_and_keeps_the_page():
    enrollment = completed()
    certificate = Certificate.objects.get(enrollment=enrollment)
    browser, path = (
        browse(enrollment.course.creator),
        f"/certificates/{certificate.pk}/decision",
    )

    answer = browser.post(path, {"answer": "declined", "reason": ""})
    assert answer.status_code == 422
    assert "Say why" in text_of(answer)
    assert "Certificates" in text_of(answer)

    part = browser.post(path, {"answer": "declined"}, HTTP_HX_REQUEST="true")
    assert part.status_code == 422
    assert part.content.decode().lstrip().startswith("<li")
    assert "2 of 2 sessions held" in text_of(part)

    answer = browser.post(path, {"answer": "declined", "reason": "Too early."})
    assert answer.status_code == 302
    late = browser.post(path, {"answer": "issued"})
    assert late.status_code == 409


def test_approving_an_application_from_the_page():
    enrollment = completed()
    row = apply_to_teach(
        enrollment=enrollment, message="I <i>like</i> it.", by=enrollment.student, at=AT
    )
    browser, path = browse(enrollment.course.creator), f"/teaching-applications/{row.pk}/decision"
    assert "I &lt;i&gt;like&lt;/i&gt; it." in text_of(browser.get("/create/approvals"))

    part = browser.post(path, {"answer": "approved"}, HTTP_HX_REQUEST="true")

    assert part.status_code == 200
    assert "Approved" in text_of(part)
    assert StudentTeacher.objects.get(user=enrollment.student).is_active


def test_strangers_decide_nothing():
    enrollment = completed()
    certificate = Certificate.objects.get(enrollment=enrollment)
    row = apply_to_teach(enrollment=enrollment, message="", by=enrollment.student, at=AT)
    for path in (
        f"/certificates/{certificate.pk}/decision",
        f"/teaching-applications/{row.pk}/decision",
    ):
        assert browse(a_member("Olga")).post(path, {"answer": "issued"}).status_code == 404
        assert browse(enrollment.student).post(path, {"answer": "issued"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 5])
def test_approvals_cost_the_same_whatever_their_number(rows, django_assert_num_queries):
    course = a_course()
    for _ in range(rows):
        enrollment = an_enrollment(course=course)
        Certificate.objects.create(
            user=enrollment.student, course=course, enrollment=enrollment, type="completion"
        )
        TeachingApplication.objects.create(
            user=enrollment.student, course=course, enrollment=enrollment
        )
    browser = browse(course.creator)
    browser.get("/create/approvals")
    with django_assert_num_queries(6):  # session, member, roles, both lists, menus
        browser.get("/create/approvals")


def test_pausing_from_the_page():
    tom = a_teacher(a_course())
    path = f"/teach/courses/{tom.pk}/pause"
    answer = browse(tom.user).post(path, {"paused": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/teach")
    tom.refresh_from_db()
    assert not tom.teaching_active
    assert browse(tom.user).post(path, {"paused": "maybe"}).status_code == 400
    assert browse(tom.course.creator).post(path, {"paused": "0"}).status_code == 404


def test_recommending_from_the_page():
    enrollment = taught(sessions=1)
    path = f"/learn/{enrollment.pk}/recommendation"
    answer = browse(enrollment.teacher).post(path, {"type": "completion"})
    assert (answer.status_code, answer["Location"]) == (302, "/teach/students")
    assert Certificate.objects.filter(enrollment=enrollment, status="pending").exists()
    assert browse(enrollment.teacher).post(path, {"type": "teaching"}).status_code == 400
    assert browse(a_member("Olga")).post(path, {"type": "completion"}).status_code == 404
