"""A page of every component in every state, for developers. Only in development."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy

from billing.models import PaymentSplit
from peerloop.kit import clock
from peerloop.kit.markup.drawing import icon_names
from peerloop.kit.states import StatusChoices
from peerloop.pages.next_step import next_step
from peerloop.pages.next_step.samples import SAMPLES

ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Person:
    """A member with the attributes that components read."""

    pk: int
    name: str
    avatar_url: str = ""


PEOPLE = tuple(
    Person(number, name)
    for number, name in enumerate(
        (
            "Tom Becker",
            "Clara Duarte",
            "Sam Okafor",
            "Ada Lindqvist",
            "Mei-Ling Chow",
            "Zoë",
            "Åsa Öberg",
            "<b>Robert</b> Tables",
        )
    )
)
COURSES = (
    {
        "slug": "ai-prompting-mastery",
        "path": reverse_lazy("course", args=["ai-prompting-mastery"]),
        "title": "AI prompting mastery",
        "creator_name": "Clara Duarte",
        "price_cents": 45000,
        "currency": "usd",
        "rating": 4.8,
        "rating_count": 112,
        "level_label": "Beginner",
    },
    {
        "slug": "spreadsheets-that-explain-themselves",
        "path": reverse_lazy("course", args=["spreadsheets-that-explain-themselves"]),
        "title": "Spreadsheets that explain themselves to the next person",
        "creator_name": "Ada Lindqvist",
        "price_cents": 24900,
        "currency": "usd",
        "rating": 4.6,
        "rating_count": 1,
        "level_label": "Intermediate",
    },
    {
        "slug": "portrait-light",
        "path": reverse_lazy("course", args=["portrait-light"]),
        "title": "Portrait light",
        "creator_name": "Mei-Ling Chow",
        "price_cents": 29900,
        "currency": "eur",
        "rating": None,
        "rating_count": 0,
        "level_label": "Advanced",
    },
)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", max_length=100, help_text="As your students will read it.")
    email = forms.EmailField(label="E-mail")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    level = forms.ChoiceField(
        label="Level", choices=[("beginner", "Beginner"), ("advanced", "Advanced")]
    )
    date = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    bio = forms.CharField(label="About you", widget=forms.Textarea, required=False)
    photo = forms.FileField(label="Photo", required=False, help_text="JPEG or PNG, up to 5 MB.")
    way = forms.ChoiceField(
        label="How you want to be told",
        widget=forms.RadioSelect,
        choices=[("mail", "By e-mail"), ("page", "Only on the page")],
    )
    terms = forms.BooleanField(label="I accept the terms")


def gallery(request: HttpRequest) -> HttpResponse:
    """The page of all components; reads no rows."""
    now = clock.now()
    context: dict[str, Any] = {
        "viewer_zone": ZONE,
        "zone_unknown": "",
        "now": now,
        "later": now + timedelta(hours=2, minutes=10),
        "later_end": now + timedelta(hours=3, minutes=10),
        "next_year": now + timedelta(days=400),
        "people": PEOPLE,
        "courses": COURSES,
        "starts": _starts(now),
        "shares": {choice.value: choice.state for choice in PaymentSplit.Status},
        "states": {
            choices.__qualname__.removesuffix(".Status"): [choice.state for choice in choices]
            for choices in StatusChoices.__subclasses__()
        },
        "form": SampleForm(auto_id="fresh_%s"),
        "wrong": SampleForm({"name": "Tom", "email": "tom@"}, auto_id="wrong_%s"),
        "steps": {name: next_step(facts) for name, facts in SAMPLES.items()},
        "page": Paginator(range(200), 10).get_page(request.GET.get("page", 4)),
        "icons": icon_names(),
    }
    return render(request, "dev/gallery.html", context)


def _starts(now: datetime) -> list[datetime]:
    tomorrow = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
    wanted = ((0, 15, 30), (0, 16, 0), (0, 17, 30), (1, 8, 0), (1, 9, 30), (1, 18, 0), (1, 18, 30))
    return [tomorrow + timedelta(days=d, hours=h, minutes=m) for d, h, m in wanted]
