"""Forms of conversations. They only parse; the actions check the rules."""

from uuid import UUID

from django import forms

from community.conversations.files import MESSAGE_FILE


class MessageForm(forms.Form):
    """A message with at most one file."""

    content = forms.CharField(
        label="Message",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "class": "control",
                "rows": 2,
                "autocomplete": "off",
                "data-keep": "message",
                "data-keep-long": "",
            }
        ),
    )
    file = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": MESSAGE_FILE.accept}),
    )
    sent_key = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def key(self) -> UUID | None:
        """What makes a message that is sent twice one; None where a program left it out."""
        try:
            return UUID(self.cleaned_data["sent_key"])
        except ValueError:
            return None


class PeopleForm(forms.Form):
    """Whom to write to."""

    q = forms.CharField(label="Name", required=False, max_length=200)
