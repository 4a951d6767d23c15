"""The one next step of a person, the same on every page that names it.

``reading`` gathers the facts by a fixed number of statements, ``deciding.next_step`` chooses: a
pure function, which has an answer for every combination of facts.
"""

from peerloop.pages.next_step.deciding import next_step
from peerloop.pages.next_step.duty_steps import waiting_steps
from peerloop.pages.next_step.facts import Ahead, Duties, Facts, Learning, Money, Taught
from peerloop.pages.next_step.reading import (
    course_taken,
    courses_taken,
    duties_of,
    sessions_ahead,
)
from peerloop.pages.next_step.steps import Action, Kind, NextStep

__all__ = [
    "Action",
    "Ahead",
    "Duties",
    "Facts",
    "Kind",
    "Learning",
    "Money",
    "NextStep",
    "Taught",
    "course_taken",
    "courses_taken",
    "duties_of",
    "next_step",
    "sessions_ahead",
    "waiting_steps",
]
