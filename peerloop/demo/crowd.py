"""Many more members, courses and past enrollments, in bulk: for benches, not for reading.

Rows are written without their actions, so this module keeps the rules itself: teachers have their
certificates, followers are the students, counters equal their rows. Enrollments are comps: no
payment, no session. ``manage.py ledger_check`` must find nothing afterwards.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model

from accounts.demo.people import MEMBERS_DOMAIN
from accounts.models import User, UserStats
from catalog.models import Category, Course, CourseModule, CourseTag, PeerLoopFeatures
from community.models import InstructorFollower
from learning.models import Certificate, Enrollment, StudentTeacher
from peerloop.kit.demo import World, read
from scheduling.models import Availability, AvailabilitySettings

BATCH = 2_000
MEMBERS_A_COURSE = 50
COURSES_A_CREATOR = 4
MODULES = 4
# Fewer have nobody to teach them.
LEAST = 20
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

Row = TypeVar("Row", bound=Model)

RECOUNT = (
    """
    UPDATE courses c SET student_count = n.amount FROM (
        SELECT course_id, count(DISTINCT student_id) AS amount FROM enrollments
        WHERE status <> 'cancelled' GROUP BY course_id
    ) n WHERE n.course_id = c.id AND c.student_count <> n.amount
    """,
    """
    UPDATE student_teachers t SET students_taught = n.amount FROM (
        SELECT student_teacher_id, count(DISTINCT student_id) AS amount FROM enrollments
        WHERE completion_fired_at IS NOT NULL GROUP BY student_teacher_id
    ) n WHERE n.student_teacher_id = t.id AND t.students_taught <> n.amount
    """,
    """
    UPDATE user_stats s SET students_taught = n.amount FROM (
        SELECT user_id, sum(students_taught) AS amount FROM student_teachers GROUP BY user_id
    ) n WHERE n.user_id = s.user_id AND s.students_taught <> n.amount
    """,
    """
    UPDATE user_stats s SET courses_completed = n.amount FROM (
        SELECT student_id, count(*) AS amount FROM enrollments
        WHERE completion_fired_at IS NOT NULL GROUP BY student_id
    ) n WHERE n.student_id = s.user_id AND s.courses_completed <> n.amount
    """,
    """
    UPDATE user_stats s SET courses_created = n.amount FROM (
        SELECT creator_id, count(*) AS amount FROM courses
        WHERE first_published_at IS NOT NULL GROUP BY creator_id
    ) n WHERE n.creator_id = s.user_id AND s.courses_created <> n.amount
    """,
)


class Crowd:
    """What is filled in: the staff comes first among the members, everybody else learns."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dice = world.dice("crowd")
        self.words = read(__file__, "crowd")
        self.extra = extra = world.crowd
        self.courses = max(1, extra // MEMBERS_A_COURSE) if extra >= LEAST else 0
        self.creators = -(-self.courses // COURSES_A_CREATOR)
        self.staff = self.creators + self.courses
        self.password = world.get(User, "newcomer").password
        self.members: list[UUID] = []
        # Course, its creator, and the two who may teach it with their rows.
        self.taught: list[tuple[UUID, UUID, list[tuple[UUID, UUID]]]] = []
        # Creator and student, with the first enrollment between them.
        self.circles: dict[tuple[UUID, UUID], tuple[UUID, datetime]] = {}

    def past(self, dice: Random) -> datetime:
        """Some moment of the last year."""
        return self.world.now - timedelta(minutes=dice.randint(2 * 24 * 60, 365 * 24 * 60))


def fill_up(world: World) -> None:
    """Add the crowd of the world, with courses and enrollments to match.

    Part of ``world.build``; not safe to repeat.
    """
    crowd = Crowd(world)
    with connection.cursor() as cursor:
        # These statements are larger than any page's.
        cursor.execute("SET LOCAL statement_timeout = 0")
    _write(_members(crowd))
    _write(UserStats(user_id=key) for key in crowd.members)
    _write(_hours(crowd))
    _write_courses(crowd)
    _write(_enrollments(crowd))
    _write(_followers(crowd))
    with connection.cursor() as cursor:
        for statement in RECOUNT:
            cursor.execute(statement)


def _write(rows: Iterable[Row]) -> None:
    """Insert rows of one table in batches; only one batch is in memory."""
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        type(batch[0])._default_manager.bulk_create(batch)


def _members(crowd: Crowd) -> Iterator[User]:
    dice, words = crowd.dice, crowd.words
    for number in range(crowd.extra):
        first, last = dice.choice(words["first"]), dice.choice(words["last"])
        joined = crowd.world.now - timedelta(minutes=dice.randint(366 * 1440, 700 * 1440))
        user = User(
            email=f"member{number}@{MEMBERS_DOMAIN}",
            password=crowd.password,
            name=f"{first} {last}",
            handle=f"m{number}_{last[:8]}",
            timezone=dice.choice(words["zones"]),
            privacy_public=dice.random() < 0.6,
            is_creator=number < crowd.creators,
            is_student_teacher=number < crowd.staff,
            email_verified_at=joined,
            last_seen_at=crowd.past(dice),
            created_at=joined,
            updated_at=joined,
        )
        crowd.members.append(user.pk)
        yield user


def _hours(crowd: Crowd) -> Iterator[Any]:
    """Evenings and a weekend morning for everybody who teaches."""
    staff = crowd.members[: crowd.staff]
    AvailabilitySettings.objects.bulk_create(
        (AvailabilitySettings(user_id=key, timezone="UTC") for key in staff), batch_size=BATCH
    )
    for key in staff:
        for day, start, end in ((1, 1020, 1260), (3, 1020, 1260), (6, 540, 780)):
            yield Availability(
                user_id=key, day_of_week=day, start_minute=start, end_minute=end, timezone="UTC"
            )


def _write_courses(crowd: Crowd) -> None:
    """Courses with their parts, and the certificates and rows of those who teach them."""
    shelves = list(Category.objects.all())
    courses = [_course(crowd, number, shelves) for number in range(crowd.courses)]
    _write(courses)
    _write(
        CourseModule(course=course, module_order=place, title=f"Part {place}: {course.title}")
        for course in courses
        for place in range(1, MODULES + 1)
    )
    _write(
        CourseTag(course=course, tag=course.title.split(" for ")[0].lower()) for course in courses
    )
    _write(PeerLoopFeatures(course=course) for course in courses)
    certificates, rows = [], []
    for number, course in enumerate(courses):
        teachers = []
        for user in (course.creator_id, crowd.members[crowd.creators + number]):
            certificate, row = _right_to_teach(crowd, course, user)
            certificates.append(certificate)
            rows.append(row)
            teachers.append((user, row.pk))
        crowd.taught.append((course.pk, course.creator_id, teachers))
    _write(certificates)
    _write(rows)


def _course(crowd: Crowd, number: int, shelves: list[Category]) -> Course:
    dice, words = crowd.dice, crowd.words
    title = f"{dice.choice(words['subjects'])} for {dice.choice(words['audiences'])}"
    moment = crowd.past(dice)
    covers = list(crowd.world.all(Course))
    return Course(
        creator_id=crowd.members[number // COURSES_A_CREATOR],
        category=dice.choice(shelves),
        title=title,
        slug=f"{title.lower().replace(' ', '-')}-{number}",
        tagline="One task of yours, finished together",
        description=f"{title}: four sessions with somebody who learned it not long ago. You bring "
        "a task of your own, and leave with it done and with a way to do the next one alone.",
        thumbnail_url=f"/static/img/covers/{covers[number % 14]}.svg",
        level=dice.choice(Course.Level.values),
        price_cents=dice.randrange(15_000, 80_000, 500),
        duration=f"{MODULES} sessions",
        status=Course.Status.PUBLISHED,
        first_published_at=moment,
        created_at=moment,
        updated_at=moment,
    )


def _right_to_teach(crowd: Crowd, course: Course, user: UUID) -> tuple[Certificate, StudentTeacher]:
    moment = course.created_at
    certificate = Certificate(
        user_id=user,
        course=course,
        type=Certificate.Type.TEACHING,
        status=Certificate.Status.ISSUED,
        code="".join(crowd.dice.choices(CODE_LETTERS, k=12)),
        issued_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    row = StudentTeacher(
        user_id=user,
        course=course,
        certified_date=moment.date(),
        certified_by_id=course.creator_id,
        certificate=certificate,
        waiver_reason="" if user == course.creator_id else "Taught this before PeerLoop.",
        created_at=moment,
        updated_at=moment,
    )
    return certificate, row


def _enrollments(crowd: Crowd) -> Iterator[Enrollment]:
    """One a member on average, most of them in a few courses."""
    learners = crowd.members[crowd.staff :]
    taken: set[tuple[UUID, UUID]] = set()
    for _ in range(crowd.extra if crowd.courses else 0):
        student = crowd.dice.choice(learners)
        place = int(crowd.courses * crowd.dice.random() ** 3)
        course, creator, teachers = crowd.taught[place]
        if (student, course) in taken:
            continue
        taken.add((student, course))
        enrollment = _enrollment(crowd, student, course, crowd.dice.choice(teachers))
        crowd.circles.setdefault((creator, student), (enrollment.pk, enrollment.created_at))
        yield enrollment


def _followers(crowd: Crowd) -> Iterator[InstructorFollower]:
    for (creator, student), (enrollment, moment) in crowd.circles.items():
        yield InstructorFollower(
            creator_id=creator,
            user_id=student,
            first_enrollment_id=enrollment,
            first_enrollment_at=moment,
        )


def _enrollment(
    crowd: Crowd, student: UUID, course: UUID, teacher: tuple[UUID, UUID]
) -> Enrollment:
    moment = crowd.past(crowd.dice)
    completed = moment + timedelta(days=35)
    is_done = completed < crowd.world.now and crowd.dice.random() < 0.7
    return Enrollment(
        student_id=student,
        course_id=course,
        teacher_id=teacher[0],
        student_teacher_id=teacher[1],
        source=Enrollment.Source.COMP,
        modules_paid=MODULES,
        status=Enrollment.Status.COMPLETED if is_done else Enrollment.Status.ENROLLED,
        progress_percent=100 if is_done else 0,
        started_at=moment if is_done else None,
        completed_at=completed if is_done else None,
        completion_fired_at=completed if is_done else None,
        created_at=moment,
        updated_at=moment,
    )
