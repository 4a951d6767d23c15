"""Enrollments from purchase to end, each told step by step: every act plans the next one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from billing.demo import purchases
from catalog.models import Course
from learning.models import Enrollment
from peerloop.demo import graduation
from peerloop.demo.lives import Life, lives
from peerloop.kit.demo import World
from scheduling.demo import sessions
from scheduling.models import Session

SOON = timedelta(hours=1)
# A time is looked for in so many days after the wanted one.
SEARCH = timedelta(days=3)
# What is told as past ended long enough ago that nothing more is done about it by itself.
LATEST = timedelta(hours=4)
AFTER_END = timedelta(minutes=2)


def plan_enrollments(world: World) -> None:
    """Every life of the file."""
    for life in lives():
        Way(world, life).begin()


@dataclass
class Way:
    """One student's way through one course."""

    world: World
    life: Life
    dice: Random = field(init=False)
    held: int = 0
    mishap_waits: bool = field(init=False)

    def __post_init__(self) -> None:
        self.dice = self.world.dice(self.life.name)
        self.mishap_waits = bool(self.life.mishap)

    @property
    def student(self) -> User:
        """Who learns."""
        return self.world.get(User, self.life.student)

    @property
    def teacher(self) -> User | None:
        """Who teaches, unless the choice is left for later."""
        return self.world.get(User, self.life.teacher) if self.life.teacher else None

    @property
    def course(self) -> Course:
        """What is learned."""
        return self.world.get(Course, self.life.course)

    def begin(self) -> None:
        """Plan the purchase, and the leaving if there is one."""
        earlier = 0.6 * self.dice.random()
        self.world.plan(self.world.ago(self.life.bought + earlier), self.buy)
        if self.life.leaves is not None:
            self.world.plan(self.world.ago(self.life.leaves - earlier / 2), self.leave)

    def buy(self, at: datetime) -> None:
        """Buy the course, then book."""
        purchases.buy(student=self.student, course=self.course, teacher=self.teacher, at=at)
        self._plan_booking(at)

    def book_next(self, at: datetime) -> None:
        """Book the next session of those that lie behind, or the one that lies ahead."""
        enrollment, teacher = self._enrollment(), self.teacher
        if teacher is None or not enrollment.is_active:
            return
        is_past = self.held < self.life.held
        first, last = self._span_behind() if is_past else self._span_ahead()
        start = sessions.free_start(
            enrollment, teacher, first=max(first, at), last=last, at=at, dice=self.dice
        )
        session = sessions.book(enrollment, teacher, start=start, at=at, dice=self.dice)
        if is_past:
            self._plan_outcome(session)

    def leave(self, at: datetime) -> None:
        """Cancel; the refund is sent, unless it still waits for an admin."""
        purchases.cancel(
            self.world,
            self._enrollment(),
            reason=self.life.reason,
            is_approved=self.life.refund != "waiting",
            at=at,
        )

    def _enrollment(self) -> Enrollment:
        rows = Enrollment.objects.select_related("student", "course__creator")
        return rows.get(student=self.student, course=self.course)

    def _span_behind(self) -> tuple[datetime, datetime]:
        days = self.life.first + self.held * self.life.pace
        wanted = self.world.ago(self.life.bought - days)
        length = timedelta(minutes=self.course.session_minutes)
        return wanted, min(wanted + SEARCH, self.world.now - LATEST - length)

    def _span_ahead(self) -> tuple[datetime, datetime]:
        first = self.world.now + timedelta(days=1 + 3 * self.dice.random())
        return first, first + 2 * SEARCH

    def _plan_outcome(self, session: Session) -> None:
        if not self.mishap_waits:
            self.world.plan(session.scheduled_end + AFTER_END, lambda at: self._hold(session, at))
            return
        self.mishap_waits = False
        if self.life.mishap == "missed":
            moment = session.scheduled_end + timedelta(minutes=20)
        else:
            moment = session.scheduled_start - timedelta(hours=30)
        self.world.plan(moment, lambda at: self._suffer(session, at))

    def _suffer(self, session: Session, at: datetime) -> None:
        """The session is missed, cancelled or rescheduled; the plan goes on from there."""
        session = self._fresh(session)
        if self.life.mishap == "rescheduled":
            later = session.scheduled_start + timedelta(hours=20)
            start = sessions.free_start(
                self._enrollment(),
                session.teacher,
                first=later,
                last=later + SEARCH,
                at=at,
                dice=self.dice,
            )
            self._plan_outcome(sessions.put_off(session, start=start, at=at))
            return
        if self.life.mishap == "missed":
            sessions.miss(session, at=at)
        else:
            sessions.call_off(session, at=at)
        self.world.plan(at + SOON, self.book_next)

    def _hold(self, session: Session, at: datetime) -> None:
        sessions.hold(self._fresh(session), at=at, dice=self.dice)
        self.held += 1
        enrollment = self._enrollment()
        if self.held == enrollment.modules_paid:
            graduation.plan(self.world, self.life, enrollment, at)
            return
        if self.held == self.life.held:
            sessions.tick_off(enrollment, at=at)
        self._plan_booking(at)

    def _plan_booking(self, at: datetime) -> None:
        """Those behind are booked right away, the one ahead a few days ago."""
        if self.held < self.life.held:
            self.world.plan(at + SOON, self.book_next)
        elif self.life.ahead:
            lately = self.world.ago(0.2 + 3 * self.dice.random())
            self.world.plan(max(at + SOON, lately), self.book_next)

    def _fresh(self, session: Session) -> Session:
        rows = Session.objects.select_related("teacher", "student", "course", "enrollment")
        return rows.get(pk=session.pk)
