"""Time zones by city."""

import pytest
from django import forms

from peerloop.kit.periods import known_zones
from peerloop.kit.zones import ZoneField, label_of, zone_labels, zone_named


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Berlin, Europe", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("  munich ", "Europe/Berlin"),
        ("San Francisco", "America/Los_Angeles"),
        ("new york", "America/New_York"),
        ("Mumbai, Asia", "Asia/Kolkata"),
        ("Buenos Aires, Argentina", "America/Argentina/Buenos_Aires"),
        ("CET", "CET"),
        ("utc", "UTC"),
        ("Atlantis", None),
        ("", None),
        ("localtime", None),
    ],
)
def test_a_zone_is_found_by_its_city(words, zone):
    assert zone_named(words) == zone


def test_every_zone_is_found_by_what_the_form_shows_for_it():
    offered = set(zone_labels().values())
    assert [name for name in known_zones() if zone_named(label_of(name)) != name] == []
    assert offered <= known_zones()


def test_the_field_shows_the_city_and_gives_the_zone():
    class Form(forms.Form):
        zone = ZoneField()

    shown = str(Form(initial={"zone": "America/New_York"})["zone"])
    assert 'value="New York, America"' in shown
    assert '<option value="Munich, Europe"></option>' in shown
    sent = Form({"zone": "new york"})
    assert sent.is_valid()
    assert sent.cleaned_data["zone"] == "America/New_York"
    wrong = Form({"zone": "Atlantis"})
    assert not wrong.is_valid()
    assert 'value="Atlantis"' in str(wrong["zone"])
