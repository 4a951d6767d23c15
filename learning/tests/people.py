"""Scenes of the learning tests: people in the middle of a course."""

from datetime import datetime, timedelta

from learning.actions import record_delivery
from learning.models import Enrollment
from learning.queries import modules_of
from tests.cast import LONG_AGO, a_course, a_member, a_teacher, an_enrollment

AT = LONG_AGO + timedelta(days=30)


def taught(*, modules: int = 2, sessions: int = 0, **fields: object) -> Enrollment:
    """Sam learns from Tom; so many sessions were held."""
    course = a_course(modules=modules)
    enrollment = an_enrollment(
        a_member("Sam Student"), course, a_teacher(course), modules=modules, **fields
    )
    hold(enrollment, sessions)
    return enrollment


def hold(enrollment: Enrollment, sessions: int, *, at: datetime = AT) -> None:
    """Hold the next sessions of the enrollment, one a day."""
    waiting = [
        module
        for module in modules_of(enrollment)
        if not enrollment.progress.filter(module=module, delivered_at__isnull=False).exists()
    ]
    for day, module in enumerate(waiting[:sessions]):
        record_delivery(enrollment=enrollment, module=module, at=at + timedelta(days=day))


def completed(*, modules: int = 2) -> Enrollment:
    """Sam completed the course with Tom."""
    return taught(modules=modules, sessions=modules)
