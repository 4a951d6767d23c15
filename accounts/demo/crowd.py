"""Many more members, in bulk: for benches, not for reading.

Rows of the crowd are written without their actions, in this app and in those above, so these
modules keep the rules themselves: teachers have their certificates, followers are the students,
counters equal their rows. ``manage.py ledger_check`` must find nothing afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from accounts.demo.people import MEMBERS_DOMAIN
from accounts.models import User, UserStats
from peerloop.kit.demo import World, read, write_rows

MEMBERS_A_COURSE = 50
COURSES_A_CREATOR = 4
# Fewer have nobody to teach them.
LEAST = 20


@dataclass
class Crowd:
    """Who is added: creators first, then one more teacher for each course, then learners."""

    courses: int
    creators: int
    dice: Random
    now: datetime
    members: list[UUID] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> "Crowd":
        """As many courses and creators as so many members need."""
        courses = max(1, world.crowd // MEMBERS_A_COURSE) if world.crowd >= LEAST else 0
        return cls(courses, -(-courses // COURSES_A_CREATOR), world.dice("crowd"), world.now)

    @property
    def staff(self) -> list[UUID]:
        """Everybody who teaches."""
        return self.members[: self.creators + self.courses]

    @property
    def learners(self) -> list[UUID]:
        """Everybody else."""
        return self.members[self.creators + self.courses :]

    def creator_of(self, number: int) -> UUID:
        """Who made the course with this number."""
        return self.members[number // COURSES_A_CREATOR]

    def teacher_of(self, number: int) -> UUID:
        """Who teaches the course with this number beside its creator."""
        return self.members[self.creators + number]

    def past(self) -> datetime:
        """Some moment of the last year."""
        return self.now - timedelta(minutes=self.dice.randint(2 * 24 * 60, 365 * 24 * 60))


def add_members(world: World) -> None:
    """As many members as are wanted, and the ``Crowd`` for the layers above."""
    crowd = Crowd.of(world)
    world.share(crowd)
    write_rows(_members(world, crowd))
    write_rows(UserStats(user_id=key) for key in crowd.members)


def _members(world: World, crowd: Crowd) -> Iterator[User]:
    dice, words = crowd.dice, read(__file__, "crowd")
    password = world.get(User, "newcomer").password
    for number in range(world.crowd):
        first, last = dice.choice(words["first"]), dice.choice(words["last"])
        joined = crowd.now - timedelta(minutes=dice.randint(366 * 1440, 700 * 1440))
        user = User(
            email=f"member{number}@{MEMBERS_DOMAIN}",
            password=password,
            name=f"{first} {last}",
            handle=f"m{number}_{last[:8]}",
            timezone=dice.choice(words["zones"]),
            privacy_public=dice.random() < 0.6,
            is_creator=number < crowd.creators,
            is_student_teacher=number < crowd.creators + crowd.courses,
            email_verified_at=joined,
            last_seen_at=crowd.past(),
            created_at=joined,
            updated_at=joined,
        )
        crowd.members.append(user.pk)
        yield user
