"""Bodies and query strings of the API: one JSON type for each field, nothing is converted."""

import pytest
from rest_framework import serializers

from peerloop.kit.inputs import Choice, Day, Id, Input, Instant, Listed, Query, Text, Truth, Whole

ARABIC_FOUR = "\N{ARABIC-INDIC DIGIT FOUR}"
FIELDS = {
    "text": Text,
    "truth": Truth,
    "whole": Whole,
    "id": Id,
    "choice": lambda **given: Choice(["5", "true"], **given),
    "day": Day,
    "instant": Instant,
    "listed": lambda **given: Listed(child=Text(), max_length=2, **given),
}
Body = type("Body", (Input,), {name: make(required=False) for name, make in FIELDS.items()})
Asked = type("Asked", (Query,), {name: make(required=False) for name, make in FIELDS.items()})


def refused(shape, name, value):
    serializer = shape(data={name: value})
    return not serializer.is_valid() and set(serializer.errors) == {name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("text", value) for value in (5, 0.5, True, [], {})],
        *[("truth", value) for value in (1, 0, "true", "yes", [], 1.0)],
        *[("whole", value) for value in ("5", 5.0, True, "", [], ARABIC_FOUR)],
        *[("id", value) for value in (5, "0" * 32, "{" + "0" * 8, True, [])],
        *[("choice", value) for value in (5, True, ["5"], "six")],
        *[("day", value) for value in (20260504, "20260504", "2026-W19-1", "2026-02-30")],
        *[("day", value) for value in ("1969-12-31", "2101-01-01", f"202{ARABIC_FOUR}-01-01")],
        *[("instant", value) for value in (0, "2026-05-04", "2026-05-04T10:00:00", "now")],
        *[("instant", f"{year}-06-01T10:00:00Z") for year in ("1969", "2101", "0001", "9999")],
        *[("listed", value) for value in ("ab", {"a": "b"}, [1], ["a", "b", "c"])],
    ],
)
def test_a_value_of_another_type_or_out_of_range_is_refused_naming_the_field(name, value):
    assert refused(Body, name, value)


def test_values_of_the_right_type_are_taken():
    given = {
        "text": "5",
        "truth": False,
        "whole": -5,
        "id": "0190F0C0-0000-7000-8000-000000000000",
        "choice": "5",
        "day": "2100-12-31",
        "instant": "2026-05-04T10:00:00.5+02:00",
        "listed": ["a"],
    }
    assert Body(data=given).is_valid(raise_exception=True)


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [("whole", "5", 5), ("truth", "true", True), ("truth", "0", False), ("whole", "", None)],
)
def test_a_query_string_spells_numbers_and_flags_as_text(name, value, meant):
    asked = Asked(data={name: value})
    assert asked.is_valid(raise_exception=True)
    assert asked.validated_data.get(name) == meant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("whole", value) for value in (ARABIC_FOUR, "5.0", " 5", "+5", "9" * 19, "1_0")],
        *[("truth", value) for value in ("yes", "TRUE ", "on")],
    ],
)
def test_other_spellings_in_a_query_string_are_refused(name, value):
    assert refused(Asked, name, value)


def test_no_input_is_declared_with_a_field_that_converts():
    with pytest.raises(TypeError, match=r"Loose\.rating"):
        type("Loose", (Input,), {"rating": serializers.IntegerField()})
    with pytest.raises(TypeError, match=r"Loose\.tags"):
        type("Loose", (Input,), {"tags": Listed(child=serializers.CharField(), max_length=3)})
