"""Forms of second factors. They only parse; the actions check the rules."""

from django import forms

from accounts.identity.actions.second_step import LONGEST_NAME

LONGEST_CODE = 40


class CodeForm(forms.Form):
    """A code of an app or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )


class ProofForm(forms.Form):
    """The answer of the device, filled in by a script."""

    credential = forms.CharField(required=False, widget=forms.HiddenInput)


class PasskeyForm(ProofForm):
    """A new passkey and its name."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME * 4, required=False)


class PasskeyNameForm(forms.Form):
    """The name of a passkey."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME * 4)
