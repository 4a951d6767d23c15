"""What people are told when a session is over, held or not (rules ROOM-7, ROOM-8)."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.notifications.notify import notify_in_words as notify
from peerloop.kit.formats import Moment, zone_of
from scheduling.models import Session


def tell_completed(session: Session, *, by: User | None, at: datetime) -> None:
    """Tell both people, once; the student is asked what they thought."""
    minutes = (session.joint_seconds or 0) // 60
    for person, other in _pairs(session):
        learns = person.pk == session.student_id
        notify(
            people=[person],
            kind="session_completed",
            title=f"Session with {other.name} completed",
            body=_completed_words(session, by, learns=learns),
            url=f"/sessions/{session.pk}",
            dedupe_key=f"session-completed:{session.pk}",
            email="session-completed",
            context={**_facts(session, person, at), "minutes": minutes},
            at=at,
        )


def tell_to_rate(session: Session, *, at: datetime) -> None:
    """Ask the student once more, after some days without a rating."""
    student, teacher = session.student, session.teacher
    notify(
        people=[student],
        kind="session_completed",
        title=f"How was your session with {teacher.name}?",
        body="A minute of yours helps the next student. You can rate it for 30 days.",
        url=f"/sessions/{session.pk}",
        dedupe_key=f"feedback-reminder:{session.pk}",
        email="feedback-reminder",
        context=_facts(session, student, at),
        at=at,
    )


def tell_recorded(session: Session, *, at: datetime) -> None:
    """Tell both people that they can watch the recording, once."""
    for person, other in _pairs(session):
        notify(
            people=[person],
            kind="session_completed",
            title=f"The recording of your session with {other.name} is ready",
            body=session.course.title,
            url=f"/sessions/{session.pk}/recording",
            dedupe_key=f"recording-ready:{session.pk}",
            email="recording-ready",
            context=_facts(session, person, at),
            at=at,
        )


def tell_missed(session: Session, *, at: datetime) -> None:
    """Tell both people that the session counts as missed, once."""
    for person, other in _pairs(session):
        notify(
            people=[person],
            kind="session_no_show",
            title=f"Session with {other.name} was missed",
            body=missed_words(session, person),
            url=f"/sessions/{session.pk}",
            dedupe_key=f"session-no-show:{session.pk}",
            email="session-no-show",
            context={**_facts(session, person, at), "words": missed_words(session, person)},
            at=at,
        )


def tell_admins_of_silence(session: Session, *, at: datetime) -> None:
    """Tell admins of a session that both entered but of which the video server said nothing."""
    notify(
        people=User.objects.active().filter(is_admin=True),
        kind="system",
        title=f"Was the session of {session.student.name} with {session.teacher.name} held?",
        body="Both went to the room, but the video server reported nothing. "
        "Complete it by hand or leave it to the teacher.",
        url=f"/sessions/{session.pk}",
        dedupe_key=f"session-silent:{session.pk}",
        at=at,
    )


def missed_words(session: Session, person: User) -> str:
    """Who was missing, to one of the two or to somebody who looks on; what it means."""
    freed = "Nothing counts as taught; the place is free to be booked again."
    missing = {"teacher": session.teacher, "student": session.student}.get(session.no_show_party)
    if missing is None:
        who = "You" if person.pk in (session.teacher_id, session.student_id) else "They"
        return f"{who} did not meet for at least five minutes. {freed}"
    if missing.pk == person.pk:
        return f"You were not in the room. {freed}"
    return f"{missing.name} was not in the room. {freed}"


def _completed_words(session: Session, by: User | None, *, learns: bool) -> str:
    words = "How was it? Your rating stays between you and the people of the course."
    if by is not None and learns:
        return f"{by.name} completed it by hand. If that is wrong, tell us within 7 days. {words}"
    return words


def _pairs(session: Session) -> tuple[tuple[User, User], tuple[User, User]]:
    return (session.teacher, session.student), (session.student, session.teacher)


def _facts(session: Session, person: User, at: datetime) -> dict[str, Any]:
    """What the templates need, in words and in the person's zone."""
    zone = zone_of(person.timezone)
    starts, ends = (
        Moment(instant, zone, at) for instant in (session.scheduled_start, session.scheduled_end)
    )
    return {
        "course": session.course.title,
        "other": session.counterpart_of(person).name,
        "role": "teacher" if person.pk == session.teacher_id else "student",
        "when": starts.until(ends),
        "zone": starts.zone_label,
        "module": session.module.title if session.module else "",
        "session_path": f"/sessions/{session.pk}",
    }
