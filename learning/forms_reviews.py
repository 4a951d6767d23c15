"""Forms of reviews and expectations. They only parse input; the actions check the rules."""

from typing import Any

from django import forms

from learning.models import Review
from learning.models.review import PARTS
from learning.queries.reviews import DEFAULT_SORT, SORTS

RATINGS = [
    ("5", "Excellent"),
    ("4", "Good"),
    ("3", "All right"),
    ("2", "Not so good"),
    ("1", "Bad"),
]
WORDS = {"teacher": "What did your teacher do well?", "course": "What is the course good for?"}


def _area(name: str, rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-keep": name})


class ReviewForm(forms.Form):
    """Stars and words, and three finer marks for a course."""

    rating = forms.TypedChoiceField(
        label="Your rating",
        coerce=int,
        choices=RATINGS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the five marks."},
    )
    comment = forms.CharField(required=False, strip=False)

    def __init__(self, about: str, *args: Any, **kwargs: Any) -> None:
        """For a review of the teacher, or of the course."""
        super().__init__(*args, **kwargs)
        words = self.fields["comment"]
        words.label, words.widget = WORDS[about], _area(f"review-{about}", 6)
        for name in PARTS if about == Review.About.COURSE else ():
            self.fields[name] = forms.TypedChoiceField(
                label=name.capitalize(),
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", "No mark"), *RATINGS],
            )


class AnswerForm(forms.Form):
    """The public answer to a review."""

    answer = forms.CharField(
        label="Your answer", required=False, strip=False, widget=_area("review-answer", 4)
    )


class ExpectationsForm(forms.Form):
    """What a student hopes for."""

    goal = forms.CharField(
        label="What do you want to be able to do?",
        required=False,
        strip=False,
        widget=_area("goal", 3),
    )
    timeline = forms.CharField(label="By when?", required=False, strip=False)
    experience = forms.CharField(
        label="What do you know already?",
        required=False,
        strip=False,
        widget=_area("experience", 3),
    )
    hopes = forms.CharField(
        label="What should your teacher know about you?",
        required=False,
        strip=False,
        widget=_area("hopes", 3),
    )


def sort_asked(value: str) -> str:
    """The order that an address asks for, else the usual one."""
    return value if value in SORTS else DEFAULT_SORT
