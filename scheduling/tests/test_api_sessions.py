"""Sessions over the API: answers, access, refusals, repetition, number of statements."""

from datetime import timedelta

import pytest
import time_machine

from scheduling.models import Session
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, sam_and_tom
from tests.cast import a_member, api

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def request_for(enrollment, **fields):
    return {
        "enrollment_id": str(enrollment.pk),
        "teacher_id": str(enrollment.teacher_id) if enrollment.teacher_id else None,
        "scheduled_start": "2026-05-04T10:00:00Z",
        **fields,
    }


def post(client, body, **headers):
    return client.post("/api/v1/sessions", body, format="json", headers=headers)


def patch(client, session, body):
    return client.patch(f"/api/v1/sessions/{session.pk}", body, format="json")


def test_booking_answers_as_the_seed_says():
    enrollment = sam_and_tom()
    answer = post(api(enrollment.student), request_for(enrollment))
    assert answer.status_code == 201
    session = answer.json()["session"]
    row = Session.objects.get()
    assert session["id"] == str(row.pk)
    assert session["scheduled_start"] == "2026-05-04T10:00:00Z"
    assert session["scheduled_end"] == "2026-05-04T11:00:00Z"
    assert session["bbb_meeting_url"].endswith(f"/sessions/{row.pk}/join")
    assert session["bbb_meeting_url"].startswith("http")
    assert session["module"]["title"] == "Module 1"


def test_an_offset_is_an_instant_as_well():
    enrollment = sam_and_tom()
    body = request_for(enrollment, scheduled_start="2026-05-04T12:00:00+02:00")
    answer = post(api(enrollment.student), body)
    assert answer.json()["session"]["scheduled_start"] == "2026-05-04T10:00:00Z"


def test_one_key_books_once():
    enrollment = sam_and_tom()
    client = api(enrollment.student)
    first = post(client, request_for(enrollment), **{"Idempotency-Key": "a"})
    again = post(client, request_for(enrollment), **{"Idempotency-Key": "a"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status", "code", "field"),
    [
        ({"scheduled_start": "2026-05-02T10:00:00Z"}, 400, "start_not_bookable", "scheduled_start"),
        ({"scheduled_start": "2027-05-02T10:00:00Z"}, 400, "start_not_bookable", "scheduled_start"),
        (
            {"scheduled_start": "2026-05-04T10:10:00Z"},
            400,
            "outside_availability",
            "scheduled_start",
        ),
        ({"scheduled_start": "2026-05-04T10:00:00"}, 400, "invalid", "scheduled_start"),
        ({"scheduled_start": "tomorrow"}, 400, "invalid", "scheduled_start"),
        ({"scheduled_start": 17}, 400, "invalid", "scheduled_start"),
        ({"scheduled_start": "0001-01-01T00:00:00+14:00"}, 400, "invalid", "scheduled_start"),
        ({"scheduled_start": "2101-01-01T00:00:00Z"}, 400, "invalid", "scheduled_start"),
        ({"enrollment_id": "x"}, 400, "invalid", "enrollment_id"),
        ({"enrollment_id": "00000000-0000-7000-8000-000000000000"}, 404, "not_found", None),
        ({"teacher_id": "00000000-0000-7000-8000-000000000000"}, 404, "not_found", None),
        ({"kind": "intro"}, 400, "invalid", "kind"),
        ({"kind": "makeup"}, 422, "no_session_left", None),
        ({"topic": "x" * 501}, 400, "invalid", "topic"),
        ({"student_id": "1"}, 400, "invalid", "student_id"),
    ],
)
def test_bad_requests_name_the_field(fields, status, code, field):
    enrollment = sam_and_tom()
    answer = post(api(enrollment.student), request_for(enrollment, **fields))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field is None or field in answer.json()["fields"]
    assert not Session.objects.exists()


@pytest.mark.parametrize("missing", ["enrollment_id", "teacher_id", "scheduled_start"])
def test_fields_of_the_seed_are_required(missing):
    enrollment = sam_and_tom()
    body = request_for(enrollment)
    del body[missing]
    answer = post(api(enrollment.student), body)
    assert answer.status_code == 400
    assert missing in answer.json()["fields"]


def test_a_teacher_of_another_course_is_not_certified():
    enrollment, other = sam_and_tom(), sam_and_tom()
    body = request_for(enrollment, teacher_id=str(other.teacher_id))
    answer = post(api(enrollment.student), body)
    assert (answer.status_code, answer.json()["code"]) == (422, "teacher_not_certified")


def test_strangers_find_no_enrollment():
    enrollment = sam_and_tom()
    for person in (a_member("Olga"), enrollment.teacher, enrollment.course.creator):
        assert post(api(person), request_for(enrollment)).status_code == 404
    assert api().post("/api/v1/sessions", {}, format="json").status_code == 401


def test_a_taken_slot_is_409_with_the_side():
    enrollment = sam_and_tom()
    a_session(enrollment)
    answer = post(api(enrollment.student), request_for(enrollment))
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["side"]) == ("slot_taken", "teacher")


def test_a_try_for_a_taken_slot_is_refused_before_any_lock(django_assert_num_queries):
    """In a rush for one time this is what most tries cost."""
    enrollment = sam_and_tom()
    a_session(enrollment)
    client = api(enrollment.student)
    post(client, request_for(enrollment))
    with django_assert_num_queries(6) as captured:
        assert post(client, request_for(enrollment)).status_code == 409
    assert not any("FOR NO KEY UPDATE" in row["sql"] for row in captured.captured_queries)


def test_without_a_teacher_one_is_picked():
    enrollment = sam_and_tom(with_teacher=False)
    answer = post(api(enrollment.student), request_for(enrollment))
    assert answer.status_code == 201
    assert answer.json()["session"]["teacher"]["name"] == "Tom Teacher"


def test_the_list_filters_by_status_role_and_time():
    enrollment = sam_and_tom()
    ahead = a_session(enrollment)
    past = a_session(
        enrollment,
        start=NOW - timedelta(days=1),
        status="completed",
        ended_at=NOW,
        completion_source="teacher",
    )
    client = api(enrollment.student)

    def ids(query: str) -> list[str]:
        answer = client.get(f"/api/v1/sessions?{query}")
        assert answer.status_code == 200, answer.json()
        return [row["id"] for row in answer.json()["sessions"]]

    assert ids("") == [str(ahead.pk), str(past.pk)]
    assert ids("status=completed") == [str(past.pk)]
    assert ids("upcoming=true") == [str(ahead.pk)]
    assert ids("upcoming=false") == [str(past.pk)]
    assert ids("role=teacher") == []
    assert ids("role=student&limit=1&page=2") == [str(past.pk)]
    assert client.get("/api/v1/sessions?role=king").status_code == 400
    assert client.get("/api/v1/sessions?upcoming=perhaps").status_code == 400
    assert client.get("/api/v1/sessions?page=0").status_code == 400


def test_nobody_sees_the_sessions_of_others():
    session = a_session(sam_and_tom())
    olga = api(a_member("Olga"))
    assert olga.get("/api/v1/sessions").json() == {"sessions": [], "total": 0, "page": 1}
    assert olga.get(f"/api/v1/sessions/{session.pk}").status_code == 404
    assert patch(olga, session, {"status": "cancelled"}).status_code == 404
    assert olga.get("/api/v1/sessions/not-an-id").status_code == 404


def test_both_people_reschedule_and_cancel():
    session = a_session(sam_and_tom(), start=MONDAY_TEN + timedelta(days=2))
    moved = patch(api(session.teacher), session, {"scheduled_start": "2026-05-05T12:00:00Z"})
    assert moved.status_code == 200, moved.json()
    assert moved.json()["session"]["scheduled_end"] == "2026-05-05T13:00:00Z"

    cancelled = patch(api(session.student), session, {"status": "cancelled"})
    assert cancelled.json()["session"]["status"] == "cancelled"

    again = patch(api(session.student), session, {"status": "cancelled"})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"status": "completed"}, 400),
        ({"scheduled_start": "nine"}, 400),
        ({"status": "cancelled", "scheduled_start": "2026-05-05T12:00:00Z"}, 400),
        ({"scheduled_start": "2026-05-01T12:00:00Z"}, 400),
        ({"scheduled_start": "2026-05-05T03:00:00Z"}, 400),
        ({"cancel_reason": "x" * 2001, "status": "cancelled"}, 400),
    ],
)
def test_bad_changes_change_nothing(body, status):
    session = a_session(sam_and_tom(), start=MONDAY_TEN + timedelta(days=2))
    assert patch(api(session.student), session, body).status_code == status
    session.refresh_from_db()
    assert (session.status, session.reschedule_count) == ("scheduled", 0)


def test_rescheduling_onto_a_taken_slot_is_409():
    enrollment = sam_and_tom()
    session = a_session(enrollment, start=MONDAY_TEN + timedelta(days=2))
    a_session(enrollment)
    answer = patch(api(session.student), session, {"scheduled_start": "2026-05-04T10:00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")


def test_a_late_cancel_needs_a_reason():
    session = a_session(sam_and_tom(), start=NOW + timedelta(hours=23))
    client = api(session.student)
    refused = patch(client, session, {"status": "cancelled"})
    assert refused.status_code == 400
    assert "cancel_reason" in refused.json()["fields"]
    assert (
        patch(client, session, {"status": "cancelled", "cancel_reason": "ill"}).status_code == 200
    )


def test_the_list_costs_the_same_for_one_and_for_twenty(django_assert_max_num_queries):
    enrollment = sam_and_tom(modules=25)
    client = api(enrollment.student)
    a_session(enrollment)
    with django_assert_max_num_queries(8):
        client.get("/api/v1/sessions")
    for number in range(1, 20):
        a_session(enrollment, start=MONDAY_TEN + timedelta(days=number))
    with django_assert_max_num_queries(8):
        answer = client.get("/api/v1/sessions?limit=20")
    assert len(answer.json()["sessions"]) == 20
