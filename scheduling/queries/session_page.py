"""What the page of a session shows to one person."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from catalog.models import CourseModule
from peerloop.kit.states import State
from peerloop.kit.text import isolated
from scheduling.actions.joining import is_joinable, joinable_at
from scheduling.models import Session, SessionAssessment, SessionAttendance
from scheduling.notifications import missed_words
from scheduling.queries.modules import module_of
from scheduling.session_outcomes import Outcome, outcomes_of

# Rule RATE-3: the other's rating is hidden until both rated, or for a week.
HIDDEN_FOR = timedelta(days=7)
RATED_FOR = timedelta(days=30)
# Shown, but not kept: the time alone makes them.
STARTING_SOON = State("accent", "clock", "Starting soon")
NEEDS_REVIEW = State("warn", "triangle-alert", "Needs review")


@dataclass(frozen=True, slots=True)
class Visit:
    """A person's time in the room: all their intervals together."""

    person: User
    intervals: list[SessionAttendance]
    minutes: int
    is_inside: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """Everything that the page of one session shows to one person."""

    session: Session
    viewer: User
    other: User
    module: CourseModule | None
    joinable_at: datetime
    is_joinable: bool
    is_over: bool
    visits: list[Visit]
    own_assessment: SessionAssessment | None
    other_assessment: SessionAssessment | None
    can_rate: bool
    can_complete: bool
    teaches: bool
    takes_part: bool

    @property
    def state(self) -> State:
        """What the status chip shows: also what the time alone makes of a session."""
        if self.session.status == Session.Status.SCHEDULED and self.is_joinable:
            return STARTING_SOON
        if self.session.is_open and self.is_over:
            return NEEDS_REVIEW
        return self.session.state

    @property
    def other_is_inside(self) -> bool:
        """Whether the other person is in the room."""
        return any(visit.is_inside for visit in self.visits if visit.person.pk == self.other.pk)

    @property
    def heading(self) -> str:
        """What the page is called."""
        if self.takes_part:
            if self.session.is_intro:
                return f"Free meeting with {isolated(self.other.name)}"
            return f"Session with {isolated(self.other.name)}"
        return f"{isolated(self.session.student.name)} with {isolated(self.session.teacher.name)}"

    @property
    def missed_words(self) -> str:
        """Who was missing, in words for this person."""
        return missed_words(self.session, self.viewer)

    @property
    def module_title(self) -> str:
        """The module's title, empty if it has none yet."""
        return self.module.title if self.module else ""

    @property
    def length_minutes(self) -> int:
        """The scheduled length."""
        return self.session.length_minutes

    @property
    def early_minutes(self) -> int:
        """How long before the start the room opens."""
        return int((self.session.scheduled_start - self.joinable_at).total_seconds()) // 60

    @property
    def was_attended(self) -> bool:
        """Whether anybody was in the room."""
        return any(visit.intervals for visit in self.visits)

    @property
    def was_by_hand(self) -> bool:
        """Whether a person, and not the room, completed it."""
        hands = Session.CompletionSource
        return self.session.completion_source in (hands.TEACHER, hands.CREATOR, hands.ADMIN)

    @property
    def digest(self) -> str:
        """A hash of what the page shows, to see whether it changed."""
        shown = (
            self.session.status,
            self.session.scheduled_start.isoformat(),
            self.is_joinable,
            self.is_over,
            [
                (str(visit.person.pk), visit.is_inside, len(visit.intervals))
                for visit in self.visits
            ],
            self.own_assessment is not None,
            self.other_assessment is not None,
            self.can_complete,
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:12]

    @property
    def outcomes(self) -> list[Outcome]:
        """What other parts of PeerLoop say about the completed session."""
        return outcomes_of(self.session, self.viewer)

    @property
    def look_seconds(self) -> int:
        """After how many seconds the page asks whether anything changed: soon while it is live."""
        return 3 if self.session.status == Session.Status.IN_PROGRESS else 15

    @property
    def joint_minutes(self) -> int:
        """Whole minutes in which both were in the room."""
        return (self.session.joint_seconds or 0) // 60


def session_view(session: Session, viewer: User, *, at: datetime) -> SessionView:
    """The session as one person sees it: a few statements."""
    teaches = viewer.pk == session.teacher_id
    takes_part = teaches or viewer.pk == session.student_id
    other = session.counterpart_of(viewer) if takes_part else session.student
    own, others = _assessments(session, viewer, other, at=at)
    is_completed = session.status == Session.Status.COMPLETED
    fresh = session.ended_at is not None and at <= session.ended_at + RATED_FOR
    return SessionView(
        session=session,
        viewer=viewer,
        other=other,
        module=module_of(session),
        joinable_at=joinable_at(session),
        is_joinable=takes_part and is_joinable(session, at=at),
        is_over=session.is_past(at),
        visits=_visits(session, at=at),
        own_assessment=own,
        other_assessment=others,
        can_rate=is_completed and not session.is_intro and takes_part and own is None and fresh,
        can_complete=_can_complete(session, viewer, at=at),
        teaches=teaches,
        takes_part=takes_part,
    )


def _can_complete(session: Session, viewer: User, *, at: datetime) -> bool:
    if viewer.pk == session.student_id:
        return False
    if viewer.is_admin:
        return session.is_open or session.status == Session.Status.NO_SHOW
    is_theirs = viewer.pk in (session.teacher_id, session.course.creator_id)
    return is_theirs and session.is_open and session.is_past(at)


def _visits(session: Session, *, at: datetime) -> list[Visit]:
    rows = list(SessionAttendance.objects.filter(session=session).order_by("joined_at"))
    visits = []
    for person in (session.teacher, session.student):
        intervals = [row for row in rows if row.user_id == person.pk]
        seconds = sum(((row.left_at or at) - row.joined_at).total_seconds() for row in intervals)
        inside = [row for row in intervals if row.left_at is None and row.source != "click"]
        is_inside = session.is_open and bool(inside)
        visits.append(Visit(person, intervals, max(int(seconds), 0) // 60, is_inside))
    return visits


def _assessments(
    session: Session, viewer: User, other: User, *, at: datetime
) -> tuple[SessionAssessment | None, SessionAssessment | None]:
    """The viewer's own assessment, and the other's if it may be shown (rule RATE-3)."""
    found = {row.assessor_id: row for row in SessionAssessment.objects.filter(session=session)}
    own, others = found.get(viewer.pk), found.get(other.pk)
    ended_at = session.ended_at
    if own is None and (ended_at is None or at < ended_at + HIDDEN_FOR):
        others = None
    return own, others
