"""Of 200 titles with one typing error each, the course is nearly always among the first three."""

import random

import pytest

from catalog.queries import CourseFilter, course_cards
from catalog.tests.people import a_shelf, clara
from peerloop.kit.paging import Page
from tests.cast import a_course

pytestmark = pytest.mark.django_db
WHAT = (
    *("Spreadsheets", "Watercolor", "Photography", "Negotiation", "Statistics", "Sourdough"),
    *("Podcasting", "Gardening", "Guitar", "Databases", "Storytelling", "Accounting", "Pottery"),
    *("Animation", "Calligraphy", "Prompting", "Interviewing", "Typography", "Carpentry", "Chess"),
)
WHOM = (
    *("Beginners", "Designers", "Nurses", "Founders", "Teachers", "Musicians", "Parents"),
    *("Engineers", "Students", "Managers"),
)
TITLES = [f"{what} for {whom}" for what in WHAT for whom in WHOM]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def misspelt(title: str, dice: random.Random) -> str:
    """The title with one letter of a long word swapped, left out, doubled or mistaken."""
    words = title.split()
    which = dice.choice([place for place, word in enumerate(words) if len(word) > 4])
    word = words[which]
    at = dice.randrange(1, len(word) - 1)
    words[which] = dice.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + dice.choice(LETTERS) + word[at + 1 :],
        ]
    )
    return " ".join(words)


def test_a_misspelt_title_finds_its_course_among_the_first_three():
    dice, creator, shelf = random.Random(2026), clara(), a_shelf("Everything")
    assert len(set(TITLES)) == 200
    for title in TITLES:
        a_course(creator, title=title, category=shelf, modules=1)

    lost = []
    for title in TITLES:
        typed = misspelt(title, dice)
        found = course_cards(CourseFilter(search=typed), Page(1, 3), with_text=False)
        if title not in [card.title for card in found.cards]:
            lost.append((typed, title))

    assert len(lost) <= 10, lost
