"""Forms of booking, rescheduling and cancelling: they parse, the actions decide."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, cast

from django import forms


def parse_instant(text: str) -> datetime | None:
    """The instant that the slot picker wrote, or None if it is not one."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def parse_day(text: str) -> date | None:
    """The date in a URL, or None if it is not one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class InstantField(forms.CharField):
    """A start chosen in the slot picker."""

    def clean(self, value: Any) -> datetime | None:
        """The instant in UTC, None where it may be left out; ValidationError otherwise."""
        text = super().clean(value)
        if not text:
            return None
        found = parse_instant(str(text))
        if found is None:
            raise forms.ValidationError("Choose one of the times.")
        return found


class BookingForm(forms.Form):
    """The chosen time, and what the session should be about."""

    start = InstantField(
        widget=forms.HiddenInput, error_messages={"required": "Choose one of the times."}
    )
    instead_of = forms.UUIDField(required=False, widget=forms.HiddenInput)
    topic = forms.CharField(
        label="Goal of this session",
        max_length=500,
        required=False,
        help_text="What you want to be able to do afterwards, in one line. Your teacher reads it, "
        "and both of you can still change it.",
    )


class IntroForm(forms.Form):
    """The time of a free meeting, and what it should be about."""

    start = InstantField(
        widget=forms.HiddenInput, error_messages={"required": "Choose one of the times."}
    )
    course = forms.ChoiceField(
        label="What would you like to learn?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a course.", "invalid_choice": "Choose a course."},
    )
    topic = forms.CharField(
        label="What would you like to know?",
        max_length=500,
        required=False,
        help_text="One line is enough.",
    )

    def __init__(self, *args: Any, courses: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """``courses``: slugs and titles."""
        super().__init__(*args, **kwargs)
        choices = list(courses)
        cast(forms.ChoiceField, self.fields["course"]).choices = choices
        if len(choices) == 1:
            self.fields["course"].widget = forms.HiddenInput()
            self.fields["course"].initial = choices[0][0]


class RescheduleForm(forms.Form):
    """Another time for a session, and the reason if it is late."""

    start = InstantField(error_messages={"required": "Choose one of the times."}, label="New time")
    reason = forms.CharField(
        label="Why are you moving it?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: str, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"{person} reads this."
        self.fields["reason"].required = late


class ReasonForm(forms.Form):
    """A reason, required when it is late."""

    reason = forms.CharField(
        label="Why are you cancelling?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: str, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"{person} reads this."
        self.fields["reason"].required = needed
        self.fields["reason"].error_messages["required"] = "Say why, in a sentence."
