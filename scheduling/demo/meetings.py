"""Free meetings of the demo: some were held, some are ahead."""

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from peerloop.kit.demo import World
from scheduling.actions.booking import book_intro
from scheduling.actions.completion import complete_session
from scheduling.demo.sessions import open_room, record_presence
from scheduling.models import Session
from scheduling.queries.intros import intro_offer, intro_slots

# Who meets whom, booked so many days ago, what they wanted to know.
MEETINGS = (
    ("hugo", "emily", 9.0, "Would two evenings a week be enough?"),
    ("wanjiru", "priya", 7.5, "I have never written a line of code. Is that all right?"),
    ("wanjiru", "teacher", 0.8, "How do you work with your own texts?"),
    ("jana", "teacher", 0.5, "Which of your courses comes first for an editor?"),
)
# How far ahead they look for a time.
SEARCH = timedelta(days=3)


def plan_meetings(world: World) -> None:
    """Each is booked at its moment, and held if that lies behind."""
    for student, teacher, days, topic in MEETINGS:
        world.plan(world.ago(days), partial(_meet, world, student, teacher, topic))


def _meet(world: World, student: str, teacher: str, topic: str, at: datetime) -> None:
    """The second free time of the next days, so that not all take the first."""
    by, other = world.get(User, student), world.get(User, teacher)
    found = intro_slots(teacher=other, student=by, start=at, end=at + SEARCH, at=at)
    times = [slot.start for slot in found if slot.is_available][:2]
    courses = intro_offer(other).courses
    if not times or not courses:
        raise LookupError(f"{other.name} has no free meeting after {at}.")
    session = book_intro(
        teacher=other, course=courses[0], start=times[-1], by=by, at=at, topic=topic
    )
    world.plan(session.scheduled_end + timedelta(minutes=1), partial(_hold, session))


def _hold(session: Session, at: datetime) -> None:
    """Both come and stay to the end."""
    session = Session.objects.select_related("teacher", "student").get(pk=session.pk)
    open_room(session)
    went = session.scheduled_end - timedelta(seconds=20)
    people = [session.teacher, session.student]
    record_presence(session, people, came=session.scheduled_start, went=went)
    complete_session(
        session_id=session.pk, source=Session.CompletionSource.ROOM_ENDED, at=at, ended_at=went
    )
