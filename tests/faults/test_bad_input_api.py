"""Bad requests to the API: an error that names the field, no partial write, no 500."""

import itertools
import json
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from peerloop.kit.ids import uuid7
from tests.cast import api
from tests.faults.fuzzing import (
    ALWAYS_INVALID,
    BROKEN_BODIES,
    HUGE,
    SOMETIMES_VALID,
    UNICODE,
    Fuzzer,
    Operation,
    body_with,
    operations,
)
from tests.security.scene import World, a_world

pytestmark = pytest.mark.django_db
MAILED = ("auth_forgot_password", "auth_reset_password", "auth_resend_verification")
# Refused with any body here: the token is unknown, a payout is open, the room is not open yet.
NOT_NOW = {
    *("auth_login", "auth_refresh", "auth_reset_password_confirm", "auth_verify_email"),
    *("payouts_request", "create_video_token", "join_session", "verify_certificate"),
    "cancel_summons",
    "retry_newsletter",
    # The course is published, and students paid for its modules.
    *("delete_course", "remove_module"),
    # Sam's attempt waits for its marks.
    "hand_in_quiz",
}
BY = {
    "admin": (
        *("admin_payouts_process", "admin_payouts_batch", "admin_pending_payouts"),
        *("mark_review_helpful", "unmark_review_helpful"),
    ),
    "teacher": (
        *(
            "answer_review",
            "set_availability",
            "recommend_certificate",
            "payouts_request",
            "payouts_cancel",
        ),
        *("earnings", "earnings_ledger", "payouts"),
        *("connect_dashboard", "connect_onboard", "connect_status"),
        *("complete_session", "list_active_summons", "respond_to_summons"),
        *("set_help_availability", "repost_post", "undo_repost", "get_teaching_notes"),
    ),
    "creator": (
        *("decide_certificate", "issue_certificate", "decide_teaching_application"),
        *("list_instructor_followers", "flag_post", "flag_content"),
        *("list_community_moderators", "pin_post", "unpin_post"),
        *("appoint_community_moderator", "end_community_moderator"),
        *("list_newsletters", "create_newsletter", "get_newsletter", "change_newsletter"),
        *("delete_newsletter", "test_newsletter", "send_newsletter", "schedule_newsletter"),
        *("unschedule_newsletter", "retry_newsletter", "list_newsletter_subscribers"),
        *("list_course_homework", "set_homework", "edit_homework", "remove_homework"),
        *("list_my_courses", "create_course", "get_my_course", "change_course", "delete_course"),
        *("publish_course", "unpublish_course", "retire_course", "duplicate_course"),
        *("draw_course_cover", "add_module", "change_module", "remove_module", "move_module"),
        "restore_module",
        *("review_homework", "get_quiz_attempt", "mark_quiz_attempt"),
        *("get_module_quiz", "set_module_quiz", "remove_module_quiz"),
        *("list_inquiries", "get_inquiry", "put_inquiry_away", "write_to_inquiry"),
    ),
    "finisher": ("apply_to_teach", "create_summons"),
    "other_student": ("enroll_in_course", "create_checkout", "create_checkout_session"),
}


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def fuzzer(world: World) -> Fuzzer:
    actors = {name: who for who, names in BY.items() for name in names}
    held, tom = {"session_id": str(world.held.pk)}, {"user_id": str(world.people["teacher"].pk)}
    of_tom = ("set_availability", "users_follow", "users_unfollow", "set_help_availability")
    follow = dict.fromkeys((*of_tom, "end_community_moderator"), tom)
    answer = {"post_id": str(world.answer.pk)}
    helped = dict.fromkeys(("mark_helped", "unmark_helped"), answer)
    words = {"assess_session": held, "complete_session": held, **follow, **helped}
    words["review_enrollment"] = {"enrollment_id": str(world.review.enrollment_id)}
    return Fuzzer(world, valid_bodies(world), actors, words)


def valid_bodies(world: World) -> dict[str, dict[str, Any]]:
    """A valid body for each operation, so that a test can spoil one field at a time."""
    enrollment, tom = str(world.enrollment.pk), str(world.people["teacher"].pk)
    buying = {
        "course_id": str(world.course.pk),
        "student_teacher_id": tom,
        "scheduled_start": (world.session.scheduled_start + timedelta(hours=4)).isoformat(),
    }
    mail, long_word = "nobody@people.peerloop.test", "correct horse battery"
    return {
        "auth_signup": {"name": "Una", "email": mail, "password": long_word},
        "auth_login": {"email": mail, "password": long_word},
        "auth_reset_password_confirm": {"token": "x" * 43, "password": long_word},
        "set_availability": {"timezone": "UTC", "slots": []},
        "decide_certificate": {"status": "issued"},
        "issue_certificate": {"enrollment_id": enrollment, "type": "completion"},
        "recommend_certificate": {"enrollment_id": enrollment, "type": "completion"},
        "create_checkout": buying,
        "create_checkout_session": buying,
        "decide_teaching_application": {"status": "approved"},
        "payouts_request": {"amount_cents": 10_500},
        "book_session": {
            "enrollment_id": enrollment,
            "teacher_id": tom,
            "scheduled_start": (world.session.scheduled_start + timedelta(hours=4)).isoformat(),
        },
        "book_session_series": {
            "teacher_id": tom,
            "starts": [(world.session.scheduled_start + timedelta(hours=6)).isoformat()],
        },
        "assess_session": {"rating": 5},
        "review_enrollment": {"about": "course", "rating": 4, "comment": "Clear and short."},
        "change_review": {"rating": 4, "comment": "He explains it once."},
        "answer_review": {"answer": "Thank you for coming."},
        "state_expectations": {"goal": "Write reports that people read."},
        "apply_to_teach": {"message": "I want to go on."},
        "mark_enrollment_module": {"is_complete": True},
        "set_homework": {"title": "Two", "instructions": "Do it.", "due_days": 3},
        "edit_homework": {"title": "Two", "is_required": True},
        "submit_homework": {"content": "Done better."},
        "set_module_quiz": {"title": "Two", "revision": 1, "questions": []},
        "hand_in_quiz": {"revision": 1, "answers": []},
        "mark_quiz_attempt": {
            "marks": [{"question_id": world.words()["word"], "is_right": True}],
        },
        "review_homework": {"status": "approved", "feedback": "Good"},
        **{name: {"email": mail} for name in MAILED},
        "create_video_token": {"session_id": str(world.session.pk)},
        "blocks_add": {"user_id": str(world.people["other_teacher"].pk)},
        "change_session": {"status": "cancelled"},
        "open_conversation": {"participant_ids": [tom]},
        "send_message": {"content": "See you on Thursday."},
        "mark_conversation_read": {"number": 1},
        "create_stream_token": {"requested_feeds": [f"course:{world.course.pk}"]},
        "create_summons": {"course_id": str(world.course.pk)},
        "promote_post": {"points_to_spend": 50},
        "complete_summons": {"points": 15},
        "set_help_availability": {"is_available": True},
        "appoint_community_moderator": {"user_id": tom},
        "create_post": {"content": "Who has tried this?"},
        "reply_to_post": {"content": "I have."},
        "ask_creator": {"text": "Do I need an oven of my own for it?"},
        "write_to_inquiry": {"text": "No, the one at school will do."},
        "put_inquiry_away": {"status": "closed"},
        "request_course": {
            "title": "Bread without an oven",
            "reason": "Many of us cook on a single plate.",
        },
        "create_course": {"title": "Bread by Hand"},
        "change_course": {"tagline": "From four things"},
        "add_module": {"title": "Folding"},
        "change_module": {"title": "Folding twice"},
        "move_module": {"position": 1},
        "create_newsletter": {"subject": "News", "body": "Try this."},
        "change_newsletter": {"subject": "News", "body": "Try that."},
        "schedule_newsletter": {"send_at": (world.at + timedelta(days=2)).isoformat()},
        "add_companion_pin": {"user_id": tom},
        "add_feed_mute": {"member_id": tom},
        "edit_post": {"content": "Who else has tried this?"},
        "flag_post": {"reason": "spam"},
        "flag_content": {
            "target_type": "post",
            "target_id": str(world.post.pk),
            "reason": "spam",
        },
        "award_goodwill": {"to_user_id": tom, "points": 5, "message_id": str(world.told.pk)},
    }


def report(fuzzer: Fuzzer) -> None:
    assert not fuzzer.failures, "\n" + "\n".join(fuzzer.failures)


def with_body() -> list[Operation]:
    return [operation for operation in operations() if operation.body]


def test_a_valid_request_reaches_every_operation(fuzzer: Fuzzer) -> None:
    for operation in operations():
        body = json.dumps(fuzzer.valid.get(operation.name, {})).encode() if operation.body else None
        wanted = "4" if operation.name in NOT_NOW else "2"
        fuzzer.send(operation, "right", body, allowed=wanted)
    report(fuzzer)


def test_an_invalid_value_is_refused_with_the_name_of_its_field(fuzzer: Fuzzer) -> None:
    for operation in with_body():
        valid = fuzzer.valid.get(operation.name, {})
        for name in operation.body or ():
            body = {key: value for key, value in valid.items() if key != name}
            if name in operation.required:
                left_out = json.dumps(body).encode()
                fuzzer.send(operation, f"{name}: missing", left_out, name=name, allowed="4")
            for label, value in ALWAYS_INVALID.items():
                sent = body_with(valid, name, value)
                # The parser refuses these before any field is known.
                named = "" if label in ("NaN", "infinity", "nested 100 deep") else name
                fuzzer.send(operation, f"{name}: {label}", sent, name=named, allowed="4")
            for label, value in SOMETIMES_VALID.items():
                sent = body_with(valid, name, value)
                fuzzer.send(operation, f"{name}: {label}", sent, name="")
    report(fuzzer)


def test_invalid_times_in_availability_are_refused(fuzzer: Fuzzer) -> None:
    operation = next(one for one in operations() if one.name == "set_availability")
    right = {"day_of_week": 1, "start_time": "09:00", "end_time": "12:00"}
    values = (None, "", [], {}, -1, HUGE, 2**31, 0.5, "24:01", "٠٩:٠٠", "9999-12-31", "0001-01-01")
    names = ("date", "is_available", "start_date", "repeat_weeks", *right)
    for name, value in itertools.product(names, values):
        entries = [{**right, "start_date": "9999-12-20", name: value}]
        sent = json.dumps({"timezone": "UTC", "slots": entries}).encode()
        fuzzer.send(operation, f"slots.{name}: {value!r}", sent)
    for zone in ("Mars/Olympus", "../../etc/passwd", "utc\n", "Europe", "posixrules", "x" * 64):
        sent = json.dumps({"timezone": zone, "slots": [right]}).encode()
        fuzzer.send(operation, f"timezone: {zone!r}", sent, name="timezone", allowed="4")
    report(fuzzer)


def test_every_operation_refuses_a_body_that_is_not_a_json_object(fuzzer: Fuzzer) -> None:
    kinds = ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=é")
    big = b'{"name": "' + b"x" * 2_000_000 + b'"}'
    for operation in with_body():
        for label, body in BROKEN_BODIES.items():
            fuzzer.send(operation, label, body, allowed="4")
        answer = fuzzer.send(operation, "2 MB", big, allowed="4")
        assert answer.status_code == 413, operation
        for kind in kinds:
            fuzzer.send(operation, kind, b"name=x", content_type=kind, allowed="4")
    report(fuzzer)


def test_unknown_and_malformed_ids_are_not_found(fuzzer: Fuzzer) -> None:
    bad = (
        str(uuid7()),
        str(uuid.UUID(int=0)),
        "1",
        "x" * 300,
        "%00",
        "%ED%A0%80",
        "🦄",
        "-1",
        "..%2f",
    )
    for operation in operations():
        names = [name for name in fuzzer.words if f"{{{name}}}" in operation.path]
        for name, value in itertools.product(names, bad):
            words = {**fuzzer.words_of(operation), name: value}
            path = operation.path.format_map(words)
            body = json.dumps(fuzzer.valid.get(operation.name, {})).encode()
            answer = fuzzer.send(operation, f"{name}={value[:20]}", body, path=path, allowed="4")
            if answer.status_code not in (400, 403, 404):
                fuzzer.failures.append(
                    f"{operation.name} {name}={value[:20]}: {answer.status_code}"
                )
    report(fuzzer)


def test_no_operation_breaks_on_nonsense_in_query_parameters(fuzzer: Fuzzer) -> None:
    bad = ("", "x", "-1", "0", "0.5", str(HUGE), "9" * 5000, "9999-12-31", f"{1:09}{HUGE}")
    worse = ("\x00", UNICODE, "%", "' OR 1=1", "\\", "a" * 5000, "²", "1e400")
    raw = ("%00", "%ff%fe", "%ED%A0%80")
    for operation in operations():
        for name in operation.query:
            path = operation.path.format_map(fuzzer.words_of(operation))
            texts = [urlencode({name: value}) for value in (*bad, *worse)]
            for text in [*texts, *(f"{name}={value}" for value in raw), f"{name}=1&{name}=2"]:
                fuzzer.send(operation, text[:40], path=f"{path}?{text}")
    report(fuzzer)


def test_the_alias_of_the_api_answers_the_same(fuzzer: Fuzzer) -> None:
    for operation in operations():
        path = operation.path.format_map(dict.fromkeys(fuzzer.words, "nothing"))
        first = fuzzer.send(operation, "v1", b"{}", path=path)
        alias = path.replace("/api/v1/", "/api/", 1)
        second = fuzzer.send(operation, "alias", b"{}", path=alias)
        assert first.status_code == second.status_code, path
        if first.status_code >= 400:
            assert first.json() == second.json(), path
    report(fuzzer)


def test_a_name_keeps_every_kind_of_unicode() -> None:
    name = "Ёлка 山田 🧑🏽‍🚀 مريم é"
    body = {
        "name": name,
        "email": "every@people.peerloop.test",
        "password": "correct horse battery",
    }
    answer = api().post("/api/v1/auth/signup", body, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["user"]["name"] == name
