"""The facts that a next step follows from: plain values, without a query."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from billing.money import session_share, shares
from billing.queries import Earnings
from learning.models import Certificate, Enrollment, TeachingApplication
from peerloop.kit.states import State
from scheduling.models import Session
from scheduling.models.session import intro_about

# How long a session is rated first; after that the next thing in the course is.
RATED_FIRST = timedelta(days=3)


class Ahead(NamedTuple):
    """An upcoming or running session of the member. ``earns_cents``: what they earn with it."""

    pk: UUID
    enrollment_id: UUID | None
    kind: str
    status: str
    start: datetime
    course: str
    is_taught: bool
    teacher: str
    student: str
    earns_cents: int | None = None

    @property
    def subject(self) -> str:
        """The course, or a free meeting about it (rule BOOK-11)."""
        return intro_about(self.course) if self.kind == Session.Kind.INTRO else self.course

    @property
    def is_running(self) -> bool:
        """Whether it goes on now."""
        return self.status == Session.Status.IN_PROGRESS

    @property
    def state(self) -> State:
        """The state for its chip."""
        return Session.Status(self.status).state

    @property
    def other(self) -> str:
        """The name of the other person."""
        return self.student if self.is_taught else self.teacher

    def is_joinable(self, at: datetime) -> bool:
        """Whether its room is open (rule ROOM-1)."""
        early = timedelta(minutes=settings.JOIN_EARLY_MINUTES)
        return self.is_running or self.start - early <= at


class Learning(NamedTuple):
    """A course that the member takes: how far they are, and what the way to teaching it is.

    ``held`` and ``booked`` count sessions of modules. ``to_rate``: the last session, if it was held
    lately and they have not rated it. ``right``: their right to teach it, None without one;
    ``taught``: how many students they had. ``has_reviewed``: the course or its teacher.
    """

    pk: UUID
    status: str
    progress: int
    course: str
    upcoming: datetime | None
    slug: str = ""
    modules: int = 1
    price_cents: int = 0
    currency: str = "usd"
    course_modules: int = 1
    is_blocked: bool = False
    held: int = 0
    booked: int = 0
    lacks_work: bool = False
    has_work_back: bool = False
    to_rate: UUID | None = None
    certificate: str | None = None
    certificate_due: datetime | None = None
    right: bool | None = None
    taught: int = 0
    application: str | None = None
    decided_at: datetime | None = None
    has_reviewed: bool = True

    @property
    def is_completed(self) -> bool:
        """Whether the course is completed."""
        return self.status == Enrollment.Status.COMPLETED

    @property
    def is_cancelled(self) -> bool:
        """Whether they left it."""
        return self.status == Enrollment.Status.CANCELLED

    @property
    def is_disputed(self) -> bool:
        """Whether its payment is disputed."""
        return self.status == Enrollment.Status.DISPUTED

    @property
    def is_certified(self) -> bool:
        """Whether the certificate of completion is issued."""
        return self.certificate == Certificate.Status.ISSUED

    @property
    def has_applied(self) -> bool:
        """Whether an application to teach is pending."""
        return self.application == TeachingApplication.Status.PENDING

    @property
    def is_active(self) -> bool:
        """Whether the enrollment is active."""
        return self.status in Enrollment.ACTIVE

    @property
    def step(self) -> int:
        """The step of the loop: learn, certify, teach, earn, all done (5), or none (0)."""
        if self.is_cancelled:
            return 0
        if not self.is_completed:
            return 1
        if self.right:
            return 5 if self.taught else 4
        return 3 if self.is_certified else 2

    @property
    def to_book(self) -> int:
        """How many sessions of modules are neither held nor booked."""
        return max(self.modules - self.held - self.booked, 0)

    @property
    def left(self) -> int:
        """How many sessions of modules are not held yet."""
        return max(self.modules - self.held, 0)

    @property
    def again_at(self) -> datetime | None:
        """When they may apply again after a decline (rule APPLY-1)."""
        declined = self.application == TeachingApplication.Status.DECLINED
        if not declined or self.decided_at is None:
            return None
        return self.decided_at + TeachingApplication.WAIT_AFTER_DECLINE

    @property
    def session_cents(self) -> int:
        """What a student-teacher gets for a session of this course at its price of today."""
        return session_share(self.price_cents, self.course_modules)

    @property
    def students_to_pay_back(self) -> int:
        """How many students, taught to the end, bring back the price of the course."""
        teaching = shares(self.price_cents).teaching
        return -(-self.price_cents // teaching) if teaching else 0


class Taught(NamedTuple):
    """A course that the member teaches, active or paused."""

    course: str
    slug: str
    may_teach: bool
    minutes: int
    is_active: bool = True


class Draft(NamedTuple):
    """A course of the member that is not published, newest first."""

    pk: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Duties:
    """What the member teaches and creates, newest first, and what waits for their decision.

    ``teaches_more``: there are more courses than those. Decisions are counted up to a thousand of
    each kind.
    """

    teaching: list[Taught] = field(default_factory=list)
    teaches_more: bool = False
    waiting: int = 0
    for_admins: int = 0
    has_hours: bool = False
    draft: Draft | None = None
    has_course: bool = False

    @property
    def shortest_minutes(self) -> int | None:
        """The length of the shortest session that they may give; None where there is none."""
        return min((row.minutes for row in self.teaching if row.may_teach), default=None)

    @property
    def is_paused(self) -> bool:
        """Whether they could teach, but take a break in every course."""
        rights = [row for row in self.teaching if row.is_active]
        return bool(rights) and not any(row.may_teach for row in rights)


@dataclass(frozen=True, slots=True)
class Money:
    """What somebody earned, in cents, and whether it can be paid out."""

    available_cents: int = 0
    held_cents: int = 0
    next_release_at: datetime | None = None
    least_cents: int = 1
    is_account_ready: bool = False

    @classmethod
    def of(cls, earnings: Earnings, *, least_cents: int, is_account_ready: bool) -> "Money":
        """The part of the earnings that a next step may name."""
        return cls(
            earnings.available_cents,
            earnings.held_cents,
            earnings.next_release_at,
            least_cents,
            is_account_ready,
        )

    @property
    def is_enough(self) -> bool:
        """Whether a payout can be asked for, as far as the amount goes (rule OUT-2)."""
        return self.available_cents >= self.least_cents


@dataclass(frozen=True, slots=True)
class Facts:
    """A person at one moment. Of one course alone where ``learning`` and sessions are of one.

    ``module_titles``: of the sessions that have one. ``free_at``: the next time at which somebody
    can book them.
    """

    at: datetime
    sessions: list[Ahead] = field(default_factory=list)
    module_titles: dict[UUID, str] = field(default_factory=dict)
    learning: list[Learning] = field(default_factory=list)
    duties: Duties = field(default_factory=Duties)
    money: Money | None = None
    free_at: datetime | None = None
    is_verified: bool = True
    is_creator: bool = False
    homework_waiting: int = 0
    cases_waiting: int = 0
    has_said_interests: bool = True
