"""API endpoints of quizzes."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from learning import serializers_quiz as shapes
from learning.access import (
    attempt_to_mark,
    module_to_manage,
    own_enrollment,
    quiz_of,
    quiz_to_manage,
)
from learning.actions.attempts import hand_in_quiz, mark_attempt
from learning.actions.quizzes import remove_quiz, save_quiz
from learning.models import Enrollment, Quiz
from learning.queries.quizzes import (
    attempts_to_mark,
    current_questions,
    questions_to_answer,
    taken_quiz,
)
from peerloop.kit import answers, clock
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import ListEndpoint, PageQuery

WRITE = {400: answers.BAD, 403: answers.FORBIDDEN, 404: answers.MISSING, 409: answers.CLASH}


class TakenQuizzes(Endpoint):
    """A quiz of an enrollment."""

    @extend_schema(
        operation_id="get_enrollment_quiz",
        summary="Get a quiz",
        description="The student's own: questions without what is right, and earlier attempts "
        "with it.",
        responses={200: shapes.TakenAnswer, 403: answers.FORBIDDEN, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, enrollment_id: str, quiz_id: str) -> Response:
        """The quiz."""
        enrollment = own_enrollment(request.user, enrollment_id)
        return _taken(quiz_of(enrollment, quiz_id), enrollment)

    @extend_schema(
        operation_id="hand_in_quiz",
        summary="Hand a quiz in",
        description="Marked at once but for short answers, which wait for the teacher. 409 "
        "`quiz_changed` if the creator changed it meanwhile (no attempt is used), `wrong_moment` "
        "once it is passed or while an attempt is marked; 422 `no_attempt_left`.",
        request=shapes.HandInInput,
        responses={200: shapes.TakenAnswer, **WRITE, 422: answers.LIMIT},
    )
    def post(self, request: MemberApiRequest, enrollment_id: str, quiz_id: str) -> Response:
        """Hand it in."""
        enrollment = own_enrollment(request.user, enrollment_id)
        quiz = quiz_of(enrollment, quiz_id)
        given = self.body(shapes.HandInInput)
        answers = {
            one["question_id"]: one["text"] if "text" in one else one.get("options", [])
            for one in given["answers"]
        }
        hand_in_quiz(
            quiz=quiz,
            enrollment=enrollment,
            revision=given["revision"],
            answers=answers,
            by=request.user,
            at=clock.now(),
        )
        return _taken(quiz, enrollment)


class WaitingAttempts(ListEndpoint):
    """Attempts that wait for the caller's marks."""

    list_name = "attempts"

    @extend_schema(
        operation_id="list_quiz_attempts_to_mark",
        summary="List quiz attempts to mark",
        description="The oldest first.",
        parameters=[PageQuery],
        responses={200: shapes.WaitingAttempts, 400: answers.BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        return self.listed(attempts_to_mark(request.user), shapes.WaitingAttempt)


class Attempt(Endpoint):
    """One attempt, for its reviewer."""

    @extend_schema(
        operation_id="get_quiz_attempt",
        summary="Get a quiz attempt",
        description="For the assigned teacher, the course's creator and admins.",
        responses={200: shapes.AttemptAnswer, 403: answers.FORBIDDEN, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, attempt_id: str) -> Response:
        """The attempt."""
        return Response(shapes.AttemptAnswer(attempt_to_mark(request.user, attempt_id)).data)

    @extend_schema(
        operation_id="mark_quiz_attempt",
        summary="Mark short answers",
        description="Every short answer that waits. The second of two reviewers gets 409 "
        "`reviewed_meanwhile`.",
        request=shapes.MarksInput,
        responses={200: shapes.AttemptAnswer, **WRITE},
    )
    def patch(self, request: MemberApiRequest, attempt_id: str) -> Response:
        """Mark it."""
        row = attempt_to_mark(request.user, attempt_id)
        given = self.body(shapes.MarksInput)
        marks = {one["question_id"]: one["is_right"] for one in given["marks"]}
        row = mark_attempt(
            attempt=row,
            marks=marks,
            feedback=given["feedback"],
            by=request.user,
            at=clock.now(),
        )
        return Response(shapes.AttemptAnswer(row).data)


class ModuleQuiz(Endpoint):
    """The quiz of a module, for its creator."""

    @extend_schema(
        operation_id="get_module_quiz",
        summary="Get the quiz of a module",
        description="For the course's creator and admins, with what is right.",
        responses={200: shapes.QuizAnswer, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, course_id: str, module_id: str) -> Response:
        """The quiz."""
        return _made(quiz_to_manage(request.user, course_id, module_id))

    @extend_schema(
        operation_id="set_module_quiz",
        summary="Make or change the quiz of a module",
        description="Settings and all questions. Changed questions are a new revision; attempts "
        "keep the one that they answered.",
        request=shapes.QuizInput,
        responses={200: shapes.QuizAnswer, **WRITE, 422: answers.LIMIT},
    )
    def put(self, request: MemberApiRequest, course_id: str, module_id: str) -> Response:
        """Make or change it."""
        module = module_to_manage(request.user, course_id, module_id)
        given = self.body(shapes.QuizInput)
        return _made(save_quiz(module=module, by=request.user, at=clock.now(), **given))

    @extend_schema(
        operation_id="remove_module_quiz",
        summary="Delete the quiz of a module",
        description="It is hidden from everybody; what was answered is kept.",
        responses={204: None, 404: answers.MISSING},
    )
    def delete(self, request: MemberApiRequest, course_id: str, module_id: str) -> Response:
        """Hide it."""
        quiz = quiz_to_manage(request.user, course_id, module_id)
        remove_quiz(quiz=quiz, by=request.user, at=clock.now())
        return Response(status=204)


def _taken(quiz: Quiz, enrollment: Enrollment) -> Response:
    answer = {"taken": taken_quiz(quiz, enrollment), "questions": questions_to_answer(quiz)}
    return Response(shapes.TakenAnswer(answer).data)


def _made(quiz: Quiz) -> Response:
    answer = {"quiz": quiz, "questions": current_questions(quiz)}
    return Response(shapes.QuizAnswer(answer).data)
