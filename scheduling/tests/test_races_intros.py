"""Free meetings that are asked for in one moment, with real threads (rule BOOK-11)."""

from datetime import timedelta

import pytest

from scheduling.actions.booking import book_intro
from scheduling.booking_rules import IntrosFull, MetAlready
from scheduling.models import Availability, Session
from scheduling.tests.people import MONDAY_TEN, NOW, broken, open_hours
from tests.cast import a_course, a_member, a_teacher
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def ask():
    right = a_teacher(a_course())
    open_hours(right.user, buffer=0)
    Availability.objects.update(is_intro=True)

    def asking(member, place):
        return lambda: book_intro(
            teacher=right.user,
            course=right.course,
            start=MONDAY_TEN + place * HALF_HOUR,
            by=member,
            at=NOW,
        )

    return asking


def kinds(answers) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def test_a_member_who_asks_in_six_tabs_meets_once(ask):
    sam = a_member()
    answers = at_once([ask(sam, place) for place in range(6)])
    assert kinds(answers) == [MetAlready.__name__] * 5 + ["Session"]
    assert Session.objects.count() == 1


def test_of_eight_who_ask_for_one_day_four_are_met(ask):
    members = [a_member(f"Member {number}") for number in range(8)]
    answers = at_once([ask(member, place) for place, member in enumerate(members)])
    assert kinds(answers) == [IntrosFull.__name__] * 4 + ["Session"] * 4
    assert Session.objects.count() == 4
    assert broken("I10") == []
