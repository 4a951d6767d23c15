"""Portraits of the demo's members: everybody has one face, and it stays theirs."""

from random import Random

import pytest

from accounts.demo.faces import SKINS, STYLES, face
from accounts.demo.people import people


def test_the_same_dice_draw_the_same_face_and_others_another():
    first, again, other = (face(Random(seed), "long warm").tobytes() for seed in ("a", "a", "b"))
    assert first == again
    assert first != other


@pytest.mark.parametrize("length", STYLES)
@pytest.mark.parametrize("shade", SKINS)
def test_every_look_is_drawn_in_many_ways(length, shade):
    drawn = {face(Random(seed), f"{length} {shade}").tobytes() for seed in range(12)}
    assert len(drawn) == 12


def test_everybody_in_the_demo_has_a_look_that_can_be_drawn():
    for person in people():
        length, shade = person.look.split()
        assert length in STYLES
        assert shade in SKINS
