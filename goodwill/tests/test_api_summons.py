"""Calls for help over the API (rules SUM-1 to SUM-4)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.members.actions.relations import block_member
from accounts.sanctions.actions.posting_ban import ban_from_posting
from community.conversations.actions import send_message
from goodwill.models import GoodwillTransaction, HelpSummons, HelpSwitch
from goodwill.summons.actions import (
    answer_summons,
    close_overdue,
    complete_summons,
    record_sign_of_life,
    summon,
    switch_help,
)
from goodwill.summons.queries import helpers_of, usual_wait
from goodwill.summons.refusals import SwitchedOff
from goodwill.tests.callers import AT, a_call, a_helper, an_answered_call, minutes
from learning.models import StudentTeacher
from peerloop.kit.refusals import Missing
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db
URL = "/api/v1/summons"


@pytest.fixture(autouse=True)
def _nine_oclock():
    with time_machine.travel(AT, tick=False):
        yield


def called(by, course, **fields):
    return api(by).post(URL, {"course_id": str(course.pk), **fields}, "json")


def responded(by, summons):
    return api(by).post(f"{URL}/{summons.pk}/respond", {}, "json")


def completed(by, summons, points=15):
    return api(by).post(f"{URL}/{summons.pk}/complete", {"points": points}, "json")


def waiting(by):
    return api(by).get(f"{URL}/active")


def test_a_student_calls_and_learns_how_many_helpers_were_told():
    course = a_course()
    sam = an_enrollment(course=course).student
    a_helper(course), a_helper(course, "Tia Teacher")

    answer = called(sam, course)

    assert answer.status_code == 201
    found = answer.json()["summon"]
    assert (found["status"], found["available_helpers"]) == ("pending", 2)


def test_only_students_of_the_course_call():
    course, hidden = a_course(), a_course(published=False)

    assert called(a_member(), course).json()["code"] == "not_enrolled"
    assert called(a_member(), hidden).status_code == 404
    assert api(a_member()).post(URL, {"course_id": str(uuid4())}, "json").status_code == 404


def test_a_call_names_a_module_of_its_course_alone():
    course = a_course()
    sam = an_enrollment(course=course).student
    tom = a_helper(course)
    other = a_course().modules.first()

    refused = called(sam, course, module_id=str(other.pk))
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["module_id"])

    called(sam, course, module_id=str(course.modules.get(module_order=2).pk))
    [row] = waiting(tom).json()["summons"]
    assert (row["module_title"], row["student"]["id"]) == ("Module 2", str(sam.pk))


def test_one_call_is_open_for_each_course_and_three_are_made_a_day():
    course = a_course()
    sam = an_enrollment(course=course).student
    first = called(sam, course).json()["summon"]["id"]

    again = called(sam, course)
    assert (again.status_code, again.json()["summons"]) == (409, first)

    for _ in range(2):
        HelpSummons.objects.open().update(status="cancelled")
        assert called(sam, course).status_code == 201
    HelpSummons.objects.open().update(status="cancelled")
    fourth = called(sam, course)
    assert (fourth.status_code, fourth.json()["code"]) == (422, "calls_used")


def test_the_next_day_of_the_students_zone_has_three_calls_anew():
    sam = a_member(timezone="Pacific/Auckland")
    # 11:30 UTC is half past eleven at night in Auckland.
    for _ in range(3):
        a_call(student=sam, at=AT + timedelta(hours=2, minutes=30))
        HelpSummons.objects.open().update(status="cancelled")

    a_call(student=sam, at=AT + timedelta(hours=3, minutes=1))


def test_a_ban_from_posting_keeps_from_calling():
    course = a_course()
    sam = an_enrollment(course=course).student
    admin = a_member("Ada Admin", is_admin=True)
    ban_from_posting(user=sam, reason="Spam.", by=admin, at=AT)

    assert called(sam, course).json()["code"] == "posting_banned"


def test_calls_are_seen_by_teachers_of_the_course_whose_switch_is_on():
    call = a_call()
    tom = a_helper(call.course)
    off = a_teacher(call.course, name="Otto Off").user
    elsewhere = a_helper(a_course())

    assert [row["id"] for row in waiting(tom).json()["summons"]] == [str(call.pk)]
    assert waiting(off).json()["code"] == "switched_off"
    assert waiting(elsewhere).json()["summons"] == []
    assert waiting(call.student).json()["code"] == "not_certified"


def test_the_creator_of_the_course_helps_too():
    call = a_call()
    clara = call.course.creator
    switch_help(user=clara, is_available=True, at=AT)

    assert [row["id"] for row in waiting(clara).json()["summons"]] == [str(call.pk)]
    assert responded(clara, call).status_code == 200


def test_who_blocked_each_other_are_not_brought_together():
    course = a_course()
    sam = an_enrollment(course=course).student
    tom, tia = a_helper(course), a_helper(course, "Tia Teacher")
    block_member(member=tom, by=sam, at=AT)
    block_member(member=sam, by=tia, at=AT)

    assert called(sam, course).json()["summon"]["available_helpers"] == 0
    call = HelpSummons.objects.get()
    assert waiting(tom).json()["summons"] == waiting(tia).json()["summons"] == []
    assert responded(tom, call).status_code == responded(tia, call).status_code == 404


def test_who_gives_no_sign_of_life_for_fifteen_minutes_is_not_counted():
    course = a_course()
    sam = an_enrollment(course=course).student
    tom = a_helper(course, at=minutes(-15))
    url = f"/api/v1/courses/{course.pk}/available-helpers"
    assert api(sam).get(url).json() == {"available_count": 0, "helpers": []}

    record_sign_of_life(user_id=tom.pk, at=AT)

    found = api(sam).get(url).json()
    assert found["available_count"] == 1
    assert found["helpers"][0]["name"] == "Tom Teacher"
    assert api(a_member()).get(url).status_code == 403


def test_who_is_here_is_read_by_a_few_statements_however_many_they_are(
    django_assert_max_num_queries,
):
    course = a_course()
    sam = an_enrollment(course=course).student
    for number in range(21):
        a_helper(course, f"Helper {number:02}")
    client, url = api(sam), f"/api/v1/courses/{course.pk}/available-helpers"
    client.get(url)
    with time_machine.travel(AT, tick=False), django_assert_max_num_queries(4):
        found = client.get(url).json()
    assert found["available_count"] == 21
    assert [one["name"] for one in found["helpers"]] == [f"Helper {n:02}" for n in range(20)]


def test_the_first_answer_opens_a_conversation_and_later_ones_are_refused():
    call = a_call()
    tom, tia = a_helper(call.course), a_helper(call.course, "Tia Teacher")

    answer = responded(tom, call).json()["summon"]

    call.refresh_from_db()
    assert answer["status"] == "responded"
    assert answer["chat_url"].endswith(f"/messages/{call.conversation_id}")
    assert responded(tom, call).json()["summon"] == answer
    late = responded(tia, call)
    assert (late.status_code, late.json()["code"]) == (409, "already_answered")


def test_who_called_does_not_answer_nor_who_is_not_certified():
    call = a_call()
    switch_help(user=call.course.creator, is_available=True, at=AT)

    assert responded(call.student, call).status_code == 403
    assert responded(a_helper(a_course()), call).status_code == 404
    fired = a_helper(call.course)
    StudentTeacher.objects.filter(user=fired).update(is_active=False)
    assert responded(fired, call).status_code == 404


def test_who_switched_off_does_not_answer():
    call = a_call()
    tom = a_helper(call.course)
    switch_help(user=tom, is_available=False, at=AT)
    answer = responded(tom, call)
    assert (answer.status_code, answer.json()["code"]) == (403, "switched_off")
    call.refresh_from_db()
    assert call.status == "pending"


def test_a_call_that_waited_fifteen_minutes_is_not_answered_any_more():
    call = a_call(at=minutes(-15))
    tom = a_helper(call.course)

    assert waiting(tom).json()["summons"] == []
    assert responded(tom, call).json()["code"] == "not_waiting"
    assert close_overdue(at=AT) == 1
    assert close_overdue(at=AT) == 0
    call.refresh_from_db()
    assert call.status == "expired"


def test_a_call_is_cancelled_by_who_made_it_until_somebody_answers():
    call = a_call()
    tom = a_helper(call.course)
    url = f"{URL}/{call.pk}/cancel"

    assert api(tom).post(url, {}, "json").status_code == 403
    for _ in range(2):
        assert api(call.student).post(url, {}, "json").json()["summon"]["status"] == "cancelled"
    assert responded(tom, call).json()["code"] == "not_waiting"
    answered = an_answered_call()
    refused = api(answered.student).post(f"{URL}/{answered.pk}/cancel", {}, "json")
    assert refused.json()["code"] == "already_answered"


def test_five_minutes_after_the_answer_points_are_given_once():
    call = an_answered_call(at=minutes(-5))

    answer = completed(call.student, call, points=20)

    assert answer.status_code == 200
    assert answer.json() == {
        "summon": {"status": "completed", "points_awarded": 20},
        "helper_new_total": 20,
    }
    again = completed(call.student, call)
    assert (again.status_code, again.json()["code"]) == (409, "already_closed")
    assert GoodwillTransaction.objects.filter(user=call.helper).count() == 1


def test_a_second_before_five_minutes_is_too_early():
    call = an_answered_call(at=minutes(-5) + timedelta(seconds=1))

    answer = completed(call.student, call)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_early")
    assert answer.json()["opens_at"].startswith("2026-06-01T09:00:01")


@pytest.mark.parametrize(
    "points",
    [9, 26, 12.5, "15", True, None],
    ids=["nine", "twenty-six", "half", "text", "true", "null"],
)
def test_points_are_a_whole_number_from_ten_to_twenty_five(points):
    call = an_answered_call(at=minutes(-10))

    answer = completed(call.student, call, points)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["points"])
    call.refresh_from_db()
    assert call.points_awarded is None


def test_only_who_called_gives_points_and_only_to_who_answered():
    call = a_call(at=minutes(-10))
    assert completed(call.student, call).json()["code"] == "nobody_answered"
    answered = an_answered_call(at=minutes(-10))

    assert completed(answered.helper, answered).status_code == 403
    assert completed(a_member(), answered).status_code == 404


def test_the_same_helper_is_thanked_once_a_day():
    first = an_answered_call(at=minutes(-30))
    complete_summons(summons=first, points=10, by=first.student, at=minutes(-20))
    second = summon(enrollment=first.enrollment, module=None, by=first.student, at=minutes(-19))
    answer_summons(summons=second, by=first.helper, at=minutes(-18))

    refused = completed(first.student, second)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_soon")
    second.refresh_from_db()
    assert second.status == "responded"


def test_a_call_reaches_the_creator_too_and_nobody_who_was_shut_out():
    course, sam = a_course(), a_member()
    tom, tia = a_helper(course), a_helper(course, "Tia Teacher")
    switch_help(user=course.creator, is_available=True, at=AT)
    block_member(member=tom, by=sam, at=AT)
    block_member(member=sam, by=tia, at=AT)

    assert list(helpers_of(course, for_user=sam, at=AT)) == [course.creator]


def test_who_was_shut_out_or_switched_off_a_moment_ago_does_not_answer():
    call = a_call()
    tom, tia = a_helper(call.course), a_helper(call.course, "Tia Teacher")
    block_member(member=tom, by=call.student, at=AT)
    switch_help(user=tia, is_available=False, at=AT)

    with pytest.raises(Missing):
        answer_summons(summons=call, by=tom, at=AT)
    with pytest.raises(SwitchedOff):
        answer_summons(summons=call, by=tia, at=AT)

    call.refresh_from_db()
    assert call.helper is None


def test_a_day_after_the_answer_it_closes_with_ten_points_if_both_wrote_for_five_minutes():
    talked, silent = an_answered_call(), an_answered_call()
    lines = [(talked.student, 1), (talked.helper, 6)]
    for sender, minute in lines:
        send_message(conversation=talked.conversation, content="Hm.", by=sender, at=minutes(minute))
    # One alone wrote for eight minutes.
    for minute in (1, 9):
        at = minutes(minute)
        send_message(conversation=silent.conversation, content=f"{at}?", by=silent.helper, at=at)

    assert close_overdue(at=AT + timedelta(hours=23, minutes=59)) == 0
    assert close_overdue(at=AT + timedelta(hours=24)) == 2
    assert close_overdue(at=AT + timedelta(hours=25)) == 0
    talked.refresh_from_db(), silent.refresh_from_db()
    assert (talked.points_awarded, silent.points_awarded) == (10, 0)
    assert GoodwillTransaction.objects.count() == 1


def test_a_closing_whose_points_a_limit_forbids_closes_all_the_same():
    call = an_answered_call()
    for sender, minute in [(call.student, 1), (call.helper, 6)]:
        send_message(conversation=call.conversation, content="Hm.", by=sender, at=minutes(minute))
    StudentTeacher.objects.filter(user=call.helper).update(is_active=False)

    close_overdue(at=AT + timedelta(hours=24))

    call.refresh_from_db()
    assert (call.status, call.points_awarded) == ("completed", 0)


def test_the_switch_is_for_teachers_and_creators_and_only_their_own():
    tom = a_teacher(a_course()).user
    sam = a_member()

    def switched(by, whose, wanted=True):
        url = f"/api/v1/users/{whose.pk}/availability"
        return api(by).patch(url, {"is_available": wanted}, "json")

    assert switched(tom, tom).json() == {
        "is_available": True,
        "since": "2026-06-01T09:00:00Z",
    }
    assert switched(tom, tom, wanted=False).json() == {"is_available": False, "since": None}
    assert switched(sam, sam).json()["code"] == "not_certified"
    assert switched(sam, tom).status_code == 403
    assert switched(tom, tom, wanted="yes").status_code == 400


def test_an_open_switch_counts_the_minutes_with_signs_of_life_of_the_helpers_day():
    tom = a_helper(a_course())
    for minute in (10, 24, 40):
        record_sign_of_life(user_id=tom.pk, at=minutes(minute))

    # 40 comes sixteen minutes after 24: that span does not count.
    assert HelpSwitch.objects.get(user=tom).seconds == 24 * 60


def test_an_hour_with_signs_of_life_earns_five_points_once_a_day():
    tom = a_helper(a_course())
    for quarter in range(1, 13):
        record_sign_of_life(user_id=tom.pk, at=minutes(14 * quarter))

    row = GoodwillTransaction.objects.get(user=tom)
    assert (row.points, row.reason, row.created_at) == (5, "availability_bonus", minutes(70))


def test_switching_off_and_on_counts_the_time_before():
    tom = a_helper(a_course())
    for quarter in range(1, 5):
        switch_help(user=tom, is_available=False, at=minutes(15 * quarter))
        switch_help(user=tom, is_available=True, at=minutes(15 * quarter))

    assert GoodwillTransaction.objects.get(user=tom).points == 5


def test_minutes_before_midnight_belong_to_the_day_before():
    tom = a_helper(a_course(), at=AT.replace(hour=23, minute=55))

    record_sign_of_life(user_id=tom.pk, at=AT.replace(day=2, hour=0, minute=5))

    row = HelpSwitch.objects.get(user=tom)
    assert (row.seconds, row.day.day) == (300, 2)


def test_the_usual_wait_is_the_median_of_three_answers_and_more():
    course = a_course()
    tom = a_helper(course)
    for seconds in (20, 40, 300):
        call = a_call(course=course)
        assert usual_wait(course.pk, at=AT) == ""
        answer_summons(summons=call, by=tom, at=AT + timedelta(seconds=seconds))

    assert usual_wait(course.pk, at=minutes(6)) == "40 s"
