"""The form of a profile. It only parses; the actions check the rules."""

from typing import Any

from django import forms

from accounts.models import User
from peerloop.kit.zones import ZoneField

NO_WEBSITE = "Give a web address such as https://example.org."


class LinesField(forms.CharField):
    """A list, typed with one entry a line, or with commas between (``parted_by``)."""

    def __init__(self, *, parted_by: str = "\n", **kwargs: Any) -> None:
        self.parted_by = parted_by
        super().__init__(required=False, max_length=6_000, **kwargs)

    def clean(self, value: Any) -> Any:
        """The entries, as typed."""
        text = super().clean(value).replace("\r\n", "\n")
        return [part for part in text.split(self.parted_by) if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        """A list as it would be typed."""
        joint = self.parted_by if self.parted_by == "\n" else f"{self.parted_by} "
        return joint.join(value) if isinstance(value, list) else value


class ProfileForm(forms.Form):
    """/settings/profile."""

    name = forms.CharField(label="Name", max_length=400)
    title = forms.CharField(label="Title", required=False, max_length=400)
    bio_short = forms.CharField(label="In one sentence", required=False, max_length=400)
    bio = forms.CharField(
        label="About you", required=False, max_length=10_000, widget=forms.Textarea({"rows": 6})
    )
    teaching_philosophy = forms.CharField(
        label="How you teach", required=False, max_length=6_000, widget=forms.Textarea({"rows": 3})
    )
    qualifications = LinesField(label="Qualifications", widget=forms.Textarea({"rows": 4}))
    expertise = LinesField(parted_by=",", label="Expertise")
    languages = forms.CharField(label="Languages that you speak", required=False, max_length=400)
    website = forms.URLField(
        label="Website",
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={"invalid": NO_WEBSITE},
    )
    timezone = ZoneField(label="Your time zone", required=False)
    privacy_public = forms.BooleanField(label="Show my profile to everybody", required=False)
    shows_lineage = forms.BooleanField(
        label="Show who taught me, and whom I taught", required=False
    )

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """The form with the current profile."""
        initial = {name: getattr(user, name) for name in cls.base_fields}
        initial["shows_lineage"] = user.is_in_lineage
        initial["qualifications"] = list(user.qualifications.values_list("sentence", flat=True))
        initial["expertise"] = list(user.expertise.values_list("tag", flat=True))
        return cls(initial=initial)
