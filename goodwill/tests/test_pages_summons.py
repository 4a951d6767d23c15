"""Pages of calls for help, with and without scripts."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodwill.models import HelpSummons, HelpSwitch
from goodwill.summons.actions import answer_summons, switch_help
from goodwill.tests.callers import AT, a_call, a_helper, an_answered_call, minutes
from peerloop.kit.roles import menu_of
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _nine_oclock():
    with time_machine.travel(AT, tick=False):
        yield


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_who_takes_no_course_is_led_to_one():
    text = text_of(browse(a_member()).get("/help"))
    assert "When you take a course, you can call its teachers here." in text


def test_a_student_sees_who_is_here_and_how_long_it_usually_takes():
    course = a_course()
    sam = an_enrollment(course=course).student
    tom = a_helper(course)
    for number in range(3):
        call = a_call(course=course, at=minutes(-number))
        answer_summons(summons=call, by=tom, at=minutes(-number).replace(second=40))

    text = text_of(browse(sam).get("/help"))

    assert "1 helper is here, usually answered in 40 s" in text
    assert "Call for help" in text


def test_without_helpers_the_course_feed_is_offered():
    enrollment = an_enrollment(course=a_course())
    text = text_of(browse(enrollment.student).get("/help"))
    assert "No helper is here just now" in text
    assert f"/courses/{enrollment.course.slug}/feed" in text


def test_a_call_is_made_answered_and_thanked_for_without_scripts():
    course = a_course()
    sam, tom = an_enrollment(course=course).student, a_helper(course)

    made = browse(sam).post(f"/help/courses/{course.pk}")
    page = made["Location"]
    assert "Your call waits until" in text_of(browse(sam).get(page))
    assert "Sam Student" in text_of(browse(tom).get("/help"))

    browse(tom).post(f"{page}/answer")
    shown = text_of(browse(sam).get(page))
    assert "Meet in the room" in shown
    assert "you can thank with points" in shown

    with time_machine.travel(minutes(6), tick=False):
        assert 'type="range"' in text_of(browse(sam).get(page))
        browse(sam).post(f"{page}/thank", {"points": "20"})
        assert "You thanked with 20 points." in text_of(browse(sam).get(page))
        assert "You earned 20 points." in text_of(browse(tom).get(page))


def test_a_second_call_in_a_course_leads_to_the_open_one():
    call = a_call()
    again = browse(call.student).post(f"/help/courses/{call.course_id}")
    assert again["Location"] == f"/help/{call.pk}"
    assert HelpSummons.objects.count() == 1


def test_the_course_room_says_who_is_here_and_what_can_be_asked_about():
    course = a_course()
    enrollment = an_enrollment(course=course)
    a_helper(course)
    module = course.modules.first()
    web = browse(enrollment.student)

    room = text_of(web.get(f"/learn/{enrollment.pk}"))
    card = text_of(web.get(f"/help/courses/{course.pk}/card", **HTMX))

    assert f'data-hx-get="/help/courses/{course.pk}/card" data-hx-trigger="load"' in room
    assert f'action="/help/courses/{course.pk}"' in room
    assert "1 helper is here" in card
    assert f'<option value="{module.pk}">{module.title}</option>' in card
    assert "from 10 to 25 points" in card


def test_a_call_from_the_course_room_is_about_the_chosen_module():
    course = a_course()
    enrollment = an_enrollment(course=course)
    tom, module = a_helper(course), course.modules.first()
    sent = {"from": "room", "module_id": str(module.pk)}

    browse(enrollment.student).post(f"/help/courses/{course.pk}", sent)

    assert HelpSummons.objects.get().module == module
    card = text_of(browse(enrollment.student).get(f"/help/courses/{course.pk}/card", **HTMX))
    assert "Your call waits until" in card
    assert "Call for help" not in card
    assert module.title in text_of(browse(tom).get("/help"))


def test_a_call_that_is_refused_in_the_course_room_says_so_there():
    enrollment = an_enrollment(course=a_course())
    web, path = browse(enrollment.student), f"/help/courses/{enrollment.course_id}"
    for _ in range(3):
        web.post(f"{web.post(path)['Location']}/cancel")

    answer = web.post(path, {"from": "room"}, follow=True)

    assert answer.redirect_chain == [(f"/learn/{enrollment.pk}", 302)]
    assert "three times today" in text_of(answer)


def test_the_card_of_a_course_without_helpers_offers_the_feed():
    enrollment = an_enrollment(course=a_course())
    path = f"/help/courses/{enrollment.course_id}/card"
    card = text_of(browse(enrollment.student).get(path, **HTMX))
    assert "No helper is here just now" in card
    assert f"/courses/{enrollment.course.slug}/feed" in card
    assert "Call for help" not in card


def test_the_card_needs_the_same_statements_for_more_helpers(django_assert_max_num_queries):
    enrollment = an_enrollment(course=a_course())
    web, path = browse(enrollment.student), f"/help/courses/{enrollment.course_id}/card"
    web.get(path, **HTMX)
    for name in ("Tom One", "Tia Two", "Tess Three"):
        a_helper(enrollment.course, name)
    with django_assert_max_num_queries(8):
        web.get(path, **HTMX)


def test_a_late_helper_is_told_that_somebody_else_was_first():
    call = an_answered_call()
    tia = a_helper(call.course, "Tia Teacher")

    answer = browse(tia).post(f"/help/{call.pk}/answer", follow=True)

    assert "Somebody else answered first" in text_of(answer)


@pytest.mark.parametrize("points", ["9", "26", "12.5", "", "x"])
def test_points_out_of_range_are_refused_beside_their_field(points):
    call = an_answered_call(at=minutes(-10))
    answer = browse(call.student).post(f"/help/{call.pk}/thank", {"points": points})
    assert answer.status_code == 422
    call.refresh_from_db()
    assert call.points_awarded is None


def test_the_switch_is_kept_with_its_sound():
    tom = a_teacher(a_course()).user
    browse(tom).post("/help/switch", {"is_available": "on"})
    row = HelpSwitch.objects.get(user=tom)
    assert (row.is_available, row.has_sound) == (True, False)

    browse(tom).post("/help/switch", {"has_sound": "on"})
    row.refresh_from_db()
    assert (row.is_available, row.has_sound) == (False, True)


def test_who_helps_nowhere_can_not_switch_it_on():
    sam = an_enrollment(course=a_course()).student
    answer = browse(sam).post("/help/switch", {"is_available": "on"}, follow=True)
    assert "Only the teachers of the course and its creator can help." in text_of(answer)


def test_an_open_page_of_a_helper_shows_the_call():
    call = a_call()
    tom = a_helper(call.course)

    shown = text_of(browse(tom).get("/help/waiting", **HTMX))
    assert f'data-chime="{call.pk}"' in shown
    assert f"/help/{call.pk}/answer" in shown

    switch_help(user=tom, is_available=True, has_sound=False, at=AT)
    assert "data-chime" not in text_of(browse(tom).get("/help/waiting", **HTMX))
    switch_help(user=tom, is_available=False, at=AT)
    assert text_of(browse(tom).get("/help/waiting", **HTMX)) == ""


def test_the_menu_counts_the_calls_that_wait():
    call = a_call()
    tom = a_helper(call.course)
    assert menu_of(tom).counts["waiting_calls"] == 1

    answer_summons(summons=call, by=tom, at=AT)
    assert menu_of(tom).counts["waiting_calls"] == 0
    assert menu_of(call.student).counts["waiting_calls"] == 0


def test_the_room_is_for_the_two_while_the_call_is_answered():
    call = an_answered_call()
    for user in (call.student, call.helper):
        page = browse(user).get(f"/help/{call.pk}/room")
        assert page.status_code == 200
        assert "camera=(self)" in page["Permissions-Policy"]
        assert browse(user).get(f"/help/{call.pk}/ticket").json()["ticket"]
    assert browse(call.course.creator).get(f"/help/{call.pk}/room").status_code == 404

    with time_machine.travel(minutes(60), tick=False):
        assert browse(call.student).get(f"/help/{call.pk}/room")["Location"] == f"/help/{call.pk}"
        assert browse(call.student).get(f"/help/{call.pk}/ticket").status_code == 409


def test_the_page_of_help_needs_the_same_statements_for_more_courses(
    django_assert_num_queries,
):
    sam = a_member()
    an_enrollment(sam, a_course())
    web = browse(sam)
    web.get("/help")
    with CaptureQueriesContext(connection) as first:
        web.get("/help")
    for _ in range(6):
        an_enrollment(sam, a_course())

    with django_assert_num_queries(len(first)):
        web.get("/help")
    assert len(first) <= 12
