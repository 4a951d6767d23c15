"""Which three teachers to offer a student, and why. No database.

The highest rating first would give every new student to the same few teachers, who then have no
times, and none to those who have just been certified. So a teacher's free times, languages and
fit count for more than stars, those with many students step back, and one of the three places
belongs to somebody new (ADR 30).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from catalog.prior import PRIOR_RATING, PRIOR_REVIEWS

OFFERED = 3
# Whoever taught fewer is new: nobody can have heard of them.
NEW_BELOW = 3
# So many free times in the student's day are as good as any more.
ENOUGH_TIMES = 10
SOON = timedelta(days=3)
RATED_FROM = 3
FULL_LOAD = 6
TIMES, SOONEST, LANGUAGE, FIT, STARS, LOAD = 0.30, 0.10, 0.25, 0.15, 0.20, 0.25


@dataclass(frozen=True, slots=True)
class Candidate:
    """A teacher of the course, as far as the choice needs it.

    ``next_at``: the next free time; None for none. ``times``: free starts in the student's day,
    from morning to evening, in the days of the preview, counted up to ``ENOUGH_TIMES``.
    ``taught``: students so far, ``now``: those of today. ``rating``: None without one.
    ``wrote``: whether the course is theirs.
    """

    key: UUID
    next_at: datetime | None
    times: int = 0
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    rating: float | None = None
    ratings: int = 0
    taught: int = 0
    now: int = 0
    wrote: bool = False

    @property
    def is_new(self) -> bool:
        """Whether they have taught almost nobody yet, and are not known as the course's creator."""
        return not self.wrote and self.taught + self.now < NEW_BELOW


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of the student: nothing of a visitor."""

    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offered:
    """An offered teacher and the reasons, in words, the strongest first."""

    key: UUID
    reasons: list[str] = field(default_factory=list)


def offer(
    candidates: Collection[Candidate], wanted: Wanted, *, seed: bytes, at: datetime
) -> list[Offered]:
    """Up to three of the candidates with a free time, best match first; the order given is nothing.

    If there is a choice at all, one of them is new: drawn evenly by ``seed``, so that one student
    sees the same three again, and each new teacher gets as many students as any other.
    """
    free = [one for one in candidates if one.next_at is not None]
    ranked = sorted(free, key=lambda one: (-score(one, wanted, at=at), _draw(seed, one.key)))
    chosen = ranked[:OFFERED]
    if len(ranked) > OFFERED and not any(one.is_new for one in chosen):
        # Somebody with whom the student can't speak is not drawn.
        fresh = [one for one in ranked if one.is_new and _shares_language(one, wanted) > 0]
        if fresh:
            drawn = min(fresh, key=lambda one: _draw(seed, one.key))
            chosen = [*chosen[: OFFERED - 1], drawn]
    told = _telling([reasons(one, wanted, at=at) for one in chosen])
    return [Offered(one.key, said) for one, said in zip(chosen, told, strict=True)]


def score(one: Candidate, wanted: Wanted, *, at: datetime) -> float:
    """How well a teacher with a free time fits, from about -0.25 to 1; more is never worse."""
    soonest = 0.0 if one.next_at is None or one.next_at - at > SOON else 1.0
    return (
        TIMES * min(one.times, ENOUGH_TIMES) / ENOUGH_TIMES
        + SOONEST * soonest
        + LANGUAGE * _shares_language(one, wanted)
        + FIT * min(len(one.topics & wanted.topics), 2) / 2
        + STARS * (_stars(one) - 1) / 4
        - LOAD * min(one.now, FULL_LOAD) / FULL_LOAD
    )


def reasons(one: Candidate, wanted: Wanted, *, at: datetime) -> list[str]:
    """Why a teacher is offered, at least one reason."""
    said = []
    spoken = sorted(one.languages & wanted.languages)
    if spoken:
        said.append(f"Speaks {_listed(spoken)} as you do")
    if one.times:
        many = "10+" if one.times >= ENOUGH_TIMES else str(one.times)
        said.append(f"{many} free time{'s' if one.times > 1 else ''} in your day")
    if one.next_at is not None and one.next_at - at <= SOON:
        said.append("Free within three days")
    known = sorted(one.topics & wanted.topics)
    if known:
        said.append(
            f"Knows {_listed(known[:2])}, which interest{'s' if len(known) < 2 else ''} you"
        )
    if one.rating is not None and one.ratings >= RATED_FROM:
        said.append(f"Rated {one.rating:.1f} by {one.ratings} students")
    if one.wrote:
        said.append("Wrote this course")
    elif one.is_new:
        said.append("New: you would be one of the first students, with plenty of time for you")
    elif one.taught:
        said.append(f"Taught {one.taught} student{'s' if one.taught > 1 else ''}")
    return said or ["Teaches this course"]


def spoken(text: str) -> frozenset[str]:
    """The languages of a member's own list, as "English, Deutsch", each in one spelling."""
    parts = (part.strip() for part in text.replace(";", ",").split(","))
    return frozenset(part.capitalize() for part in parts if part)


def _telling(reasons_of: list[list[str]]) -> list[list[str]]:
    """Without the reasons that hold for all of them, as long as each keeps one."""
    common = set.intersection(*map(set, reasons_of)) if len(reasons_of) > 1 else set()
    told = [[one for one in said if one not in common] for said in reasons_of]
    return told if all(told) else reasons_of


def _shares_language(one: Candidate, wanted: Wanted) -> float:
    """1 for a common language, 0 for none; a half where one of them has said nothing."""
    if not one.languages or not wanted.languages:
        return 0.5
    return 1.0 if one.languages & wanted.languages else 0.0


def _stars(one: Candidate) -> float:
    # A few stars say little: they count as beside those of the prior, as in the order of courses.
    total = PRIOR_RATING * PRIOR_REVIEWS + (one.rating or 0.0) * one.ratings
    return total / (PRIOR_REVIEWS + one.ratings)


def _draw(seed: bytes, key: UUID) -> bytes:
    """Where a teacher stands in an order that differs for each seed."""
    return blake2b(key.bytes, key=seed[:64], digest_size=8).digest()


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
