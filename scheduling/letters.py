"""What people are told of their sessions: a notice and a mail each, in their own zone (BOOK-5)."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.notifications.notify import notify_in_words as notify
from peerloop.kit.formats import Moment, minutes_text, zone_of
from scheduling.calendar import session_ics
from scheduling.models import Session
from scheduling.queries.modules import HasTitle, titled_modules_of

LEADS = {"24h": "tomorrow", "1h": "in one hour", "15m": "in 15 minutes"}


def tell_booked(session: Session, *, at: datetime) -> None:
    """Both hear that it is booked, with a calendar file."""
    module = titled_modules_of([session]).get(session.pk)
    for person in (session.student, session.teacher):
        facts = _facts(session, person, module, at)
        _tell(
            session,
            person,
            kind="session_booked",
            title=f"Session booked: {facts['starts']}",
            body=f"{facts['course']} with {facts['other']}",
            email="session-booked",
            key=f"session-booked:{session.pk}",
            facts=facts,
            at=at,
        )


def tell_moved(
    session: Session, *, by: User, old_start: datetime, reason: str, at: datetime
) -> None:
    """Both hear the old and the new time, with a calendar file that replaces the first."""
    module = titled_modules_of([session]).get(session.pk)
    for person in (session.student, session.teacher):
        facts = _facts(session, person, module, at) | {
            "old_starts": Moment(old_start, zone_of(person.timezone), at).datetime,
            "by": _who(by, person),
            "reason": reason,
        }
        _tell(
            session,
            person,
            kind="session_rescheduled",
            title=f"Session moved to {facts['starts']}",
            body=f"{facts['course']} with {facts['other']}. It was {facts['old_starts']}.",
            email="session-rescheduled",
            key=f"session-rescheduled:{session.pk}:{session.reschedule_count}",
            facts=facts,
            at=at,
        )


def tell_cancelled(session: Session, *, by: User | None, reason: str, at: datetime) -> None:
    """Both hear that it is cancelled and why, with a calendar file that takes it off."""
    module = titled_modules_of([session]).get(session.pk)
    for person in (session.student, session.teacher):
        facts = _facts(session, person, module, at) | {
            "by": _who(by, person),
            "reason": reason,
        }
        why = f" Reason: {reason}" if reason else ""
        _tell(
            session,
            person,
            kind="session_cancelled",
            title=f"Session cancelled: {facts['starts']}",
            body=f"{facts['course']} with {facts['other']}.{why}",
            email="session-cancelled",
            key=f"session-cancelled:{session.pk}",
            facts=facts,
            at=at,
        )


def remind(
    session: Session, person: User, *, kind: str, module: HasTitle | None, at: datetime
) -> None:
    """One reminder of one session for one person (rule REM-1)."""
    facts = _facts(session, person, module, at, with_file=False) | {"lead": LEADS[kind]}
    _tell(
        session,
        person,
        kind="session_reminder",
        title=f"Your session starts {LEADS[kind]}",
        body=f"{facts['course']} with {facts['other']}, {facts['starts']} ({facts['zone']})",
        email="session-reminder",
        key=f"session-reminder:{session.pk}:{kind}:{session.scheduled_start:%Y%m%dT%H%M}",
        facts=facts,
        at=at,
    )


def _who(by: User | None, person: User) -> str:
    """Who did it, in the eyes of the person who reads."""
    if by is None:
        return "PeerLoop"
    return "you" if person.pk == by.pk else by.name


def _tell(
    session: Session,
    person: User,
    *,
    kind: str,
    title: str,
    body: str,
    email: str,
    key: str,
    facts: dict[str, Any],
    at: datetime,
) -> None:
    notify(
        people=[person],
        kind=kind,
        title=title,
        body=body,
        url=f"/sessions/{session.pk}",
        dedupe_key=key,
        email=email,
        context=facts,
        at=at,
    )


def _facts(
    session: Session,
    person: User,
    module: HasTitle | None,
    at: datetime,
    *,
    with_file: bool = True,
) -> dict[str, Any]:
    """What the templates need, in words: an outbox row must not change its sense later."""
    zone = zone_of(person.timezone)
    starts = Moment(session.scheduled_start, zone, at)
    ends = Moment(session.scheduled_end, zone, at)
    facts: dict[str, Any] = {
        "course": session.course.title,
        "other": session.counterpart_of(person).name,
        "role": "teacher" if person.pk == session.teacher_id else "student",
        "starts": starts.datetime,
        "when": starts.until(ends),
        "zone": starts.zone_label,
        "length": minutes_text((session.scheduled_end - session.scheduled_start).seconds // 60),
        "module": module.title if module else "",
        "topic": session.topic,
        "session_path": f"/sessions/{session.pk}",
        "join_path": f"/sessions/{session.pk}/join",
    }
    if with_file:
        facts["ics"] = session_ics(session, viewer=person, at=at, module=module)
    return facts
