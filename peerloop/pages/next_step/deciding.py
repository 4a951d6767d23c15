"""Which of the steps that a person could take is the next one: one function for all pages."""

from collections.abc import Iterator

from peerloop.pages.next_step import course_steps, duty_steps, session_steps
from peerloop.pages.next_step.facts import Facts
from peerloop.pages.next_step.steps import NextStep


def next_step(facts: Facts) -> NextStep:
    """The first step by the order of ``Kind``; of the same kind the first one found.

    Each course, session and duty offers exactly one step or none, and finding a course is always
    possible: so everybody has one next step.
    """
    return min(_steps(facts), key=lambda step: step.kind)


def _steps(facts: Facts) -> Iterator[NextStep]:
    yield from session_steps.steps(facts)
    yield from course_steps.steps(facts)
    yield from duty_steps.steps(facts)
