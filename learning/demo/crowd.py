"""Teachers and past enrollments of the crowd, in bulk.

Enrollments are comps: no payment, no session.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from accounts.demo.crowd import Crowd
from catalog.demo.crowd import MODULES, CrowdCourses
from catalog.models import Course
from learning.models import Certificate, Enrollment, StudentTeacher
from peerloop.kit.demo import World, write_rows

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
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
)


@dataclass
class CrowdEnrollments:
    """The first enrollment, with its moment, between a creator and a student."""

    first: dict[tuple[UUID, UUID], tuple[UUID, datetime]] = field(default_factory=dict)


def add_enrollments(world: World) -> None:
    """Teachers, enrollments and counters, and the ``CrowdEnrollments`` for the layers above."""
    crowd = world.shared(Crowd)
    teachers = [
        [
            _right_to_teach(crowd, course, user)
            for user in (course.creator_id, crowd.teacher_of(number))
        ]
        for number, course in enumerate(world.shared(CrowdCourses).courses)
    ]
    write_rows(row.certificate for pair in teachers for row in pair)
    write_rows(row for pair in teachers for row in pair)
    enrollments = CrowdEnrollments()
    world.share(enrollments)
    write_rows(_enrollments(world, crowd, teachers, enrollments))
    with connection.cursor() as cursor:
        for statement in RECOUNT:
            cursor.execute(statement)


def _right_to_teach(crowd: Crowd, course: Course, user: UUID) -> StudentTeacher:
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
    return StudentTeacher(
        user_id=user,
        course=course,
        certified_date=moment.date(),
        certified_by_id=course.creator_id,
        certificate=certificate,
        waiver_reason="" if user == course.creator_id else "Taught this before PeerLoop.",
        created_at=moment,
        updated_at=moment,
    )


def _enrollments(
    world: World,
    crowd: Crowd,
    teachers: list[list[StudentTeacher]],
    enrollments: CrowdEnrollments,
) -> Iterator[Enrollment]:
    """One a member on average, most of them in a few courses."""
    learners = crowd.learners
    taken: set[tuple[UUID, UUID]] = set()
    for _ in range(world.crowd if crowd.courses else 0):
        student = crowd.dice.choice(learners)
        pair = teachers[int(crowd.courses * crowd.dice.random() ** 3)]
        course = pair[0].course_id
        if (student, course) in taken:
            continue
        taken.add((student, course))
        enrollment = _enrollment(crowd, student, crowd.dice.choice(pair))
        # The creator is the first who may teach.
        enrollments.first.setdefault(
            (pair[0].user_id, student), (enrollment.pk, enrollment.created_at)
        )
        yield enrollment


def _enrollment(crowd: Crowd, student: UUID, teacher: StudentTeacher) -> Enrollment:
    moment = crowd.past()
    completed = moment + timedelta(days=35)
    is_done = completed < crowd.now and crowd.dice.random() < 0.7
    return Enrollment(
        student_id=student,
        course_id=teacher.course_id,
        teacher_id=teacher.user_id,
        student_teacher_id=teacher.pk,
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
