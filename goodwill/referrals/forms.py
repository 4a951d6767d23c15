"""Forms of referrals. They only parse; the actions check the rules."""

from django import forms

LONGEST_EMAIL = 320


class InviteForm(forms.Form):
    """The address of a friend."""

    email = forms.CharField(
        label="Your friend's e-mail address",
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
