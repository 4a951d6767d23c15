"""Serializers of quizzes: what the API reads, and what it answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.members.serializers import PersonAnswer
from learning.actions.attempts import LONGEST_ANSWER
from learning.actions.quizzes import (
    LONGEST_EXPLANATION,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
)
from learning.models import QuizAttempt
from learning.models.homework import LONGEST_FEEDBACK, LONGEST_TITLE
from learning.models.quiz import (
    LONGEST_INTRO,
    MOST_ATTEMPTS,
    MOST_QUESTIONS,
    AttemptStatus,
    QuestionKind,
)
from learning.queries.quizzes import answered_questions
from peerloop.kit.inputs import Choice, Input, Listed, Text, Truth, Whole

Shape = serializers.Serializer[Any]
KEY = 40


class OptionInput(Input):
    """An option of a question."""

    id = Text(required=False, max_length=KEY, help_text="Of an option that stays the same.")
    text = Text(max_length=LONGEST_OPTION)
    is_right = Truth()
    explanation = Text(required=False, default="", allow_blank=True, max_length=LONGEST_EXPLANATION)


class QuestionInput(Input):
    """A question."""

    id = Text(required=False, max_length=KEY, help_text="Of a question that stays the same.")
    kind = Choice(QuestionKind.choices)
    text = Text(max_length=LONGEST_QUESTION)
    explanation = Text(required=False, default="", allow_blank=True, max_length=LONGEST_EXPLANATION)
    options = Listed(child=OptionInput(), max_length=MOST_OPTIONS, required=False)


class QuizInput(Input):
    """A quiz with all its questions."""

    title = Text(max_length=LONGEST_TITLE)
    intro = Text(required=False, default="", allow_blank=True, max_length=LONGEST_INTRO)
    pass_percent = Whole(min_value=1, max_value=100, required=False, default=70)
    max_attempts = Whole(min_value=1, max_value=MOST_ATTEMPTS, required=False, allow_null=True)
    is_required = Truth(required=False, default=False)
    revision = Whole(
        min_value=0,
        max_value=1_000_000,
        help_text="The one that was read, 0 for a new quiz; else 409 `quiz_changed`.",
    )
    questions = Listed(child=QuestionInput(), max_length=MOST_QUESTIONS)


class AnswerInput(Input):
    """The answer to one question."""

    question_id = Text(max_length=KEY)
    options = Listed(child=Text(max_length=KEY), max_length=MOST_OPTIONS, required=False)
    text = Text(required=False, allow_blank=True, max_length=LONGEST_ANSWER)


class HandInInput(Input):
    """An attempt."""

    revision = Whole(min_value=1, max_value=1_000_000)
    answers = Listed(child=AnswerInput(), max_length=MOST_QUESTIONS)


class MarkInput(Input):
    """Whether one short answer is right."""

    question_id = Text(max_length=KEY)
    is_right = Truth()


class MarksInput(Input):
    """A reviewer's marks."""

    marks = Listed(child=MarkInput(), max_length=MOST_QUESTIONS)
    feedback = Text(required=False, default="", allow_blank=True, max_length=LONGEST_FEEDBACK)


class OptionAnswer(Shape):
    """An option as its creator has it."""

    id = serializers.CharField()
    text = serializers.CharField()
    is_right = serializers.BooleanField()
    explanation = serializers.CharField()


class QuestionAnswer(Shape):
    """A question as its creator has it."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(QuestionKind.choices)
    text = serializers.CharField()
    explanation = serializers.CharField()
    options = OptionAnswer(many=True)


class QuizAnswer(Shape):
    """A quiz as its creator has it."""

    id = serializers.UUIDField(source="quiz.id")
    module_id = serializers.UUIDField(source="quiz.module_id")
    title = serializers.CharField(source="quiz.title")
    intro = serializers.CharField(source="quiz.intro")
    pass_percent = serializers.IntegerField(source="quiz.pass_percent")
    max_attempts = serializers.IntegerField(source="quiz.max_attempts", allow_null=True)
    is_required = serializers.BooleanField(source="quiz.is_required")
    revision = serializers.IntegerField(source="quiz.revision")
    questions = QuestionAnswer(many=True)


class OptionToAnswer(Shape):
    """An option; what is right is told once the quiz is handed in."""

    id = serializers.CharField()
    text = serializers.CharField()


class QuestionToAnswer(Shape):
    """A question to answer."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(QuestionKind.choices)
    text = serializers.CharField()
    options = OptionToAnswer(many=True)


class AnsweredOption(OptionAnswer):
    """An option of an attempt."""

    is_chosen = serializers.BooleanField()


class AnsweredQuestion(Shape):
    """A question of an attempt, as it stood then."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(QuestionKind.choices)
    text = serializers.CharField()
    answer = serializers.CharField(help_text="Of a short question.")
    is_right = serializers.BooleanField(allow_null=True, help_text="null: not marked yet.")
    explanation = serializers.CharField()
    options = AnsweredOption(many=True)


class AttemptAnswer(Shape):
    """An attempt with what was right and why."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    status = serializers.ChoiceField(AttemptStatus.choices)
    right = serializers.IntegerField()
    total = serializers.IntegerField()
    is_passed = serializers.BooleanField()
    feedback = serializers.CharField()
    created_at = serializers.DateTimeField()
    questions = serializers.SerializerMethodField()

    @extend_schema_field(AnsweredQuestion(many=True))
    def get_questions(self, row: QuizAttempt) -> list[dict[str, Any]]:
        """As they stood when it was handed in."""
        return list(AnsweredQuestion(answered_questions(row), many=True).data)


class TakenAnswer(Shape):
    """A quiz as one student has it."""

    id = serializers.UUIDField(source="taken.quiz.id")
    title = serializers.CharField(source="taken.quiz.title")
    intro = serializers.CharField(source="taken.quiz.intro")
    pass_percent = serializers.IntegerField(source="taken.quiz.pass_percent")
    is_required = serializers.BooleanField(source="taken.quiz.is_required")
    revision = serializers.IntegerField(source="taken.quiz.revision")
    attempts_left = serializers.IntegerField(source="taken.left", allow_null=True)
    is_passed = serializers.BooleanField(source="taken.is_passed")
    questions = QuestionToAnswer(many=True)
    attempts = AttemptAnswer(many=True, source="taken.attempts")


class WaitingAttempt(Shape):
    """An attempt that waits for marks."""

    id = serializers.UUIDField()
    enrollment_id = serializers.UUIDField()
    quiz_id = serializers.UUIDField()
    title = serializers.CharField(source="quiz.title")
    student = PersonAnswer()
    created_at = serializers.DateTimeField()


class WaitingAttempts(Shape):
    """A page of attempts that wait for marks."""

    attempts = WaitingAttempt(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
