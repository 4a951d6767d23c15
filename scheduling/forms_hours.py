"""Forms of the page of hours: they parse, the actions decide."""

from typing import Any

from django import forms

from peerloop.kit.zones import ZoneField
from scheduling.hours import MAX_BUFFER, MAX_NOTICE, MAX_REPEAT_WEEKS
from scheduling.time_off import MAX_NOTE_LENGTH, DaysOff
from scheduling.week_grid import Cell, cell_of

HOURS_OF_NOTICE = [0, 1, 2, 4, 8, 12, 24, 48, 72]
BUFFERS = [0, 5, 10, 15, 30, 45, 60]
WEEKDAYS = [
    (1, "Monday"),
    (2, "Tuesday"),
    (3, "Wednesday"),
    (4, "Thursday"),
    (5, "Friday"),
    (6, "Saturday"),
    (0, "Sunday"),
]


class NamedForm(forms.Form):
    """One of several forms on a page; its name makes the ids of its fields unique."""

    name = "form"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.name}_%s", **kwargs})


class WallTimeField(forms.CharField):
    """A wall-clock time as minutes after midnight; as an end, 00:00 is the end of the day."""

    widget = forms.TextInput(attrs={"type": "time", "step": "900"})

    def __init__(self, *, is_end: bool = False, **kwargs: Any) -> None:
        self.is_end = is_end
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int | None:
        """Minutes after midnight, or None for an empty optional field."""
        text = str(super().clean(value))
        if not text:
            return None
        hours, _, minutes = text.partition(":")
        digits = hours + minutes[:2]
        if not (digits.isascii() and digits.isdigit()) or len(digits) < 3 or len(digits) > 4:
            raise forms.ValidationError("Give a time like 09:30.")
        found = int(hours) * 60 + int(minutes[:2])
        if int(minutes[:2]) > 59 or found > 1440:
            raise forms.ValidationError("Give a time like 09:30.")
        return 1440 if self.is_end and found == 0 else found


class WindowForm(NamedForm):
    """A weekly window of one day."""

    name = "window"

    day = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int, widget=forms.HiddenInput)
    start = WallTimeField(label="From")
    end = WallTimeField(label="To", is_end=True, help_text="00:00 is the end of the day.")
    start_date = forms.DateField(
        label="First date", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    repeat_weeks = forms.IntegerField(
        label="For how many weeks", required=False, min_value=1, max_value=MAX_REPEAT_WEEKS
    )


class TimesForm(NamedForm):
    """Other times of a window."""

    name = "times"

    start = WallTimeField(label="From")
    end = WallTimeField(label="To", is_end=True)

    def __init__(self, *args: Any, window: Any = None, **kwargs: Any) -> None:
        """``window``: the one that is changed, beside whose fields an error stands."""
        super().__init__(*args, **kwargs)
        self.window = window


class CellsField(forms.Field):
    """Hours of the week, each ``weekday-hour``; as a list of values, or words of one."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> frozenset[Cell]:
        """The cells; anything else is refused."""
        words = [word for text in value or [] for word in str(text)[:2000].split()]
        cells = {cell_of(word) for word in words[:200]}
        if None in cells:
            raise forms.ValidationError("Choose hours of the week.")
        return frozenset(cell for cell in cells if cell is not None)


class WeekForm(NamedForm):
    """The hours that are open, and those that were when the page was opened."""

    name = "grid"

    cells = CellsField(required=False)
    was = CellsField(required=False)


class CopyForm(NamedForm):
    """The days to which the hours of one are copied."""

    name = "copy"

    day = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int, widget=forms.HiddenInput)
    to_days = forms.TypedMultipleChoiceField(
        label="Copy to",
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the days that should get these hours."},
    )


class DateForm(NamedForm):
    """A date whose hours differ from the week."""

    name = "date"

    date = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label="On that date",
        choices=[("closed", "I can't be booked"), ("open", "Other hours hold")],
        widget=forms.RadioSelect,
        initial="closed",
    )
    start = WallTimeField(label="From", required=False)
    end = WallTimeField(label="To", required=False, is_end=True)

    def clean(self) -> dict[str, Any]:
        """An open date needs times, a closed one has none."""
        given = super().clean() or {}
        if given.get("kind") == "open":
            for name in ("start", "end"):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, "Give a time like 09:30.")
        else:
            given["start"] = given["end"] = None
        return given


class TimeOffForm(NamedForm):
    """Days on which the teacher is away."""

    name = "off"

    first_day = forms.DateField(
        label="First day off", widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(label="Last day off", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", required=False, max_length=MAX_NOTE_LENGTH)

    def __init__(self, *args: Any, time_off: Any = None, **kwargs: Any) -> None:
        """``time_off``: the entry that is changed, beside whose fields an error stands."""
        super().__init__(*args, **kwargs)
        self.time_off = time_off

    @property
    def days(self) -> DaysOff:
        """What was given."""
        given = self.cleaned_data
        return DaysOff(given["first_day"], given["last_day"], given["note"])


class BookingSettingsForm(NamedForm):
    """Time zone, buffer between sessions, notice."""

    name = "rules"

    timezone = ZoneField(
        label="Your time zone", help_text="A city with your time. Your hours are meant there."
    )
    buffer_minutes = forms.TypedChoiceField(label="Pause around each session", coerce=int)
    notice_minutes = forms.TypedChoiceField(label="Book at the latest", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = self.initial
        # A value that was set over the API stays a choice.
        buffers = sorted({*BUFFERS, int(first.get("buffer_minutes", 15))})
        notices = sorted(
            {*(60 * h for h in HOURS_OF_NOTICE), int(first.get("notice_minutes", 120))}
        )
        fields: Any = self.fields
        fields["buffer_minutes"].choices = [
            (value, f"{value} minutes" if value else "No pause")
            for value in buffers
            if value <= MAX_BUFFER
        ]
        fields["notice_minutes"].choices = [
            (value, _notice_words(value)) for value in notices if value <= MAX_NOTICE
        ]


def _notice_words(minutes: int) -> str:
    if not minutes:
        return "Any time before the start"
    hours = minutes / 60
    if hours >= 24 and hours % 24 == 0:
        days = int(hours // 24)
        return f"{days} day{'s' if days > 1 else ''} before"
    return f"{hours:g} hour{'s' if hours != 1 else ''} before"
