"""What students say in public, and the first students who came before anybody paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from accounts.models import User
from catalog.models import Course
from learning.actions import complete_enrollment, issue_pending, open_enrollment, start_enrollment
from learning.actions.reviews import answer_review, write_review
from learning.models import Certificate, Enrollment, Review
from peerloop.kit.demo import World, read

TOOK = timedelta(days=28)
About = Review.About


@dataclass(frozen=True, slots=True)
class Said:
    """What a student says of a course and its teacher: stars and words.

    ``done``: they were among the first students, invited by the creator, and completed it so many
    days ago with ``teacher``. ``answer`` is the teacher's.
    """

    student: str
    course: str
    of_teacher: tuple[int, str]
    of_course: tuple[int, str]
    answer: str = ""
    teacher: str = ""
    done: float = 0


def all_said() -> Mapping[tuple[str, str], Said]:
    """Every review, by student and course."""
    rows = (Said(**row) for row in read(__file__, "reviews"))
    return {(row.student, row.course): row for row in rows}


def plan_first_students(world: World) -> None:
    """Those whom creators invited; some weeks later they complete the course and review it."""
    for said in all_said().values():
        if said.done:
            world.plan(world.ago(said.done) - TOOK, partial(_enroll, world, said))


def plan_review(world: World, student: str, course: str, at: datetime) -> None:
    """Who completed a course reviews it in the days after, if there is anything to say."""
    said = all_said().get((student, course))
    if said is not None:
        hours = 20 + 50 * world.dice(f"review {student} {course}").random()
        world.plan(at + timedelta(hours=hours), partial(_review, world, said))


def _enroll(world: World, said: Said, at: datetime) -> None:
    course = world.get(Course, said.course)
    enrollment = open_enrollment(
        student=world.get(User, said.student),
        course=course,
        teacher=world.get(User, said.teacher),
        modules_paid=course.modules.count(),
        source=Enrollment.Source.COMP,
        at=at,
    )
    start_enrollment(enrollment=enrollment, at=at)
    world.plan(at + TOOK, partial(_complete, world, said, enrollment))


def _complete(world: World, said: Said, enrollment: Enrollment, at: datetime) -> None:
    complete_enrollment(enrollment=enrollment, at=at)
    waiting = Certificate.objects.filter(enrollment=enrollment, status=Certificate.Status.PENDING)
    for certificate in waiting:
        issue_pending(certificate=certificate, by=enrollment.course.creator, at=at)
    plan_review(world, said.student, said.course, at)


def _review(world: World, said: Said, at: datetime) -> None:
    enrollment = Enrollment.objects.get(
        student=world.get(User, said.student), course=world.get(Course, said.course)
    )
    given: dict[str, Any] = {"enrollment": enrollment, "by": enrollment.student, "at": at}
    stars, words = said.of_course
    write_review(about=About.COURSE, rating=stars, comment=words, **given)
    if enrollment.teacher is None:
        return
    stars, words = said.of_teacher
    review = write_review(about=About.TEACHER, rating=stars, comment=words, **given)
    if said.answer:
        world.plan(at + timedelta(hours=30), partial(_answer, review, said.answer))


def _answer(review: Review, words: str, at: datetime) -> None:
    answer_review(review=review, by=review.rated, answer=words, at=at)
