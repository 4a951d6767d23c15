"""Forms of requests for courses. They only parse; the actions check the rules."""

from typing import Any

from django import forms

from accounts.audit.admin_pages import ReasonForm
from catalog.models import Course
from catalog.models.content_request import LONGEST_REASON, LONGEST_TITLE


class RequestForm(forms.Form):
    """A course that a member misses."""

    title = forms.CharField(
        label="What would you like to learn?",
        max_length=LONGEST_TITLE,
        error_messages={"required": "Say what the course would be about."},
    )
    reason = forms.CharField(
        label="What would you do with it?",
        max_length=LONGEST_REASON,
        help_text="Creators read this. Everybody sees it, without your name.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what you would do with it."},
    )


class PlanForm(ReasonForm):
    """Why an admin decides so, and what those who asked read."""

    answer = forms.CharField(
        label="What those who asked read",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
    )


class DeclineForm(PlanForm):
    """The same, with words that are needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Whoever asked is told why not."""
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True


class PublishForm(PlanForm):
    """The same, with the course that there is now."""

    course = forms.ModelChoiceField(
        queryset=Course.objects.listed().defer("search"),
        to_field_name="slug",
        widget=forms.TextInput(attrs={"size": 60}),
        label="The course's address word (slug)",
    )
