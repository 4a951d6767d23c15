"""Quizzes of modules: made by creators, answered by students, marked at once or by a reviewer."""

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import Notification
from learning.actions.attempts import NoAttemptLeft, hand_in_quiz, mark_attempt
from learning.actions.quizzes import (
    QuizChanged,
    add_question,
    edit_question,
    move_question,
    remove_question,
    set_quiz,
)
from learning.actions.reviewing import ReviewedMeanwhile
from learning.actions.sweeping import complete_ready
from learning.models import Quiz, QuizAttempt, QuizRevision
from learning.queries import modules_of
from learning.queries.completion import ready_to_complete
from learning.queries.quizzes import current_questions
from learning.tests.people import AT, hold, taught
from learning.tests.test_homework import ready_in_sql
from learning.tests.test_races_work import at_once
from peerloop.kit.refusals import Invalid, Missing, WrongMoment
from peerloop.pages.tests.test_learn import text_of
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db
SINGLE = {
    "kind": "single",
    "text": "What is two and two?",
    "explanation": "Count.",
    "options": [
        {"text": "Three", "is_right": False, "explanation": "One short"},
        {"text": "Four", "is_right": True, "explanation": "Just so"},
    ],
}
MULTIPLE = {
    "kind": "multiple",
    "text": "Which are even?",
    "options": [
        {"text": "Two", "is_right": True},
        {"text": "Three", "is_right": False},
        {"text": "Four", "is_right": True},
    ],
}
SHORT = {"kind": "short", "text": "Say why.", "explanation": "Names a reason."}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def a_quiz(enrollment, *questions, **settings):
    """A quiz of the first module."""
    clara = enrollment.course.creator
    module = modules_of(enrollment)[0]
    module.course = enrollment.course
    quiz = set_quiz(module=module, by=clara, at=AT, **{"title": "Quiz", **settings})
    for question in questions or (SINGLE, MULTIPLE):
        add_question(quiz=quiz, question=question, by=clara, at=AT)
    return quiz


def answers_of(quiz, *, right=True, short="Because"):
    """Answers to all questions: all right, or all wrong."""
    return {
        one["id"]: short
        if one["kind"] == "short"
        else [option["id"] for option in one["options"] if option["is_right"] == right][
            : None if one["kind"] == "multiple" else 1
        ]
        for one in current_questions(quiz)
    }


def hand_in(quiz, enrollment, answers=None, **fields):
    return hand_in_quiz(
        quiz=quiz,
        enrollment=enrollment,
        revision=fields.pop("revision", quiz.revision),
        answers=answers_of(quiz, **fields) if answers is None else answers,
        by=enrollment.student,
        at=AT,
    )


def test_a_quiz_marks_itself():
    enrollment = taught()
    quiz = a_quiz(enrollment)
    wrong = hand_in(quiz, enrollment, right=False)
    assert (wrong.status, wrong.right, wrong.total, wrong.is_passed) == ("marked", 0, 2, False)
    none = hand_in(quiz, enrollment, {})
    assert none.right == 0
    right = hand_in(quiz, enrollment)
    assert (right.number, right.right, right.is_passed) == (3, 2, True)
    with pytest.raises(WrongMoment):
        hand_in(quiz, enrollment)


def test_half_of_several_right_answers_is_not_right():
    enrollment = taught()
    quiz = a_quiz(enrollment, MULTIPLE)
    question = current_questions(quiz)[0]
    one = hand_in(quiz, enrollment, {question["id"]: [question["options"][0]["id"]]})
    assert one.right == 0


@pytest.mark.parametrize(("percent", "is_passed"), [(50, True), (51, False)])
def test_the_share_of_right_answers_decides(percent, is_passed):
    enrollment = taught()
    quiz = a_quiz(enrollment, pass_percent=percent)
    given = answers_of(quiz)
    given[current_questions(quiz)[1]["id"]] = []
    assert hand_in(quiz, enrollment, given).is_passed is is_passed


def test_attempts_are_limited():
    enrollment = taught()
    quiz = a_quiz(enrollment, max_attempts=2)
    for _ in range(2):
        hand_in(quiz, enrollment, right=False)
    with pytest.raises(NoAttemptLeft):
        hand_in(quiz, enrollment)
    page = browse(enrollment.student).get(f"/learn/{enrollment.pk}/quizzes/{quiz.pk}")
    assert "No attempt is left" in text_of(page)


@pytest.mark.parametrize(
    "change",
    [
        {"text": " "},
        {"kind": "essay"},
        {"options": SINGLE["options"][:1]},
        {"options": [{**one, "is_right": True} for one in SINGLE["options"]]},
        {"options": [{**one, "is_right": False} for one in SINGLE["options"]]},
        {"options": [SINGLE["options"][1], {**SINGLE["options"][1], "is_right": False}]},
    ],
)
def test_a_question_that_can_not_be_answered_is_refused(change):
    enrollment = taught()
    quiz = a_quiz(enrollment)
    with pytest.raises(Invalid):
        add_question(quiz=quiz, question={**SINGLE, **change}, by=enrollment.course.creator, at=AT)


def test_options_of_another_question_and_two_of_a_single_one_are_refused():
    enrollment = taught()
    quiz = a_quiz(enrollment)
    single, multiple = current_questions(quiz)
    for chosen in ([multiple["options"][0]["id"]], [one["id"] for one in single["options"]]):
        with pytest.raises(Invalid):
            hand_in(quiz, enrollment, {single["id"]: chosen})
    assert not QuizAttempt.objects.exists()


def test_short_answers_wait_for_the_teacher_and_an_empty_one_is_wrong():
    enrollment = taught()
    quiz = a_quiz(enrollment, SINGLE, SHORT)
    assert hand_in(quiz, enrollment, short=" ").status == "marked"
    attempt = hand_in(quiz, enrollment)
    assert (attempt.status, attempt.is_passed) == ("waiting", False)
    with pytest.raises(WrongMoment):
        hand_in(quiz, enrollment)
    told = Notification.objects.get(user=enrollment.teacher, kind="homework")
    assert told.url == f"/teach/quizzes/{attempt.pk}"
    key = current_questions(quiz)[1]["id"]
    with pytest.raises(Invalid):
        mark_attempt(attempt=attempt, marks={}, by=enrollment.teacher, at=AT)
    done = mark_attempt(attempt=attempt, marks={key: True}, by=enrollment.teacher, at=AT)
    assert (done.status, done.is_passed) == ("marked", True)
    with pytest.raises(ReviewedMeanwhile, match="Tom Teacher already marked this"):
        mark_attempt(attempt=attempt, marks={key: False}, by=enrollment.course.creator, at=AT)


def test_a_changed_quiz_refuses_old_answers_and_keeps_those_of_attempts():
    enrollment = taught()
    clara = enrollment.course.creator
    quiz = a_quiz(enrollment)
    attempt = hand_in(quiz, enrollment, right=False)
    old, first = quiz.revision, current_questions(quiz)[0]
    edit_question(
        quiz=quiz, question_id=first["id"], question={**SINGLE, "text": "New?"}, by=clara, at=AT
    )
    with pytest.raises(QuizChanged):
        hand_in(quiz, enrollment, {}, revision=old)
    attempt.refresh_from_db()
    assert attempt.revision.questions[0]["text"] == "What is two and two?"
    assert QuizAttempt.objects.count() == 1
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}/quizzes/{quiz.pk}"))
    assert "What is two and two?" in page
    assert "New?" in page
    for change in ({"answers": {}}, {"number": 9}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuizAttempt.objects.filter(pk=attempt.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuizRevision.objects.update(questions=[])


def test_questions_are_moved_and_removed():
    enrollment = taught()
    clara = enrollment.course.creator
    quiz = a_quiz(enrollment, SINGLE, MULTIPLE, SHORT)
    keys = [one["id"] for one in current_questions(quiz)]
    move_question(quiz=quiz, question_id=keys[2], earlier=True, by=clara, at=AT)
    assert [one["id"] for one in current_questions(quiz)] == [keys[0], keys[2], keys[1]]
    remove_question(quiz=quiz, question_id=keys[0], by=clara, at=AT)
    assert quiz.question_count == 2
    with pytest.raises(Missing):
        remove_question(quiz=quiz, question_id=keys[0], by=clara, at=AT)


def test_a_required_quiz_keeps_the_course_from_being_completed():
    enrollment = taught(modules=1)
    quiz = a_quiz(enrollment, is_required=True)
    hold(enrollment, 1)
    enrollment.refresh_from_db()
    assert enrollment.status == "in_progress"
    assert "Left to do" in text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    hand_in(quiz, enrollment, right=False)
    assert set(ready_to_complete().values_list("pk", flat=True)) == ready_in_sql() == set()
    hand_in(quiz, enrollment)
    enrollment.refresh_from_db()
    assert enrollment.is_completed


def test_a_required_quiz_that_loses_its_questions_holds_nobody_up():
    enrollment = taught(modules=1)
    quiz = a_quiz(enrollment, SINGLE, is_required=True)
    hold(enrollment, 1)
    key = current_questions(quiz)[0]["id"]
    remove_question(quiz=quiz, question_id=key, by=enrollment.course.creator, at=AT)
    assert set(ready_to_complete().values_list("pk", flat=True)) == ready_in_sql()
    assert complete_ready(at=AT) == 1


def test_what_is_right_is_not_sent_before_the_attempt_is_handed_in():
    enrollment = taught()
    quiz = a_quiz(enrollment, SINGLE, MULTIPLE, SHORT)
    sam, path = browse(enrollment.student), f"/learn/{enrollment.pk}/quizzes/{quiz.pk}"
    program, endpoint = (
        api(enrollment.student),
        f"/api/v1/enrollments/{enrollment.pk}/quizzes/{quiz.pk}",
    )
    for body in (sam.get(path).content.decode(), program.get(endpoint).content.decode()):
        assert "Four" in body
        for secret in ("Just so", "One short", "is_right", "Count.", "Names a reason."):
            assert secret not in body
    data = {"revision": quiz.revision}
    data |= {f"q-{key}": value for key, value in answers_of(quiz).items()}
    assert sam.post(path, data).status_code == 302
    page = text_of(sam.get(path))
    assert "Just so" in page
    assert "Being marked" in page


def test_a_student_and_a_reviewer_use_the_pages():
    enrollment = taught()
    quiz = a_quiz(enrollment, SHORT)
    sam, path = browse(enrollment.student), f"/learn/{enrollment.pk}/quizzes/{quiz.pk}"
    assert f"/quizzes/{quiz.pk}" in text_of(sam.get(f"/learn/{enrollment.pk}"))
    key = f"q-{current_questions(quiz)[0]['id']}"
    assert sam.post(path, {"revision": "7", key: "My words"}).status_code == 409
    assert sam.post(path, {"revision": "1", key: "My words"}).status_code == 302
    attempt = QuizAttempt.objects.get()
    tom, mark = browse(enrollment.teacher), f"/teach/quizzes/{attempt.pk}"
    assert mark in text_of(tom.get("/teach/homework"))
    assert "My words" in text_of(tom.get(mark))
    assert tom.post(mark, {"feedback": "x"}).status_code == 422
    assert tom.post(mark, {key: "1", "feedback": "Well said"}).status_code == 302
    assert tom.post(mark, {key: "0"}).status_code == 409
    page = text_of(sam.get(path))
    assert "Well said" in page
    assert "Passed" in page
    assert browse(a_member("Olga")).get(path).status_code == 404


def test_a_creator_makes_a_quiz_on_the_pages():
    enrollment = taught()
    course = enrollment.course
    module = modules_of(enrollment)[0]
    clara = browse(course.creator)
    path = f"/create/courses/{course.pk}/quiz/{module.pk}"
    assert clara.get(f"{path}/questions/new").status_code == 404
    assert "Make a quiz" in text_of(clara.get(path))
    assert clara.post(path, {"title": "Quiz", "pass_percent": "0"}).status_code == 422
    assert clara.post(path, {"title": "Quiz", "pass_percent": "80"}).status_code == 302
    form = {"kind": "single", "text": "Two and two?", "option_0": "Three", "option_1": "Four"}
    new = f"{path}/questions/new"
    wrong = clara.post(new, form)
    assert wrong.status_code == 422
    assert "Say which one option is right." in text_of(wrong)
    assert clara.post(new, {**form, "right_1": "on", "why_1": "Just so"}).status_code == 302
    quiz = Quiz.objects.get()
    question = current_questions(quiz)[0]
    one = f"{path}/questions/{question['id']}"
    assert "Just so" in text_of(clara.get(one))
    clara.post(one, {**form, "text": "2 + 2?", "right_1": "on"})
    changed = current_questions(quiz.__class__.objects.get())[0]
    assert changed["text"] == "2 + 2?"
    assert [o["id"] for o in changed["options"]] == [o["id"] for o in question["options"]]
    assert clara.post(f"{one}/move", {"earlier": "1"}).status_code == 302
    assert clara.post(f"{one}/remove").status_code == 302
    assert clara.post(f"{path}/remove").status_code == 302
    assert "Make a quiz" in text_of(clara.get(path))


def test_quizzes_over_the_api():
    enrollment = taught()
    course, module = enrollment.course, modules_of(enrollment)[0]
    sam, tom, clara = (api(one) for one in (enrollment.student, enrollment.teacher, course.creator))
    path = f"/api/v1/courses/{course.pk}/modules/{module.pk}/quiz"
    assert clara.get(path).status_code == 404
    body = {"title": "Quiz", "revision": 0, "questions": [SINGLE, SHORT]}
    made = clara.put(path, body, format="json")
    assert made.status_code == 200, made.content
    assert clara.put(path, body, format="json").json()["code"] == "quiz_changed"
    found = made.json()
    again = {**body, "revision": 1, "questions": found["questions"], "title": "Asked"}
    assert clara.put(path, again, format="json").json()["revision"] == 1
    mine = f"/api/v1/enrollments/{enrollment.pk}/quizzes/{found['id']}"
    single, short = sam.get(mine).json()["questions"]
    answers = [
        {"question_id": single["id"], "options": [single["options"][1]["id"]]},
        {"question_id": short["id"], "text": "Because"},
    ]
    done = sam.post(mine, {"revision": 1, "answers": answers}, format="json")
    assert done.status_code == 200, done.content
    assert done.json()["attempts"][0]["status"] == "waiting"
    waiting = tom.get("/api/v1/quiz-attempts").json()["attempts"]
    one = f"/api/v1/quiz-attempts/{waiting[0]['id']}"
    assert sam.get(one).status_code == 403
    marks = {"marks": [{"question_id": short["id"], "is_right": True}]}
    assert tom.patch(one, marks, format="json").json()["is_passed"] is True
    assert clara.patch(one, marks, format="json").json()["code"] == "reviewed_meanwhile"
    assert clara.delete(path).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_of_a_quiz_one_marks_it():
    enrollment = taught()
    quiz = a_quiz(enrollment, SHORT)
    attempt = hand_in(quiz, enrollment)
    key = current_questions(quiz)[0]["id"]

    def mark(by, is_right):
        row = QuizAttempt.objects.select_related("enrollment").get(pk=attempt.pk)
        return lambda: mark_attempt(attempt=row, marks={key: is_right}, by=by, at=AT)

    results = at_once(mark(enrollment.teacher, True), mark(enrollment.course.creator, False))
    assert sum(isinstance(one, ReviewedMeanwhile) for one in results) == 1


@pytest.mark.django_db(transaction=True)
def test_questions_added_at_once_are_all_there_and_attempts_at_once_are_counted():
    enrollment = taught()
    clara = enrollment.course.creator
    quiz = a_quiz(enrollment, SINGLE, max_attempts=2)

    def add(number):
        mine = type(quiz).objects.select_related("course").get(pk=quiz.pk)
        question = {**SHORT, "text": f"Question {number}"}
        return lambda: add_question(quiz=mine, question=question, by=clara, at=AT)

    at_once(*(add(number) for number in range(6)))
    quiz.refresh_from_db()
    assert len(current_questions(quiz)) == quiz.question_count == 7

    def attempt(_):
        mine = type(enrollment).objects.select_related("student").get(pk=enrollment.pk)
        row = type(quiz).objects.get(pk=quiz.pk)
        return lambda: hand_in_quiz(
            quiz=row, enrollment=mine, revision=quiz.revision, answers={}, by=mine.student, at=AT
        )

    results = at_once(*(attempt(number) for number in range(5)))
    assert sum(isinstance(one, NoAttemptLeft) for one in results) == 3


def test_the_course_room_with_quizzes_asks_ten_statements_at_most(django_assert_max_num_queries):
    enrollment = taught(modules=50, sessions=1)
    a_quiz(enrollment)
    browser = browse(enrollment.student)
    browser.get(f"/learn/{enrollment.pk}")
    with django_assert_max_num_queries(10):
        browser.get(f"/learn/{enrollment.pk}")
