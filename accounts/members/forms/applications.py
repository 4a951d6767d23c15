"""The form of an application to become a creator. It only parses; the actions check the rules."""

from django import forms

from accounts.members.forms.profile import NO_WEBSITE
from accounts.models import CreatorApplication


class CreatorApplicationForm(forms.Form):
    """/create/apply."""

    motivation = forms.CharField(
        label="Why do you want to create courses here?",
        max_length=4_000,
        widget=forms.Textarea({"rows": 4}),
    )
    ideas = forms.CharField(
        label="What would you teach?", max_length=4_000, widget=forms.Textarea({"rows": 4})
    )
    experience = forms.CharField(
        label="What have you done in it?",
        required=False,
        max_length=4_000,
        widget=forms.Textarea({"rows": 4}),
    )
    portfolio_url = forms.URLField(
        label="A link to your work",
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={"invalid": NO_WEBSITE},
    )

    @classmethod
    def of(cls, application: CreatorApplication | None) -> "CreatorApplicationForm":
        """The form with the answers given so far."""
        given = {name: getattr(application, name, "") for name in cls.base_fields}
        return cls(initial=given)
