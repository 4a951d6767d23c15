"""Forms of pictures, files and video links. They only parse; the actions check the rules."""

from typing import Any

from django import forms

from accounts.files.purposes import Rules
from accounts.members.files import AVATAR, PROFILE_MEDIA

FOCUS = [
    ("middle", "The middle"),
    ("top", "The top"),
    ("bottom", "The bottom"),
    ("left", "The left"),
    ("right", "The right"),
]


class PickedFile(forms.FileField):
    """A file, also an empty one: ``accounts.files`` checks it and explains a refusal."""

    def __init__(self, rules: Rules, **kwargs: Any) -> None:
        super().__init__(
            allow_empty_file=True,
            error_messages={"required": "Choose a file first."},
            widget=forms.FileInput(attrs={"accept": rules.accept}),
            **kwargs,
        )


class PictureForm(forms.Form):
    """The picture on /settings/profile."""

    file = PickedFile(AVATAR, label="New picture")
    focus = forms.ChoiceField(label="Which part to keep", choices=FOCUS, required=False)


class MediaFileForm(forms.Form):
    """A picture or a PDF on the profile."""

    file = PickedFile(PROFILE_MEDIA, label="Picture or PDF")
    title = forms.CharField(label="What it shows", required=False, max_length=400)


class VideoForm(forms.Form):
    """A link to a video on the profile."""

    url = forms.CharField(label="Address of the video", max_length=500)
    title = forms.CharField(label="What it shows", required=False, max_length=400)
