"""The next step where a session is ahead or running."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from peerloop.kit.formats import money_text
from peerloop.kit.text import isolated
from peerloop.pages.next_step.course_steps import after_last_words
from peerloop.pages.next_step.facts import Ahead, Facts
from peerloop.pages.next_step.steps import Action, Kind, NextStep

SOON = timedelta(hours=24)


def steps(facts: Facts) -> Iterator[NextStep]:
    """The step of the soonest session; the others wait behind it."""
    for session in facts.sessions[:1]:
        yield _step(session, facts)


def _step(session: Ahead, facts: Facts) -> NextStep:
    page = reverse("session", args=[session.pk])
    if session.is_joinable(facts.at):
        kind = Kind.JOIN
        action = Action("Join the session", reverse("session-join", args=[session.pk]), "video")
        other = Action("Open session", page)
    else:
        kind = Kind.SESSION_TODAY if session.start - facts.at <= SOON else Kind.SESSION
        action = Action("Open session", page, "video")
        other = Action("Move or cancel", f"{page}#change")
    return NextStep(
        kind=kind,
        title=facts.module_titles.get(session.pk) or session.subject,
        words=_words(session, facts),
        at=session.start,
        course=session.course if session.pk in facts.module_titles else "",
        action=action,
        other=other,
    )


def _words(session: Ahead, facts: Facts) -> str:
    other = isolated(session.other)
    if session.is_taught:
        if not session.earns_cents:
            return f"You teach {other}."
        return f"You teach {other} and earn {money_text(session.earns_cents)} with it."
    row = next((row for row in facts.learning if row.pk == session.enrollment_id), None)
    if row is None or not row.is_active:
        return f"With {other}."
    if row.left == 1:
        return f"With {other}, your last session. {after_last_words(row)}"
    return f"With {other}, session {row.held + 1} of {row.modules}."
