"""Time zones by city: what a form offers for searching, and what it understands."""

from functools import cache
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from peerloop.kit.periods import known_zones

# Cities that people look for and that IANA doesn't name.
MORE_CITIES = {
    "Europe/Berlin": ("Cologne", "Frankfurt", "Hamburg", "Munich", "Stuttgart"),
    "Europe/London": ("Birmingham", "Edinburgh", "Manchester"),
    "Europe/Madrid": ("Barcelona", "Valencia"),
    "Europe/Paris": ("Lyon", "Marseille"),
    "Europe/Rome": ("Milan", "Naples"),
    "Europe/Zurich": ("Basel", "Geneva"),
    "Europe/Istanbul": ("Ankara",),
    "Europe/Lisbon": ("Porto",),
    "Europe/Warsaw": ("Krakow",),
    "America/New_York": ("Atlanta", "Boston", "Miami", "Philadelphia", "Washington"),
    "America/Chicago": ("Austin", "Dallas", "Houston", "Minneapolis"),
    "America/Los_Angeles": ("Las Vegas", "Portland", "San Diego", "San Francisco", "Seattle"),
    "America/Toronto": ("Montreal", "Ottawa"),
    "America/Sao_Paulo": ("Brasilia", "Rio de Janeiro"),
    "America/Bogota": ("Medellin",),
    "Asia/Kolkata": ("Bengaluru", "Chennai", "Delhi", "Hyderabad", "Mumbai", "Pune"),
    "Asia/Shanghai": ("Beijing", "Guangzhou", "Shenzhen"),
    "Asia/Tokyo": ("Osaka",),
    "Asia/Karachi": ("Islamabad", "Lahore"),
    "Asia/Ho_Chi_Minh": ("Hanoi",),
    "Asia/Dubai": ("Abu Dhabi",),
    "Africa/Lagos": ("Abuja",),
    "Africa/Johannesburg": ("Cape Town",),
}
# Names of machines and of time itself, not of places.
NO_PLACES = ("Etc/", "SystemV/", "US/")


@cache
def zone_labels() -> dict[str, str]:
    """What a form offers, in order: ``Munich, Europe`` for ``Europe/Berlin``."""
    found = {label_of(name): name for name in known_zones() if _is_place(name)}
    for name, cities in MORE_CITIES.items():
        area = name.partition("/")[0]
        # A city of IANA's own keeps its zone.
        found = {f"{city}, {area}": name for city in cities} | found
    return {label: found[label] for label in sorted(found)} | {"UTC": "UTC"}


def label_of(name: str) -> str:
    """``New York, America`` for ``America/New_York``; what is no place keeps its name."""
    if not _is_place(name):
        return name
    parts = name.replace("_", " ").split("/")
    return f"{parts[-1]}, {parts[-2]}"


def zone_named(words: str) -> str | None:
    """The zone that is meant by a name of IANA, a city, or a city with its area; else None.

    Case does not matter.
    """
    text = " ".join(words.split())
    if text in known_zones():
        return text
    return _by_words().get(text.casefold())


@cache
def _by_words() -> dict[str, str]:
    found = {name.casefold(): name for name in known_zones()}
    for label, name in zone_labels().items():
        # A city that two areas have is the one that stands first.
        found.setdefault(label.partition(",")[0].casefold(), name)
        found[label.casefold()] = name
    return found


def _is_place(name: str) -> bool:
    return "/" in name and not name.startswith(NO_PLACES)


class ZoneInput(forms.TextInput):
    """A line of text with the cities that begin like it, offered by the browser."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """The city of a zone; other words as they were written."""
        text = super().format_value(value)
        return label_of(text) if text in known_zones() else text

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The line, and the list for it."""
        listed = f"{(attrs or {}).get('id') or name}_cities"
        line = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        labels = ((one,) for one in zone_labels())
        options = format_html_join("", '<option value="{}"></option>', labels)
        return format_html('{}<datalist id="{}">{}</datalist>', line, listed, options)


class ZoneField(forms.CharField):
    """A time zone, given as a city; its value is the name of IANA."""

    widget = ZoneInput

    def clean(self, value: Any) -> str:
        """The zone's name; empty only where the field may be."""
        text = str(super().clean(value))
        if not text:
            return ""
        found = zone_named(text)
        if found is None:
            raise forms.ValidationError(
                "There is no such city on the list. Choose a larger one with your time."
            )
        return found
