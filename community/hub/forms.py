"""Forms of a community. They only parse; the actions check the rules."""

from django import forms

from community.models.welcome import LONGEST_WELCOME

TEXT = {"class": "control", "rows": 4}


class AppointForm(forms.Form):
    """Who is to keep order."""

    handle = forms.CharField(
        label="Handle",
        max_length=40,
        widget=forms.TextInput({"class": "control", "autocomplete": "off", "spellcheck": "false"}),
    )


class EndForm(forms.Form):
    """Why an appointment ends."""

    reason = forms.CharField(
        label="Why (the other side reads it)",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(TEXT),
    )


class WelcomeForm(forms.Form):
    """What who opens the feed reads first."""

    content = forms.CharField(
        label="Welcome",
        required=False,
        strip=False,
        widget=forms.Textarea({**TEXT, "maxlength": LONGEST_WELCOME}),
    )
