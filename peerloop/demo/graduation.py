"""After the last session: certificates, and for some the way into teaching."""

from datetime import datetime, timedelta

from billing.demo.accounts import connect_account
from learning.actions import (
    apply_to_teach,
    decide_application,
    issue_pending,
    recommend_certificate,
)
from learning.demo.reviews import plan_review
from learning.models import Certificate, Enrollment
from peerloop.demo.lives import Life
from peerloop.kit.demo import World
from scheduling.demo.hours import open_hours


def plan(world: World, life: Life, enrollment: Enrollment, at: datetime) -> None:
    """What follows a completed course: decided by the creator, by time, or still waiting."""
    plan_review(world, life.student, life.course, at)
    if life.mastery:
        world.plan(at + timedelta(hours=3), lambda moment: _recommend(enrollment, moment))
    if life.certificate == "issued":
        days = 1 + world.dice(life.name).random()
        world.plan(at + timedelta(days=days), lambda moment: _issue_waiting(enrollment, moment))
    if life.applies:
        applied = at + timedelta(days=3) if life.applied is None else world.ago(life.applied)
        world.plan(applied, lambda moment: _apply(world, life, enrollment, moment))


def _recommend(enrollment: Enrollment, at: datetime) -> None:
    teacher = enrollment.teacher
    if teacher is not None:
        recommend_certificate(
            enrollment=enrollment, type=Certificate.Type.MASTERY, by=teacher, at=at
        )


def _issue_waiting(enrollment: Enrollment, at: datetime) -> None:
    waiting = Certificate.objects.filter(enrollment=enrollment, status=Certificate.Status.PENDING)
    for certificate in waiting.order_by("created_at", "pk"):
        issue_pending(certificate=certificate, by=enrollment.course.creator, at=at)


def _apply(world: World, life: Life, enrollment: Enrollment, at: datetime) -> None:
    """Ask to teach; two days later the creator answers, unless it still waits."""
    application = apply_to_teach(
        enrollment=enrollment, message=life.message, by=enrollment.student, at=at
    )
    if life.applies == "waiting":
        return

    def answer(moment: datetime) -> None:
        approved = life.applies == "approved"
        decide_application(
            application=application,
            approve=approved,
            reason=life.answer,
            by=enrollment.course.creator,
            at=moment,
        )
        if approved:
            _set_out(world, life.student, moment)

    world.plan(at + timedelta(days=2), answer)


def _set_out(world: World, name: str, at: datetime) -> None:
    """A new teacher connects an account and opens hours."""
    connect_account(world, name, at)
    open_hours(world, name, at)
