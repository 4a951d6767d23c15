"""A member's goodwill: sums, history, how far the next tier is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing
from django.db.models import Case, F, Q, Value, When

from accounts.models import User
from goodwill.models import GoodwillTransaction, Reason, Tier, UserGoodwill
from goodwill.models.account import TIERS
from goodwill.points.limits import DayLeft, day_left
from peerloop.kit.paging import Page
from peerloop.kit.statements import Given, PagedRead, Read

Type = GoodwillTransaction.Type
CURSOR_SALT = "goodwill.points"


class Sums(NamedTuple):
    """What a member earned and spent, in points, and for what."""

    total_earned: int = 0
    spent: int = 0
    balance: int = 0
    tier: str = Tier.MEMBER.value
    summons_helped: int = 0
    questions_answered: int = 0
    referrals: int = 0

    @property
    def tier_name(self) -> str:
        """The tier in words."""
        return str(Tier(self.tier).label)

    @property
    def has_tier(self) -> bool:
        """Whether they reached more than everybody begins with."""
        return self.tier != Tier.MEMBER


class Movement(NamedTuple):
    """One movement, as its member sees it."""

    id: UUID
    type: str
    points: int
    reason: str
    created_at: datetime
    giver_name: str | None
    course_title: str | None
    note: str
    other_name: str | None

    @property
    def giver(self) -> dict[str, str] | None:
        """Who gave them; None where the platform did, and for what was spent."""
        return {"name": self.giver_name} if self.giver_name else None

    @property
    def is_earned(self) -> bool:
        """Whether points came."""
        return self.type == Type.EARNED

    @property
    def words(self) -> str:
        """Why, in words."""
        return str(Reason(self.reason).label)


@dataclass(frozen=True, slots=True)
class Step:
    """A tier on the way, and whether it is reached."""

    tier: Tier
    points: int
    is_reached: bool

    @property
    def words(self) -> str:
        """The tier in words."""
        return str(self.tier.label)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a member is on the way to the next tier; ``next`` is None at the last one."""

    steps: list[Step]
    next: Step | None
    missing: int
    percent: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a member's history."""

    created_at: datetime
    key: UUID

    @property
    def older(self) -> Q:
        """Movements behind it."""
        return Q(created_at__lt=self.created_at) | Q(created_at=self.created_at, pk__lt=self.key)

    def word(self) -> str:
        """For addresses."""
        return signing.dumps([self.created_at.isoformat(), str(self.key)], salt=CURSOR_SALT)


SUMS = Read(
    Sums,
    lambda: UserGoodwill.objects.filter(user=Given("user")).values_list(
        *("total_earned", "spent", "balance", "tier"),
        *("summons_helped", "questions_answered", "referrals"),
    ),
)


def _columns() -> tuple[Any, ...]:
    # Who gave; for what was given away it would be who received, which "from" must not say.
    giver = Case(When(type=Type.EARNED, then=F("counterparty__name")), default=Value(None))
    return (
        *("pk", "type", "points", "reason", "created_at"),
        giver,
        *("course__title", "note", "counterparty__name"),
    )


def _of_member() -> Any:
    rows = GoodwillTransaction.objects.filter(user=Given("user"))
    return rows.order_by("-created_at", "-pk")


HISTORY = PagedRead(Movement, _of_member, _columns)
HISTORY_OF_TYPE = PagedRead(Movement, lambda: _of_member().filter(type=Given("type")), _columns)


def sums_of(user: User) -> Sums:
    """What the member earned, spent and has; zeros before anything moved. One statement."""
    return SUMS.first(user=user.pk) or Sums()


def history_of(user: User, page: Page, *, type: str = "") -> tuple[list[Movement], int]:
    """A page of the member's movements, newest first, with their number. One statement.

    ``type``: "earned" or "spent"; empty: all.
    """
    if type:
        return HISTORY_OF_TYPE.page(page, user=user.pk, type=type)
    return HISTORY.page(page, user=user.pk)


def older_than(user: User, before: Place | None, *, most: int) -> tuple[list[Movement], str]:
    """Movements behind a place, newest first, and the cursor of the next ones; empty at the end.

    One statement, which reads as many rows as are shown.
    """
    rows = GoodwillTransaction.objects.filter(user=user)
    if before is not None:
        rows = rows.filter(before.older)
    ordered = rows.order_by("-created_at", "-pk").values_list(*_columns())
    found = [Movement(*row) for row in ordered[: most + 1]]
    last = found[most - 1] if len(found) > most else None
    return found[:most], Place(last.created_at, last.id).word() if last else ""


def place_asked(word: str) -> Place | None:
    """The place of a cursor; None for no word, and for one that is not ours."""
    try:
        created_at, key = signing.loads(word, salt=CURSOR_SALT)
    except signing.BadSignature:
        return None
    return Place(datetime.fromisoformat(created_at), UUID(key))


def progress_of(total_earned: int) -> Progress:
    """The tiers, and how far the next one is."""
    steps = [Step(tier, points, total_earned >= points) for tier, points in TIERS.items()]
    following = next((step for step in steps if not step.is_reached), None)
    if following is None:
        return Progress(steps, None, 0, 100)
    before = max(step.points for step in steps if step.is_reached)
    done = (total_earned - before) * 100 // (following.points - before)
    return Progress(steps, following, following.points - total_earned, done)


def left_today(user: User, at: datetime) -> DayLeft:
    """What the member may still give and receive today. Two statements."""
    account = UserGoodwill.objects.filter(user=user).first() or UserGoodwill(user=user)
    account.user = user
    return day_left(account, at)


def free_left(user: User, at: datetime) -> int:
    """How many of the day's free points the member has left."""
    return left_today(user, at).free
