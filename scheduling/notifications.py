"""What the two people of a session are notified of, each in their own zone (BOOK-5, ROOM-7, 8)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample
from accounts.notifications.notify import notify
from learning.next_in_course import SAMPLE as NEXT
from learning.next_in_course import next_values
from peerloop.kit.formats import Moment, minutes_text, zone_label_of, zone_of
from peerloop.kit.text import isolated
from scheduling.calendar import calendar_ics, session_ics
from scheduling.mail_links import change_path
from scheduling.models import Session
from scheduling.queries.modules import HasTitle, titled_modules_of

LEADS = {"24h": "tomorrow", "1h": "in one hour", "15m": "in 15 minutes"}

SAMPLE = Sample(
    {
        "course": "Automate your work with n8n & friends",
        "other": "Tom <Teacher>",
        "is_student": True,
        "starts": "Wed 4 Mar, 16:30 (Berlin, UTC+1)",
        "when": "Wed 4 Mar, 16:30 to 17:30",
        "zone": "Berlin, UTC+1",
        "length": "60 minutes",
        "module": "Your first workflow",
        "topic": "Webhooks",
        "session_path": "/sessions/019a0000-0000-7000-8000-000000000001",
        "join_path": "/sessions/019a0000-0000-7000-8000-000000000001/join",
        "change_path": "/sessions/by-mail/019a0000-0000-7000-8000-000000000001:signed",
        "arranged": "You both agreed on it by mail.",
        "old_starts": "Tue 3 Mar, 16:30 (Berlin, UTC+1)",
        "by": "Tom Teacher",
        "is_by_reader": False,
        "reason": "Something came up & I have to travel.",
        "why": " Reason: Something came up & I have to travel.",
        "lead": "in 1 hour",
        "minutes": 60,
        "words": "Tom Teacher did not come. The session does not count, and you can book another.",
        "student": "Sam Student",
        "teacher": "Tom Teacher",
        **NEXT,
    },
    bare={
        **dict.fromkeys(("module", "topic", "reason", "why", "arranged", "change_path", *NEXT), ""),
        "by": "you",
        "is_by_reader": True,
        "is_student": False,
        "minutes": 0,
    },
)

about_session = partial(Kind, page="session", sample=SAMPLE)

BOOKED = about_session(
    "session-booked",
    "Session booked: {starts}",
    "{course} with {other}",
    word="session_booked",
    group=Group.SESSION_BOOKED,
    mailed=True,
)
SERIES_BOOKED = Kind(
    "session-series-booked",
    "{count} sessions booked, the first on {starts}",
    "{course} with {other}",
    word="session_booked",
    page="calendar",
    group=Group.SESSION_BOOKED,
    sample=Sample(
        {
            **SAMPLE.full,
            "count": 3,
            "dates": [
                "Wed 4 Mar, 16:30 to 17:30",
                "Wed 11 Mar, 16:30 to 17:30",
                "Fri 20 Mar, 18:00 to 19:00",
            ],
        },
        bare=SAMPLE.bare,
    ),
    mailed=True,
)
RESCHEDULED = about_session(
    "session-rescheduled",
    "Session moved to {starts}",
    "{course} with {other}. It was {old_starts}.",
    word="session_rescheduled",
    mailed=True,
)
CANCELLED = about_session(
    "session-cancelled",
    "Session cancelled: {starts}",
    "{course} with {other}.{why}",
    word="session_cancelled",
    mailed=True,
)
REMINDER = about_session(
    "session-reminder",
    "Your session starts {lead}",
    "{course} with {other}, {starts} ({zone})",
    word="session_reminder",
    group=Group.SESSION_REMINDER,
    mailed=True,
)
INTRO_BOOKED = about_session(
    "intro-booked",
    "Free meeting booked: {starts}",
    "{course} with {other}",
    word="session_booked",
    group=Group.SESSION_BOOKED,
    mailed=True,
)
INTRO_REMINDER = about_session(
    "intro-reminder",
    "Your free meeting starts {lead}",
    "{course} with {other}, {starts} ({zone})",
    word="session_reminder",
    group=Group.SESSION_REMINDER,
    mailed=True,
)
INTRO_HELD = about_session(
    "intro-held", "You met {other}", "{words}", word="session_completed", group=Group.COURSE_UPDATE
)
MISSED = about_session(
    "session-no-show",
    "Session with {other} was missed",
    "{words}",
    word="session_no_show",
    mailed=True,
)
UNREPORTED = about_session(
    "session-silent",
    "Was the session of {student} with {teacher} held?",
    "Both went to the room, but the video server reported nothing. "
    "Complete it by hand or leave it to the teacher.",
    word="system",
)

about_held_session = partial(
    about_session, word="session_completed", group=Group.FEEDBACK_REMINDER, mailed=True
)

COMPLETED = about_held_session("session-completed", "Session with {other} completed", "{words}")
FEEDBACK_REMINDER = about_held_session(
    "feedback-reminder",
    "How was your session with {other}?",
    "A minute of yours helps the next student. You can rate it for 30 days.",
)
RECORDING_READY = about_held_session(
    "recording-ready",
    "The recording of your session with {other} is ready",
    "{course}",
    page="session-recording",
    mail=Mail("recording-ready", SAMPLE, Group.COURSE_UPDATE),
)


def notify_booked(session: Session, *, at: datetime, arranged: str = "") -> None:
    """Notify both that it is booked, with a calendar file; ``arranged``: why an admin did it."""
    kind = INTRO_BOOKED if session.is_intro else BOOKED
    more = {"arranged": arranged}
    _notify_both(kind, session, more=lambda person: more, with_file=True, at=at)


def notify_series_booked(sessions: Sequence[Session], *, at: datetime) -> None:
    """Notify both once of all sessions that were booked together, with one calendar file."""
    modules = titled_modules_of(sessions)
    first = sessions[0]
    for person in (first.student, first.teacher):
        zone = zone_of(person.timezone)
        dates = [
            Moment(one.scheduled_start, zone, at).until(Moment(one.scheduled_end, zone, at))
            for one in sessions
        ]
        notify(
            SERIES_BOOKED,
            people=[person],
            key=first.pk,
            **_values(first, person, None, at)
            | {"zone": zone_label_of(zone, [one.scheduled_start for one in sessions])},
            count=len(sessions),
            dates=dates,
            ics=calendar_ics(sessions, viewer=person, at=at, modules=modules),
            at=at,
        )


def notify_rescheduled(
    session: Session, *, by: User, old_start: datetime, reason: str, at: datetime
) -> None:
    """Notify both of the old and the new time, with a calendar file that replaces the first."""

    def change(person: User) -> dict[str, Any]:
        old_starts = Moment(old_start, zone_of(person.timezone), at).datetime
        return {"old_starts": old_starts, **_who(by, person), "reason": reason}

    key = f"{session.pk}:{session.reschedule_count}"
    _notify_both(RESCHEDULED, session, key=key, more=change, with_file=True, at=at)


def notify_cancelled(session: Session, *, by: User | None, reason: str, at: datetime) -> None:
    """Notify both that it is cancelled and why, with a calendar file that takes it off."""

    def cause(person: User) -> dict[str, Any]:
        why = f" Reason: {reason}" if reason else ""
        return {**_who(by, person), "reason": reason, "why": why}

    _notify_both(CANCELLED, session, more=cause, with_file=True, at=at)


def notify_soon(
    session: Session, person: User, *, lead: str, module: HasTitle | None, at: datetime
) -> None:
    """One reminder of one session for one person (rule REM-1); ``lead``: 24h, 1h or 15m."""
    notify(
        INTRO_REMINDER if session.is_intro else REMINDER,
        people=[person],
        key=f"{session.pk}:{lead}:{session.scheduled_start:%Y%m%dT%H%M}",
        to=[session.pk],
        **_values(session, person, module, at),
        lead=LEADS[lead],
        at=at,
    )


def notify_completed(session: Session, *, by: User | None, at: datetime) -> None:
    """Notify both, once; the student is asked what they thought, but of a free meeting."""
    if session.is_intro:
        _notify_both(INTRO_HELD, session, more=_after_intro, at=at)
        return

    def outcome(person: User) -> dict[str, Any]:
        words = "How was it? Your rating stays between you and the people of the course."
        if by is not None and person.pk == session.student_id:
            name = isolated(by.name)
            by_hand = f"{name} completed it by hand. If that is wrong, tell us within 7 days."
            words = f"{by_hand} {words}"
        minutes = (session.joint_seconds or 0) // 60
        studies = session.enrollment_id if person.pk == session.student_id else None
        return {"words": words, "minutes": minutes, **next_values(studies, person, at=at)}

    _notify_both(COMPLETED, session, more=outcome, at=at)


def _after_intro(person: User) -> dict[str, Any]:
    return {"words": "Nothing is owed. If you got on well, the first session comes next."}


def notify_to_rate(session: Session, *, at: datetime) -> None:
    """Ask the student once more, after some days without a rating."""
    notify(
        FEEDBACK_REMINDER,
        people=[session.student],
        key=session.pk,
        to=[session.pk],
        **_values(session, session.student, session.module, at),
        at=at,
    )


def notify_recorded(session: Session, *, at: datetime) -> None:
    """Notify both that they can watch the recording, once."""
    _notify_both(RECORDING_READY, session, at=at)


def notify_missed(session: Session, *, at: datetime) -> None:
    """Notify both that the session counts as missed, once."""
    _notify_both(MISSED, session, more=lambda one: {"words": missed_words(session, one)}, at=at)


def notify_admins_of_silence(session: Session, *, at: datetime) -> None:
    """Notify admins of a session that both entered but of which the video server said nothing."""
    notify(
        UNREPORTED,
        people=User.objects.active().filter(is_admin=True),
        key=session.pk,
        to=[session.pk],
        student=session.student.name,
        teacher=session.teacher.name,
        at=at,
    )


def missed_words(session: Session, person: User) -> str:
    """Who was missing, to one of the two or to somebody who looks on; what it means."""
    freed = "Nothing counts as taught; the place is free to be booked again."
    if session.is_intro:
        freed = "The free meeting can be booked again."
    missing = {"teacher": session.teacher, "student": session.student}.get(session.no_show_party)
    if missing is None:
        who = "You" if person.pk in (session.teacher_id, session.student_id) else "They"
        return f"{who} did not meet for at least five minutes. {freed}"
    if missing.pk == person.pk:
        return f"You were not in the room. {freed}"
    return f"{isolated(missing.name)} was not in the room. {freed}"


def _who(by: User | None, person: User) -> dict[str, Any]:
    """Who did it, in the eyes of the person who reads."""
    if by is None:
        return {"by": "PeerLoop", "is_by_reader": False}
    is_own = person.pk == by.pk
    return {"by": "you" if is_own else by.name, "is_by_reader": is_own}


def _notify_both(
    kind: Kind,
    session: Session,
    *,
    at: datetime,
    key: str = "",
    more: Callable[[User], dict[str, Any]] = lambda person: {},
    with_file: bool = False,
) -> None:
    """Notify student and teacher, each in their zone; ``with_file``: with a calendar file."""
    module = titled_modules_of([session]).get(session.pk) if with_file else session.module
    for person in (session.student, session.teacher):
        values = _values(session, person, module, at) | more(person)
        if with_file:
            values["ics"] = session_ics(session, viewer=person, at=at, module=module)
        notify(kind, people=[person], key=key or session.pk, to=[session.pk], **values, at=at)


def _values(
    session: Session, person: User, module: HasTitle | None, at: datetime
) -> dict[str, Any]:
    """What the templates need, in words: an outbox row must not change its sense later."""
    zone = zone_of(person.timezone)
    starts = Moment(session.scheduled_start, zone, at)
    ends = Moment(session.scheduled_end, zone, at)
    return {
        "course": session.subject,
        "other": session.counterpart_of(person).name,
        "is_student": person.pk != session.teacher_id,
        "starts": starts.datetime,
        "when": starts.until(ends),
        "zone": starts.zone_label,
        "length": minutes_text(session.length_minutes),
        "module": module.title if module else "",
        "topic": session.topic,
        "session_path": reverse("session", args=[session.pk]),
        "join_path": reverse("session-join", args=[session.pk]),
        "change_path": change_path(session, person) if session.is_scheduled else "",
    }
