"""Forms of calls for help."""

from django import forms

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


class SwitchForm(forms.Form):
    """The switch "available to help", and whether a call is heard."""

    is_available = forms.BooleanField(required=False, label="I am available to help")
    has_sound = forms.BooleanField(required=False, label="Play a sound when somebody calls")
