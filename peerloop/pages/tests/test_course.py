"""The page of a course, and its endpoint."""

import uuid
from datetime import timedelta

import pytest
import time_machine

from catalog.models import Course
from learning.models import Enrollment, TeachingApplication
from peerloop.pages.tests.free_times import AT, MONDAY, TUESDAY, WEDNESDAY, is_free
from scheduling.models import Session
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api, browse

pytestmark = pytest.mark.django_db

# The exact fields and types of one course in the seed data.
MODULE = {
    "id": str,
    "title": str,
    "description": str,
    "duration": str,
    "video_count": int,
    "reading_count": int,
    "has_assessment": bool,
}
TEACHER = {
    "user": {"id": str, "name": str, "avatar_url": (str, type(None))},
    "students_taught": int,
    "certified_date": str,
}
COURSE = {
    "id": str,
    "title": str,
    "description": str,
    "thumbnail_url": (str, type(None)),
    "level": str,
    "price_cents": int,
    "duration": str,
    "rating": (float, type(None)),
    "student_count": int,
    "creator": {"id": str, "name": str, "avatar_url": (str, type(None))},
    "category": {"id": str, "name": str},
    "tags": [str],
    "learning_objectives": [str],
    "includes": [str],
    "curriculum": [MODULE],
    "peerloop_features": {
        "one_on_one_teaching": bool,
        "certified_teachers": bool,
        "earn_while_teaching": bool,
        "teacher_commission": int,
    },
    "student_teachers": [TEACHER],
    "is_enrolled": bool,
    "is_following": bool,
}


def fits(value, shape) -> None:
    """Raises AssertionError where the value does not have exactly that shape."""
    if isinstance(shape, dict):
        assert isinstance(value, dict)
        assert set(value) == set(shape)
        for name, inner in shape.items():
            fits(value[name], inner)
    elif isinstance(shape, list):
        for inner in value:
            fits(inner, shape[0])
    else:
        assert isinstance(value, shape), (value, shape)


@pytest.fixture(autouse=True)
def _monday_morning():
    with time_machine.travel(AT, tick=False):
        yield


def shown(course: Course, user=None) -> str:
    answer = browse(user).get(f"/courses/{course.slug}")
    assert answer.status_code == 200
    return answer.content.decode()


def a_meeting(enrollment: Enrollment, **fields) -> Session:
    start = fields.pop("start", AT + timedelta(days=1))
    return Session.objects.create(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=enrollment.teacher,
        student=enrollment.student,
        scheduled_start=start,
        scheduled_end=start + timedelta(hours=1),
        teacher_busy_until=start + timedelta(hours=1),
        booked_by=enrollment.student,
        **fields,
    )


def test_a_visitor_sees_price_times_and_parts():
    course = a_course(title="Bread", student_count=7)
    tom = a_teacher(course)
    is_free(tom.user, TUESDAY)

    page = shown(course)

    assert '<h1 class="display-7">Bread</h1>' in page
    assert "7 students" in page
    assert "Teachers free this week" in page
    assert "Tue 3 Mar, 16:00 UTC" in page
    assert f'href="/courses/{course.slug}/enroll?teacher={tom.user.pk}"' in page
    assert f'href="/courses/{course.slug}/enroll"' in page
    assert all(part in page for part in ("$450.00", "$315.00", "$67.50", "$382.50"))
    assert f"/login?next=/courses/{course.slug}" in page


def test_the_earliest_teacher_comes_first_with_a_time_for_each_day():
    course = a_course()
    late, soon = a_teacher(course, name="Lea Late"), a_teacher(course, name="Sue Soon")
    is_free(late.user, WEDNESDAY)
    is_free(soon.user, MONDAY, TUESDAY)

    page = shown(course)

    times = page[page.index("course__times") :]
    assert page.index("Sue Soon") < page.index("Lea Late")
    assert [day in times for day in ("Mon 2 Mar, 16:00", "Tue 3 Mar, 16:00")] == [True, True]
    assert "16:30" not in times


def test_a_teacher_without_a_time_is_not_shown_as_bookable():
    course = a_course()
    is_free(a_teacher(course, name="Fay Free").user, MONDAY)
    is_free(a_teacher(course, name="Bo Busy").user)

    page = shown(course)

    assert "Bo Busy" not in page
    assert "1 more teacher of this course has no free time" in page


def test_without_teachers_the_page_says_why_nobody_can_enroll():
    course = a_course()

    page = shown(course)

    assert 'aria-disabled="true"' in page
    assert "No teacher takes new students" in page
    assert f"/courses/{course.slug}/enroll" not in page


def test_a_creator_who_teaches_alone_gets_85_percent():
    course = a_course()
    is_free(a_teacher(course, course.creator).user, MONDAY)

    page = shown(course)

    assert "85%" in page
    assert "$315.00" not in page


def test_a_student_is_led_to_the_next_step():
    course = a_course()
    tom = a_teacher(course)
    enrollment = an_enrollment(course=course, teacher=tom)

    assert f"/learn/{enrollment.pk}/book" in shown(course, enrollment.student)

    session = a_meeting(enrollment)
    page = shown(course, enrollment.student)
    assert f"/sessions/{session.pk}" in page
    assert "Your next session" in page
    assert "/enroll?teacher=" not in page


def test_past_and_cancelled_sessions_are_not_linked():
    enrollment = an_enrollment(teacher=None)
    tom = a_teacher(enrollment.course)
    Enrollment.objects.filter(pk=enrollment.pk).update(teacher=tom.user, student_teacher=tom)
    enrollment.refresh_from_db()
    a_meeting(enrollment, start=AT - timedelta(hours=2))
    a_meeting(enrollment, status="cancelled", cancelled_at=AT)

    assert "Book first session" in shown(enrollment.course, enrollment.student)


def test_an_applicant_sees_the_application():
    enrollment = an_enrollment(status="completed", completed_at=AT)
    assert "Teach this course" in shown(enrollment.course, enrollment.student)

    TeachingApplication.objects.create(
        user=enrollment.student, course=enrollment.course, enrollment=enrollment, message="Please"
    )

    assert "See your application" in shown(enrollment.course, enrollment.student)


def test_only_its_creator_sees_a_draft():
    course = a_course(published=False)

    assert browse().get(f"/courses/{course.slug}").status_code == 404
    assert browse(a_member()).get(f"/courses/{course.slug}").status_code == 404
    assert "not in the catalog" in shown(course, course.creator)


@pytest.mark.parametrize("status", ["suspended", "retired", "draft"])
def test_an_unpublished_course_stays_open_to_its_students(status):
    enrollment = an_enrollment()
    Course.objects.filter(pk=enrollment.course_id).update(status=status)
    path = f"/courses/{enrollment.course.slug}"

    assert browse().get(path).status_code == 404
    page = shown(enrollment.course, enrollment.student)
    assert "Sessions that you have paid for go on as planned" in page
    enrollment.transition_to("cancelled")
    enrollment.cancelled_at = AT
    enrollment.save()
    assert browse(enrollment.student).get(path).status_code == 404


def test_nobody_sees_a_deleted_draft():
    course = a_course(published=False, deleted_at=AT)

    assert browse(course.creator).get(f"/courses/{course.slug}").status_code == 404


def test_text_of_members_is_escaped():
    course = a_course(title="<b>Bread</b>", tagline="<script>x</script>")

    page = shown(course)

    assert "&lt;b&gt;Bread" in page
    assert "<script>x" not in page


@pytest.mark.parametrize("number", [2, 20, 100])
def test_the_number_of_queries_is_constant(number, django_assert_num_queries):
    course = a_course(modules=number)
    for place in range(number):
        is_free(a_teacher(course, name=f"Teacher {place}").user, MONDAY, TUESDAY)

    with django_assert_num_queries(6):
        shown(course)
    client = browse(an_enrollment(course=course).student)
    with django_assert_num_queries(9):
        client.get(f"/courses/{course.slug}")


def told(key, user=None) -> dict:
    answer = api(user).get(f"/api/v1/courses/{key}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_endpoint_has_the_fields_of_the_seed_data():
    course = a_course(rating="4.5", rating_count=2)
    tom = a_teacher(course)
    course.tags.create(tag="baking")
    course.objectives.create(text="Score a loaf", position=1)
    course.includes.create(text="Sessions", position=1)

    body = told(course.pk)

    fits(body, COURSE)
    assert body["student_teachers"][0]["user"]["id"] == str(tom.user.pk)
    assert body["student_teachers"][0]["certified_date"] == "2026-01-05"
    assert body["learning_objectives"] == ["Score a loaf"]
    assert len(body["curriculum"]) == 3
    assert body == told(course.slug)


def test_is_enrolled_and_is_following_describe_the_caller():
    enrollment = an_enrollment()
    course, student = enrollment.course, enrollment.student
    api(student).post(f"/api/v1/courses/{course.pk}/follow")

    def marks(user=None):
        body = told(course.pk, user)
        return body["is_enrolled"], body["is_following"]

    assert marks(student) == (True, True)
    assert marks(a_member("Olga Other")) == marks() == (False, False)


def test_unknown_hidden_and_malformed_courses_get_404():
    draft = a_course(published=False)

    for key in (uuid.uuid4(), "nothing-here", draft.pk, "%20"):
        answer = api().get(f"/api/v1/courses/{key}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), key
    assert told(draft.pk, draft.creator)["id"] == str(draft.pk)


def test_the_endpoint_needs_two_statements(django_assert_num_queries):
    course = a_course(modules=20)
    for place in range(5):
        a_teacher(course, name=f"Teacher {place}")

    with django_assert_num_queries(2):
        told(course.pk)
