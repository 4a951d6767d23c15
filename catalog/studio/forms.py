"""Forms of the studio. They only parse; the actions check the rules and name the fields."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from django import forms
from django.db.models import Q

from accounts.files.purposes import rules_of
from accounts.models.files import Purpose
from catalog.actions.curriculum import MAX_COUNTED
from catalog.actions.lists import FEATURES, LINES, MAX_TESTIMONIALS
from catalog.models import Category, Course, CourseModule, CoursePrerequisite
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Refused

MAX_PRICE = Decimal(Course.MAX_PRICE_CENTS) / 100
FOCUS = [
    ("middle", "The middle"),
    ("top", "The top"),
    ("bottom", "The bottom"),
    ("left", "The left"),
    ("right", "The right"),
]


def _line(label: str, **kwargs: Any) -> forms.CharField:
    attrs = {"autocomplete": "off", **kwargs.pop("attrs", {})}
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, required=False, strip=False, widget=widget, **kwargs)


def _text(label: str, rows: int = 4, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, strip=False, widget=widget, **kwargs)


def _split(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


class StudioForm(forms.Form):
    """A part of the studio: ``initial_of`` reads a course, ``changes`` is for ``edit_course``."""

    # Fields of the action that have another name here.
    shown_at: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def of(cls, course: Course, lists: Mapping[str, Any]) -> Self:
        """The form with what is stored."""
        return cls(initial=cls.initial_of(course, lists))

    @classmethod
    def initial_of(cls, course: Course, lists: Mapping[str, Any]) -> dict[str, Any]:
        """What is stored, by the fields of the form."""
        raise NotImplementedError

    def changes(self) -> dict[str, Any]:
        """The fields of ``edit_course``; call it when the form is valid."""
        raise NotImplementedError

    def refuse(self, refusal: Refused) -> None:
        """Show the refusal beside the fields that it names."""
        named = {self.shown_at.get(name, name): words for name, words in refusal.fields.items()}
        refusal.fields = named
        show_refusal(self, refusal)


class NewCourseForm(forms.Form):
    """A title is enough to begin."""

    title = _line(
        "What is the course called?",
        help_text="You can change it until you publish, and after.",
        attrs={"maxlength": 140},
    )


class BasicsForm(StudioForm):
    """What a course is."""

    title = _line("Title", attrs={"maxlength": 140})
    tagline = _line("Tagline", help_text="One sentence below the title.", attrs={"maxlength": 200})
    description = _text(
        "Description",
        rows=10,
        help_text="50 characters or more. An empty line begins a paragraph, **two stars** make "
        "bold, lines that begin with - make a list.",
    )
    category = forms.ModelChoiceField(
        label="Category", queryset=Category.objects.none(), required=False, empty_label="Choose one"
    )
    level = forms.ChoiceField(label="Level", choices=Course.Level.choices)
    duration = _line(
        "How long it takes", help_text="For example: 6 sessions, about 6 weeks.", max_length=None
    )
    tags = _line("Tags", help_text="Up to 12, with commas between them.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.initial.get("category")
        rows = Category.objects.filter(Q(is_active=True) | Q(pk=chosen))
        field = self.fields["category"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows.order_by("position")

    @classmethod
    def initial_of(cls, course: Course, lists: Mapping[str, Any]) -> dict[str, Any]:
        """The course's own texts and its tags."""
        return {
            "title": course.title,
            "tagline": course.tagline,
            "description": course.description,
            "category": course.category_id,
            "level": course.level,
            "duration": course.duration,
            "tags": ", ".join(lists["tags"]),
        }

    def changes(self) -> dict[str, Any]:
        """All of them."""
        return {**self.cleaned_data, "tags": self.cleaned_data["tags"].split(",")}


class AudienceForm(StudioForm):
    """What learners get, for whom it is, and what others say."""

    shown_at: ClassVar = {"prerequisites": "required", "testimonials": "quote_1"}

    objectives = _text(
        "What students can do afterwards", help_text="One on each line. They are shown first."
    )
    includes = _text("What the price includes", help_text="One on each line.")
    target_audience = _text("Who it is for", rows=3, help_text="One on each line.")
    required = _text("Students need", rows=2, help_text="One on each line.")
    nice_to_have = _text("It helps to have", rows=2, help_text="One on each line.")
    not_required = _text("Nobody needs", rows=2, help_text="One on each line.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.data if self.is_bound else self.initial
        filled = [n for n in range(1, MAX_TESTIMONIALS + 1) if known.get(f"quote_{n}")]
        for number in range(1, min(max(filled, default=0) + 1, MAX_TESTIMONIALS) + 1):
            self.fields[f"quote_{number}"] = _text(f"Testimonial {number}", rows=2)
            self.fields[f"author_{number}"] = _line(f"Who said it ({number})")

    @classmethod
    def initial_of(cls, course: Course, lists: Mapping[str, Any]) -> dict[str, Any]:
        """The lists, one line for each entry."""
        graded = {
            str(kind): "\n".join(text for text, of in lists["prerequisites"] if of == kind)
            for kind in CoursePrerequisite.Kind.values
        }
        quotes: dict[str, str] = {}
        for number, (quote, author) in enumerate(lists["testimonials"], start=1):
            quotes |= {f"quote_{number}": quote, f"author_{number}": author}
        return {**{name: "\n".join(lists[name]) for name in LINES}, **graded, **quotes}

    def changes(self) -> dict[str, Any]:
        """All lists but the tags."""
        given = self.cleaned_data
        return {
            **{name: _split(given[name]) for name in LINES},
            "prerequisites": [
                (line, str(kind))
                for kind in CoursePrerequisite.Kind.values
                for line in _split(given[kind])
            ],
            "testimonials": [pair for pair in self._pairs() if any(map(str.strip, pair))],
        }

    @property
    def quotes(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of the testimonials, in pairs."""
        numbers = [name[6:] for name in self.fields if name.startswith("quote_")]
        return [(self[f"quote_{number}"], self[f"author_{number}"]) for number in numbers]

    def _pairs(self) -> Iterable[tuple[str, str]]:
        for quote, author in self.quotes:
            yield self.cleaned_data[quote.name], self.cleaned_data[author.name]


class PriceForm(StudioForm):
    """Price, session length, and what PeerLoop adds."""

    shown_at: ClassVar = {"features": "one_on_one_teaching"}

    price_cents = forms.DecimalField(
        label="Price in US dollars",
        min_value=0,
        max_value=MAX_PRICE,
        decimal_places=2,
        help_text="For all of it, whoever teaches. A new price is for new checkouts only.",
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )
    session_minutes = forms.TypedChoiceField(
        label="A session lasts",
        coerce=int,
        choices=[(minutes, f"{minutes} minutes") for minutes in Course.SESSION_MINUTES],
        help_text="Sessions that are booked already keep their length.",
    )
    lifetime_access = forms.BooleanField(label="Students keep access for good", required=False)
    one_on_one_teaching = forms.BooleanField(label="Taught one to one", required=False)
    certified_teachers = forms.BooleanField(label="Teachers are certified", required=False)
    earn_while_teaching = forms.BooleanField(
        label="Students can teach it later and earn", required=False
    )

    @classmethod
    def initial_of(cls, course: Course, lists: Mapping[str, Any]) -> dict[str, Any]:
        """The price in dollars, and the rest as it is stored."""
        return {
            "price_cents": f"{Decimal(course.price_cents) / 100:.2f}",
            "session_minutes": course.session_minutes,
            "lifetime_access": course.lifetime_access,
            **lists["features"],
        }

    def changes(self) -> dict[str, Any]:
        """The price in cents, and the features together."""
        given = self.cleaned_data
        return {
            "price_cents": int(given["price_cents"] * 100),
            "session_minutes": given["session_minutes"],
            "lifetime_access": given["lifetime_access"],
            "features": {name: given[name] for name in FEATURES},
        }


class ModuleForm(forms.Form):
    """One module; ``changes`` is for ``edit_module``."""

    title = _line("Title", attrs={"maxlength": 140})
    duration = _line("How long it takes", help_text="For example: 60 minutes.")
    description = _text("What happens in this session", rows=6)
    objectives = _text("What students can do afterwards", rows=3)
    exercise = _text("Exercise until the next session", rows=3)
    video_url = _line(
        "Video link", help_text="A public address.", attrs={"inputmode": "url", "maxlength": 500}
    )
    document_url = _line(
        "Document link", help_text="A public address.", attrs={"inputmode": "url", "maxlength": 500}
    )
    video_count = forms.IntegerField(label="Videos", min_value=0, max_value=MAX_COUNTED)
    reading_count = forms.IntegerField(label="Texts to read", min_value=0, max_value=MAX_COUNTED)
    has_assessment = forms.BooleanField(label="It ends with an assessment", required=False)
    teaching_notes = _text(
        "Teaching notes",
        rows=6,
        help_text="Only the teachers of this course and you read them.",
    )

    @classmethod
    def of(cls, module: CourseModule) -> Self:
        """The form with what is stored."""
        return cls(initial={name: getattr(module, name) for name in cls.base_fields})

    def changes(self) -> dict[str, Any]:
        """All fields."""
        return dict(self.cleaned_data)

    def refuse(self, refusal: Refused) -> None:
        """Show the refusal beside the fields that it names."""
        show_refusal(self, refusal)


class NewModuleForm(forms.Form):
    """A module begins with its title."""

    title = _line("New module", help_text="One session each.", attrs={"maxlength": 140})


class CoverForm(forms.Form):
    """A picture for the cover."""

    file = forms.FileField(
        label="Picture",
        allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
        widget=forms.FileInput(),
    )
    focus = forms.ChoiceField(label="Which part to keep", choices=FOCUS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = rules_of(Purpose.COURSE_IMAGE).accept


class PackageForm(forms.Form):
    """A course as a zip."""

    package = forms.FileField(
        label="Course as a zip",
        allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
