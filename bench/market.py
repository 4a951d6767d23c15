"""`python -m bench.market`: a made-up market of 200 students and 60 teachers of one course.

Compares the three teachers that we offer (scheduling/matching.py) with "highest rating first". A
student comes on some day of eight weeks, looks at three teachers, takes the first with a common
free hour, and keeps that hour for four weeks; nobody in common means a student lost. Half of the
teachers were certified just now: nobody rated them. No database, no clock: the same each time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from scheduling.matching import OFFERED, Candidate, Wanted, offer

STUDENTS, TEACHERS, DAYS, KEPT_DAYS = 200, 60, 56, 28
SEEDS = range(10)
START = datetime(2026, 3, 2, tzinfo=UTC)
# Hours of a week: seven days, from eight in the morning to nine in the evening.
HOURS = [(day, hour) for day in range(7) for hour in range(8, 22)]
LANGUAGES, TOPICS = ("English", "German", "Spanish"), ("pricing", "python", "guitar", "design")


@dataclass
class Teacher:
    """A teacher: the hours of their week, and until which day each is taken."""

    key: UUID
    hours: frozenset[tuple[int, int]]
    languages: frozenset[str]
    topics: frozenset[str]
    quality: float
    began_new: bool
    stars: list[float] = field(default_factory=list)
    taken: dict[tuple[int, int], int] = field(default_factory=dict)
    taught: int = 0

    def free(self, day: int) -> set[tuple[int, int]]:
        """The hours that nobody has on that day."""
        return {hour for hour in self.hours if self.taken.get(hour, 0) <= day}

    def now(self, day: int) -> int:
        """How many students they have on that day."""
        return sum(until > day for until in self.taken.values())

    @property
    def rating(self) -> float | None:
        """The mean of the stars."""
        return sum(self.stars) / len(self.stars) if self.stars else None


@dataclass(frozen=True)
class Student:
    """A student: the day they arrive, and what suits them."""

    day: int
    hours: frozenset[tuple[int, int]]
    wanted: Wanted


@dataclass(frozen=True)
class Outcome:
    """How one market went."""

    fill: float
    """Share of the students who found a teacher."""
    gini: float
    """How unevenly students are spread over teachers: 0 all alike, 1 one has all."""
    new_started: float
    """Share of the new teachers who got a first student."""
    understood: float
    """Share of the placed students who share a language with their teacher."""
    quality: float
    """Mean true quality of the teachers, as the placed students meet it."""


Policy = Callable[[list[Teacher], Student, bytes], list[Teacher]]


def ours(teachers: list[Teacher], student: Student, seed: bytes) -> list[Teacher]:
    """The three that the product offers."""
    at = START + timedelta(days=student.day)
    candidates = [
        Candidate(
            one.key,
            next_at=at + timedelta(days=1) if one.free(student.day) else None,
            times=len(one.free(student.day) & student.hours),
            languages=one.languages,
            topics=one.topics,
            rating=one.rating,
            ratings=len(one.stars),
            taught=one.taught,
            now=one.now(student.day),
        )
        for one in teachers
    ]
    by_key = {one.key: one for one in teachers}
    return [by_key[one.key] for one in offer(candidates, student.wanted, seed=seed, at=at)]


def highest_rating_first(teachers: list[Teacher], student: Student, seed: bytes) -> list[Teacher]:
    """The best rated three with any free hour; who has no stars comes last."""
    free = [one for one in teachers if one.free(student.day)]
    return sorted(free, key=lambda one: (-(one.rating or 0), one.key))[:OFFERED]


def market(policy: Policy, seed: int) -> Outcome:
    """One market under a policy: the same people for the same seed."""
    random = Random(seed)
    teachers = [_teacher(random, number) for number in range(TEACHERS)]
    students = sorted((_student(random) for _ in range(STUDENTS)), key=lambda student: student.day)
    placed: list[tuple[Student, Teacher]] = []
    for number, student in enumerate(students):
        for teacher in policy(teachers, student, f"{seed}:{number}".encode()):
            common = sorted(teacher.free(student.day) & student.hours)
            if common:
                teacher.taken[common[0]] = student.day + KEPT_DAYS
                teacher.taught += 1
                noise = Random(f"{seed}:{number}").gauss(0, 0.4)
                teacher.stars.append(min(5.0, max(1.0, teacher.quality + noise)))
                placed.append((student, teacher))
                break
    new = [one for one in teachers if one.began_new]
    started = {teacher.key for _, teacher in placed}
    return Outcome(
        fill=len(placed) / STUDENTS,
        gini=gini([sum(one is teacher for _, one in placed) for teacher in teachers]),
        new_started=sum(one.key in started for one in new) / len(new),
        understood=sum(bool(s.wanted.languages & t.languages) for s, t in placed) / len(placed),
        quality=sum(teacher.quality for _, teacher in placed) / len(placed),
    )


def gini(numbers: list[int]) -> float:
    """The Gini coefficient: 0 where all are alike, towards 1 where one has everything."""
    total, size = sum(numbers), len(numbers)
    if not total:
        return 0.0
    weighted = sum(place * number for place, number in enumerate(sorted(numbers), start=1))
    return 2 * weighted / (size * total) - (size + 1) / size


def mean_outcome(policy: Policy) -> Outcome:
    """The mean of all seeds."""
    found = [market(policy, seed) for seed in SEEDS]
    names = Outcome.__dataclass_fields__
    return Outcome(
        **{name: sum(getattr(one, name) for one in found) / len(found) for name in names}
    )


def _teacher(random: Random, number: int) -> Teacher:
    began_new = number % 2 == 0
    quality = min(5.0, max(3.0, random.gauss(4.4, 0.35)))
    known = 0 if began_new else random.randint(3, 30)
    return Teacher(
        key=UUID(int=number + 1),
        hours=_block(random, 5),
        languages=frozenset(random.sample(LANGUAGES, random.randint(1, 2))),
        topics=frozenset(random.sample(TOPICS, 2)),
        quality=quality,
        began_new=began_new,
        stars=[min(5.0, quality + random.gauss(0, 0.3)) for _ in range(known)],
        taught=known,
    )


def _student(random: Random) -> Student:
    wanted = Wanted(
        languages=frozenset(random.sample(LANGUAGES, 1)),
        topics=frozenset(random.sample(TOPICS, 1)),
    )
    return Student(day=random.randrange(DAYS), hours=_block(random, 9), wanted=wanted)


def _block(random: Random, number: int) -> frozenset[tuple[int, int]]:
    """Hours around one time of day, as people live."""
    middle = random.choice((9, 13, 19))
    near = [one for one in HOURS if abs(one[1] - middle) <= 2]
    return frozenset(random.sample(near, number))


def main() -> None:
    """Print both policies side by side."""
    print(f"{STUDENTS} students, {TEACHERS} teachers, mean of {len(SEEDS)} markets\n")
    both = {"ours": mean_outcome(ours), "highest rating first": mean_outcome(highest_rating_first)}
    for name in Outcome.__dataclass_fields__:
        row = "  ".join(f"{who}: {getattr(found, name):.3f}" for who, found in both.items())
        print(f"{name:12} {row}")


if __name__ == "__main__":
    main()
