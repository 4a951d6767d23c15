"""The form of an assessment."""

from typing import Any

from django import forms

from scheduling.actions.assessment import MAX_COMMENT_LENGTH

RATINGS = [(str(rating), str(rating)) for rating in range(1, 6)]


class AssessmentForm(forms.Form):
    """A rating of the session and a comment."""

    rating = forms.TypedChoiceField(
        coerce=int,
        choices=[
            ("5", "Excellent"),
            ("4", "Good"),
            ("3", "All right"),
            ("2", "Not so good"),
            ("1", "Bad"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the five marks."},
    )
    comment = forms.CharField(required=False, max_length=MAX_COMMENT_LENGTH, widget=forms.Textarea)

    def clean_comment(self) -> Any:
        """Empty is fine."""
        return self.cleaned_data.get("comment") or ""
