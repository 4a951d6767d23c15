"""Forms of sign-up, sign-in and passwords. They only parse; the actions check the rules."""

from typing import Any, ClassVar, NamedTuple

from django import forms

from accounts.identity.actions.sign_up import checked_sign_up
from accounts.identity.passwords import LONGEST
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Invalid

LONGEST_EMAIL = 320


class ZoneField(forms.CharField):
    """The browser's time zone, filled in by a script; empty without scripts (rule AUTH-9)."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_length=64,
            widget=forms.HiddenInput(attrs={"data-browser-zone": ""}),
        )


def password_field(label: str, **attrs: Any) -> forms.CharField:
    """A password field; the password is not trimmed or cut."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST * 8,
        widget=forms.PasswordInput(attrs=attrs),
    )


class Role(NamedTuple):
    """A choice at sign-up, with what it means."""

    value: str
    label: str
    help: str
    is_chosen: bool


class SignUpForm(forms.Form):
    """/signup."""

    ROLE_HELP: ClassVar = {
        "student": "You can teach and create later, too.",
        "creator": "We look at each application before the first course.",
    }

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

    @property
    def roles(self) -> list[Role]:
        """The choices of ``role`` as the page draws them."""
        chosen = self["role"].value()
        choices = dict(self.fields["role"].choices)  # type: ignore[attr-defined]
        return [
            Role(value, label, self.ROLE_HELP[value], value == chosen)
            for value, label in choices.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Shows what the action would refuse together with what was left out."""
        try:
            checked_sign_up(self.cleaned_data)
        except Invalid as refusal:
            show_refusal(self, refusal)
        return self.cleaned_data


class ShortSignUpForm(SignUpForm):
    """Signing up on the way to something else: for the role of a student."""

    role = None  # type: ignore[assignment]


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
