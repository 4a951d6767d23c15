"""The form that closes an account."""

from django import forms


class CloseAccountForm(forms.Form):
    """/settings/privacy/close."""

    is_sure = forms.BooleanField(
        label="I understand: after 30 days nobody can bring my data back",
        error_messages={"required": "Tick this to close the account."},
    )
