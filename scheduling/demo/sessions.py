"""Sessions of the demo's past: a time that was free, two people who came, or one who did not."""

from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from accounts.models import User
from learning.actions import mark_module
from learning.models import Enrollment
from peerloop.kit.demo import World, read
from scheduling.actions.assessment import rate_session
from scheduling.actions.booking import book_session
from scheduling.actions.cancelling import cancel_session
from scheduling.actions.completion import complete_session
from scheduling.actions.overdue import close_overdue
from scheduling.actions.reminders import LEADS
from scheduling.actions.rescheduling import reschedule_session
from scheduling.actions.shared_page import Edit, write_page
from scheduling.local_room import room_id_of
from scheduling.models import AttendanceEvent, Session, SessionReminder
from scheduling.queries import slots_between

# Hours of the day at which people like to learn.
DECENT = range(8, 22)


@cache
def words() -> dict[str, Any]:
    """Reasons, topics and remarks that people write."""
    found: dict[str, Any] = read(__file__, "words")
    return found


def free_start(
    enrollment: Enrollment,
    teacher: User,
    *,
    first: datetime,
    last: datetime,
    at: datetime,
    dice: Random,
) -> datetime:
    """A free time between two moments, by day where the student lives if there is one."""
    found = slots_between(
        teacher=teacher,
        minutes=enrollment.course.session_minutes,
        start=first,
        end=last,
        student=enrollment.student,
        at=at,
    )
    starts = [slot.start for slot in found if slot.is_available]
    if not starts:
        raise LookupError(f"{teacher.name} has no free time from {first} to {last}.")
    zone = ZoneInfo(enrollment.student.zone_name)
    decent = [start for start in starts if start.astimezone(zone).hour in DECENT]
    return dice.choice(decent or starts)


def book(
    enrollment: Enrollment, teacher: User, *, start: datetime, at: datetime, dice: Random
) -> Session:
    """The student books, sometimes with a word on what it should be about."""
    topic = dice.choice(words()["topics"])
    return book_session(
        enrollment=enrollment,
        teacher=teacher,
        start=start,
        by=enrollment.student,
        at=at,
        topic=topic,
    )


def hold(session: Session, *, at: datetime, dice: Random) -> None:
    """Both come, stay and say goodbye, which completes the session. Now and then both say how it
    was."""
    open_room(session)
    came = session.scheduled_start + timedelta(seconds=dice.randint(5, 150))
    went = session.scheduled_end - timedelta(seconds=dice.randint(20, 240))
    record_presence(session, [session.teacher, session.student], came=came, went=went)
    session = complete_session(
        session_id=session.pk,
        source=Session.CompletionSource.ROOM_ENDED,
        at=at,
        ended_at=went + timedelta(seconds=9),
    )
    if session.topic:
        _write(session, at=at)
    if dice.random() < 0.4:
        _rate(session, at=at, dice=dice)


def _write(session: Session, *, at: datetime) -> None:
    """Both kept notes and agreed on the next step."""
    day = session.scheduled_start.day
    notes, steps = words()["notes"], words()["next_steps"]
    edits = {
        "notes": Edit("", notes[day % len(notes)]),
        "next_step": Edit("", steps[day % len(steps)]),
    }
    write_page(session=session, by=session.teacher, at=at, edits=edits)


def tick_off(enrollment: Enrollment, *, at: datetime) -> None:
    """The student marks the modules that were taught."""
    taught = enrollment.progress.filter(delivered_at__isnull=False, is_complete=False)
    for module_id in taught.values_list("module_id", flat=True):
        mark_module(
            enrollment=enrollment,
            module_id=module_id,
            is_complete=True,
            by=enrollment.student,
            at=at,
        )


def miss(session: Session, *, at: datetime) -> None:
    """Only the teacher comes; after a while the sweep marks it (rule ROOM-8)."""
    open_room(session)
    waited = session.scheduled_start + timedelta(minutes=20)
    record_presence(session, [session.teacher], came=session.scheduled_start, went=waited)
    close_overdue(session_id=session.pk, at=at)


def call_off(session: Session, *, at: datetime) -> None:
    """The teacher cancels in good time."""
    cancel_session(
        session=session, by=session.teacher, reason=words()["reasons"]["cancelled"], at=at
    )


def put_off(session: Session, *, start: datetime, at: datetime) -> Session:
    """The student reschedules it."""
    return reschedule_session(
        session=session,
        start=start,
        by=session.student,
        at=at,
        reason=words()["reasons"]["rescheduled"],
    )


def settle_reminders(world: World) -> None:
    """Reminders whose time is over were sent when they were due."""
    for kind, lead in LEADS.items():
        due = SessionReminder.objects.filter(
            kind=kind, sent_at=None, for_start__lte=world.now + lead
        )
        due.update(sent_at=F("for_start") - lead)


def open_room(session: Session) -> None:
    """The teacher opens the room a little early: what joining leaves behind, in one statement."""
    opened = session.scheduled_start - timedelta(minutes=2)
    Session.objects.filter(pk=session.pk).update(
        status=Session.Status.IN_PROGRESS,
        started_at=opened,
        provider="local",
        room_id=room_id_of(session.pk),
        updated_at=opened,
    )


def record_presence(
    session: Session, people: list[User], *, came: datetime, went: datetime
) -> None:
    """What the room would have reported, in one statement."""
    moments = ((AttendanceEvent.Kind.JOINED, came), (AttendanceEvent.Kind.LEFT, went))
    AttendanceEvent.objects.bulk_create(
        AttendanceEvent(
            session=session,
            user=person,
            kind=kind,
            source=AttendanceEvent.Source.EVENT,
            reference=f"demo-{place}",
            at=moment + timedelta(seconds=7 * place),
            is_deliberate=kind == AttendanceEvent.Kind.LEFT,
            created_at=moment,
            updated_at=moment,
        )
        for place, person in enumerate(people)
        for kind, moment in moments
    )


def _rate(session: Session, *, at: datetime, dice: Random) -> None:
    for person in (session.student, session.teacher):
        rate_session(
            session=session,
            by=person,
            rating=dice.choice((4, 5, 5)),
            comment=dice.choice(words()["remarks"]),
            at=at,
        )
