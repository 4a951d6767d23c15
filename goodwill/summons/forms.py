"""Forms of calls for help."""

from collections.abc import Iterable
from typing import Any

from django import forms

from catalog.models import CourseModule
from goodwill.models.summons import FEWEST_POINTS, MOST_POINTS
from goodwill.summons.words import USUAL_POINTS


class ThanksForm(forms.Form):
    """How many points the help was worth."""

    points = forms.IntegerField(
        min_value=FEWEST_POINTS,
        max_value=MOST_POINTS,
        initial=USUAL_POINTS,
        widget=forms.NumberInput(attrs={"type": "range", "step": 1, "data-range": ""}),
        label="Points for your helper",
        help_text="They are new points: nobody pays for them.",
    )


class CallForm(forms.Form):
    """What a call is about: a module of the course, or the whole of it."""

    def __init__(self, *args: Any, modules: Iterable[CourseModule], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = [(str(one.pk), one.title) for one in modules]
        self.fields["module_id"] = forms.ChoiceField(
            required=False,
            label="What is it about?",
            choices=[("", "The course as a whole"), *chosen],
        )


class SwitchForm(forms.Form):
    """The switch "available to help", and whether a call is heard."""

    is_available = forms.BooleanField(required=False, label="I am available to help")
    has_sound = forms.BooleanField(required=False, label="Play a sound when somebody calls")
