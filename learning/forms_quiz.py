"""Forms of quizzes. They only parse input; the actions check the rules."""

from collections.abc import Mapping
from typing import Any

from django import forms

from learning.actions.quizzes import MOST_OPTIONS
from learning.models.quiz import QuestionKind


class QuizForm(forms.Form):
    """The settings of a quiz."""

    title = forms.CharField(label="Title", required=False)
    intro = forms.CharField(
        label="Introduction", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    pass_percent = forms.IntegerField(label="Right answers needed, in percent")
    max_attempts = forms.IntegerField(label="Most attempts", required=False)
    is_required = forms.BooleanField(
        label="Required: the course is completed once it is passed", required=False
    )


class QuestionForm(forms.Form):
    """One question with its options, whose fields are numbered."""

    kind = forms.ChoiceField(label="How it is answered", choices=QuestionKind.choices)
    text = forms.CharField(
        label="Question", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    explanation = forms.CharField(
        label="Explanation", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    # Errors of the options are shown here.
    options = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, question: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """With as many options as a question may have; empty ones don't count."""
        super().__init__(*args, **kwargs)
        known = list(question["options"]) if question else []
        self.ids = [one["id"] for one in known]
        for number in range(MOST_OPTIONS):
            value = known[number] if number < len(known) else {}
            name = f"option_{number}"
            self.fields[name] = forms.CharField(
                label=f"Option {number + 1}", required=False, initial=value.get("text", "")
            )
            self.fields[f"right_{number}"] = forms.BooleanField(
                label="This is right", required=False, initial=value.get("is_right", False)
            )
            self.fields[f"why_{number}"] = forms.CharField(
                label="Why", required=False, initial=value.get("explanation", "")
            )

    @property
    def rows(self) -> list[Any]:
        """The fields of each option together."""
        return [
            (self[f"option_{number}"], self[f"right_{number}"], self[f"why_{number}"])
            for number in range(MOST_OPTIONS)
        ]

    @property
    def question(self) -> dict[str, Any]:
        """The question that was sent; an option keeps its id by its place."""
        given = self.cleaned_data
        options = [
            {
                "id": self.ids[number] if number < len(self.ids) else None,
                "text": given[f"option_{number}"],
                "is_right": given[f"right_{number}"],
                "explanation": given[f"why_{number}"],
            }
            for number in range(MOST_OPTIONS)
            if given[f"option_{number}"].strip()
        ]
        return {
            "kind": given["kind"],
            "text": given["text"],
            "explanation": given["explanation"],
            "options": options,
        }
