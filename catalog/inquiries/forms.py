"""Forms of questions. They only parse; the actions check the rules."""

from typing import Any

from django import forms

from catalog.models.inquiry import LONGEST_NAME, LONGEST_TEXT


class QuestionForm(forms.Form):
    """A question to the creator of a course."""

    text = forms.CharField(
        label="What would you like to know?",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write your question."},
    )
    name = forms.CharField(
        label="Your name",
        max_length=LONGEST_NAME,
        error_messages={"required": "Say your name."},
    )
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="For the answer, and nothing else.",
        error_messages={"required": "Say where the answer goes."},
    )
    # People don't see it; programs fill it in.
    homepage = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, is_member: bool, **kwargs: Any) -> None:
        """Ask for name and address only from visitors without an account."""
        super().__init__(*args, **kwargs)
        if is_member:
            del self.fields["name"], self.fields["email"]


class AnswerForm(forms.Form):
    """A text that goes on with a question."""

    text = forms.CharField(
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write something."},
    )
