"""The course room: next step, loop, modules, teacher, materials."""

from datetime import timedelta

import pytest
import time_machine

from catalog.models import CourseModule
from learning.actions import close_enrollment, dispute_enrollment, issue_certificate
from learning.models import Resource
from learning.queries import modules_of
from learning.tests.people import AT, completed, hold, taught
from peerloop.pages.tests.test_learn import a_session, text_of
from scheduling.models import Session, SessionMaterial, SessionRecording
from tests.cast import a_course, a_member, an_enrollment, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def a_resource(course, module):
    place = Resource.objects.filter(course=course).count() + 1
    return Resource.objects.create(
        course=course,
        module=module,
        uploader=course.creator,
        type="other",
        name=f"Slides of {module.title if module else 'the course'}",
        link="https://example.org/slides",
        position=place,
    )


def held_session(enrollment, module):
    start = AT - timedelta(days=1)
    return a_session(
        enrollment,
        start=start,
        module=module,
        status=Session.Status.COMPLETED,
        ended_at=start + timedelta(hours=1),
        completion_source=Session.CompletionSource.ROOM_ENDED,
    )


def test_only_the_student_sees_the_course_page():
    enrollment = taught()
    path = f"/learn/{enrollment.pk}"
    assert browse(enrollment.student).get(path).status_code == 200
    for person in (enrollment.teacher, enrollment.course.creator, a_member("Olga")):
        assert browse(person).get(path).status_code == 404
    assert browse().get(path).status_code == 302


def test_a_locked_module_says_what_is_missing():
    enrollment = taught(modules=3)
    browser, path = browse(enrollment.student), f"/learn/{enrollment.pk}"
    assert text_of(browser.get(path)).count("Book its session first.") == 3

    a_session(enrollment)
    page = text_of(browser.get(path))
    assert page.count("Book its session first.") == 2
    assert "You can mark it after the session." in page
    assert "Open session" in page


def test_a_session_whose_time_is_over_is_being_closed():
    enrollment = taught(modules=2)
    a_session(enrollment, start=AT - timedelta(hours=3))
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    assert "Being closed" in page
    assert "Book your next session" in page


def test_marking_a_module_on_the_page():
    enrollment = taught(modules=2, sessions=1)
    first, second = modules_of(enrollment)
    browser, path = browse(enrollment.student), f"/learn/{enrollment.pk}"
    assert "Mark as done" in text_of(browser.get(path))

    answer = browser.post(f"{path}/modules/{first.pk}", {"is_complete": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{path}#module-{first.pk}")
    assert "1 of 2 modules done" in text_of(browser.get(path))

    part = browser.post(f"{path}/modules/{first.pk}", {"is_complete": "0"}, HTTP_HX_REQUEST="true")
    assert part.status_code == 200
    assert part.content.decode().lstrip().startswith('<div class="course-room" id="room">')
    assert "0 of 2 modules done" in text_of(part)

    assert browser.post(f"{path}/modules/{second.pk}", {"is_complete": "1"}).status_code == 409
    assert browser.post(f"{path}/modules/{first.pk}", {"is_complete": "x"}).status_code == 400
    stranger = browse(a_member("Olga"))
    assert stranger.post(f"{path}/modules/{first.pk}", {"is_complete": "1"}).status_code == 404


def test_a_cancelled_enrollment_has_no_access():
    enrollment = taught()
    close_enrollment(enrollment=enrollment, by=None, reason="Moved away.", at=AT)
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    assert "You left this course" in page
    assert "Moved away." in page
    assert "Module 1" not in page


def test_a_disputed_enrollment_can_still_read():
    enrollment = taught()
    dispute_enrollment(enrollment=enrollment)
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    assert "The card payment is disputed" in page
    assert "Module 1" in page
    assert "Leave this course" not in page


@pytest.mark.parametrize("modules", [2, 50])
def test_the_room_needs_ten_queries_with_any_number_of_modules(
    modules, django_assert_max_num_queries
):
    enrollment = taught(modules=modules, sessions=1)
    a_session(enrollment)
    for module in modules_of(enrollment):
        a_resource(enrollment.course, module)
    browser = browse(enrollment.student)
    browser.get(f"/learn/{enrollment.pk}")

    with django_assert_max_num_queries(10):
        page = browser.get(f"/learn/{enrollment.pk}")

    assert text_of(page).count("Slides of Module") == modules


def test_a_completed_course_shows_its_certificate():
    enrollment = completed()
    hold(enrollment, 0)
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    assert "Certificate of completion" in page
    assert "Mark as done" not in page
    assert "Leave this course" not in page


def test_the_room_says_the_next_step_and_where_in_the_loop_it_is():
    enrollment = taught(modules=2, sessions=1)
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))

    assert "Book your last session" in page
    assert "One session left: certify. Then $157.50 a session; two students pay" in page
    assert "Step 1 of 4: learn" in page
    assert page.index("Book your last session") < page.index("Your module now")
    assert page.index("Your module now") < page.index('id="modules-heading"')


def test_the_module_of_the_next_session_is_the_current_one():
    enrollment = taught(modules=3, sessions=1)
    first, second, _ = modules_of(enrollment)
    held_session(enrollment, first)
    a_session(enrollment)

    answer = browse(enrollment.student).get(f"/learn/{enrollment.pk}")

    assert answer.context["current"].state.module == second
    assert answer.content.decode().count(f'id="module-{second.pk}"') == 1


def test_materials_and_recordings_stand_with_their_module():
    enrollment = taught(modules=2, sessions=1)
    first, second = modules_of(enrollment)
    session = held_session(enrollment, first)
    a_resource(enrollment.course, first)
    a_resource(enrollment.course, None)
    SessionMaterial.objects.create(
        session=session,
        uploader=session.teacher,
        type="other",
        name="The board",
        link="https://example.org/board",
        position=1,
    )
    SessionRecording.objects.create(session=session, record_id="r1", next_try_at=AT)

    rows = browse(enrollment.student).get(f"/learn/{enrollment.pk}").context

    assert [one.name for one in rows["rows"][0].materials] == [
        "Slides of Module 1",
        "The board",
        "Module 1",
    ]
    assert not rows["rows"][1].materials
    assert [one.name for one in rows["shelf"].of_course] == ["Slides of the course"]
    assert second.title not in [one.name for one in rows["shelf"].things]


def test_a_module_added_after_the_purchase_gives_no_materials():
    enrollment = taught(modules=2)
    later = CourseModule.objects.create(course=enrollment.course, module_order=3, title="Module 3")
    a_resource(enrollment.course, later)

    page = browse(enrollment.student).get(f"/learn/{enrollment.pk}")

    assert not page.context["shelf"].things
    assert "Slides of Module 3" not in text_of(page)


def test_a_student_without_a_teacher_sees_where_to_choose_one():
    enrollment = an_enrollment(a_member(), a_course())
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))

    assert "See who teaches it and when" in page
    assert "Change teacher" not in page


def test_a_certified_student_is_led_to_teaching_with_what_it_pays():
    enrollment = completed()
    issue_certificate(enrollment=enrollment, type="completion", by=enrollment.course.creator, at=AT)
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))

    assert "Step 3 of 4: teach" in page
    assert f'href="/teach/apply/{enrollment.course.slug}"' in page
    assert "You are certified. $157.50 a session; two students pay the course back." in page
