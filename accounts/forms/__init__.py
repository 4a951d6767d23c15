"""Forms of the member pages. They parse; the rules are the actions'."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms

from accounts.actions.sign_up import checked_name
from accounts.addresses import address_of
from accounts.models import CreatorApplication, User
from accounts.passwords import LONGEST, accepted
from peerloop.kit.periods import known_zones
from peerloop.kit.refusals import Invalid, Refused

LONGEST_EMAIL = 320
NO_WEBSITE = "Give a web address such as https://example.org."


def show_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Show a refusal beside the fields that it names, else above the form."""
    named = {name: words for name, words in refusal.fields.items() if name in form.fields}
    for name, words in named.items():
        form.add_error(name, words)
    if not named:
        form.add_error(None, refusal.message)


class ZoneField(forms.CharField):
    """The browser's zone, filled in by a script; empty where there is none (rule AUTH-9)."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_length=64,
            widget=forms.HiddenInput(attrs={"data-browser-zone": "", "autocomplete": "off"}),
        )


def password_field(label: str, **attrs: Any) -> forms.CharField:
    """Taken as typed: nothing trimmed, nothing cut."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST * 8,
        widget=forms.PasswordInput(attrs=attrs),
    )


class SignUpForm(forms.Form):
    """/signup."""

    name = forms.CharField(label="Your name", max_length=400)
    email = forms.CharField(label="E-mail", max_length=LONGEST_EMAIL, widget=forms.EmailInput)
    password = password_field("Password", autocomplete="new-password")
    role = forms.ChoiceField(
        label="What brings you here?",
        choices=[("student", "I want to learn"), ("creator", "I want to create courses")],
        widget=forms.RadioSelect,
        initial="student",
    )
    timezone = ZoneField()

    def clean(self) -> dict[str, Any]:
        """What the action would refuse is said beside what was left out: all at one sending."""
        given = self.cleaned_data
        user = User(name=given.get("name", ""), email=given.get("email", ""))
        checks: dict[str, Callable[[str], str]] = {
            "name": checked_name,
            "email": address_of,
            "password": partial(accepted, user=user),
        }
        for field in checks.keys() & given.keys():
            try:
                checks[field](given[field])
            except Invalid as refusal:
                show_refusal(self, refusal)
        return given


class CloseAccountForm(forms.Form):
    """/settings/privacy/close."""

    is_sure = forms.BooleanField(
        label="I understand: after 30 days nobody can bring my data back",
        error_messages={"required": "Tick this to close the account."},
    )


class LogInForm(forms.Form):
    """/login."""

    email = forms.CharField(label="E-mail", max_length=LONGEST_EMAIL, widget=forms.EmailInput)
    password = password_field("Password", autocomplete="current-password")
    timezone = ZoneField()


class AddressForm(forms.Form):
    """One address: for a reset link or a verification link."""

    email = forms.CharField(label="E-mail", max_length=LONGEST_EMAIL, widget=forms.EmailInput)


class NewAddressForm(forms.Form):
    """/settings/security/address."""

    email = forms.CharField(
        label="New e-mail address", max_length=LONGEST_EMAIL, widget=forms.EmailInput
    )


class NewPasswordForm(forms.Form):
    """/password/reset/<token>."""

    password = password_field("New password", autocomplete="new-password")


class ChangePasswordForm(forms.Form):
    """/settings/security."""

    current = password_field("Current password", autocomplete="current-password")
    password = password_field("New password", autocomplete="new-password")


class ConfirmForm(forms.Form):
    """/confirm."""

    password = password_field("Password", autocomplete="current-password")


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
        """The form with what was told already."""
        told = {name: getattr(application, name, "") for name in cls.base_fields}
        return cls(initial=told)


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
    website = forms.URLField(
        label="Website",
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={"invalid": NO_WEBSITE},
    )
    timezone = forms.ChoiceField(label="Your time zone", required=False)
    privacy_public = forms.BooleanField(label="Show my profile to everybody", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in known_zones() if "/" in zone)
        field: Any = self.fields["timezone"]
        field.choices = [("", "Not known: times are shown in UTC"), ("UTC", "UTC")] + [
            (zone, zone.replace("_", " ")) for zone in zones
        ]

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """The form as the member's profile stands."""
        initial = {name: getattr(user, name) for name in cls.base_fields}
        initial["qualifications"] = list(user.qualifications.values_list("sentence", flat=True))
        initial["expertise"] = list(user.expertise.values_list("tag", flat=True))
        return cls(initial=initial)
