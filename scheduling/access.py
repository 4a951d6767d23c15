"""From an id to a row for a person, or a refusal (rule ROLE-11)."""

from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from catalog.models import Course
from learning.access import certifiable_enrollment, own_enrollment, taught_enrollment
from learning.actions.locks import UNREAD
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Forbidden, Missing
from scheduling.models import Availability, AvailabilityOverride, Session


def session_of(user: User, session_id: Any) -> Session:
    """A session in which the member teaches or learns; raises Missing for everybody else."""
    session = (
        Session.objects.involving(user)
        .select_related("course", "teacher", "student", "enrollment", "module")
        .filter(pk=identifier(session_id))
        .first()
    )
    if session is None:
        raise Missing
    return session


def watched_session(user: User, session_id: Any) -> Session:
    """A session of which the member sees how it went: a participant, the creator, an admin."""
    session = (
        Session.objects.select_related(
            "course__creator", "teacher", "student", "enrollment", "module", "cancelled_by"
        )
        .filter(pk=identifier(session_id))
        .first()
    )
    if session is None:
        raise Missing
    people = (session.teacher_id, session.student_id, session.course.creator_id)
    if user.pk not in people and not user.is_admin:
        raise Missing
    return session


def enrollment_to_book(user: User, enrollment_id: Any) -> Enrollment:
    """The member's own enrollment, in any state: whether it can be booked is booking's to say.

    Read with its course only: in a run on one time this is most of what a try costs.
    """
    rows = Enrollment.objects.select_related("course").defer(UNREAD)
    found = rows.filter(pk=identifier(enrollment_id), student=user)
    # There is at most one: ``first`` would put them in order, which costs more than to find it.
    enrollment = next(iter(found[:1]), None)
    if enrollment is None:
        raise Missing
    enrollment.student = user
    return enrollment


def enrollment_to_leave(user: User, enrollment_id: Any) -> Enrollment:
    """An enrollment of which the member is the student or the teacher; raises Missing."""
    try:
        return own_enrollment(user, enrollment_id)
    except Missing:
        return taught_enrollment(user, enrollment_id)


def enrollment_to_reopen(user: User, enrollment_id: Any) -> Enrollment:
    """An enrollment that the member teaches or whose course is theirs; raises Missing."""
    try:
        return certifiable_enrollment(user, enrollment_id)
    except Forbidden:
        return taught_enrollment(user, enrollment_id)


def own_window(user: User, window_id: Any) -> Availability:
    """A weekly window of the member's own hours; raises Missing."""
    window = Availability.objects.filter(user=user, pk=identifier(window_id)).first()
    if window is None:
        raise Missing
    return window


def own_exception(user: User, override_id: Any) -> AvailabilityOverride:
    """A date of the member's own that differs from the week; raises Missing."""
    override = AvailabilityOverride.objects.filter(user=user, pk=identifier(override_id)).first()
    if override is None:
        raise Missing
    return override


def person_with_hours(user_id: Any, *, course: Course | None = None) -> User:
    """Any member whose account stands, for looking at their hours; raises Missing.

    They carry ``teaches`` and ``is_open``: whether they have a right to teach (that course, if one
    is given), and whether one of these is in use.
    """
    rights = StudentTeacher.objects.filter(user=OuterRef("pk"))
    if course is not None:
        rights = rights.filter(course=course)
    member = (
        User.objects.active()
        .filter(pk=identifier(user_id))
        .annotate(teaches=Exists(rights), is_open=Exists(rights.eligible()))
        .first()
    )
    if member is None:
        raise Missing
    return member


def hours_to_write(user: User, user_id: Any) -> User:
    """The member, if the hours are their own; Forbidden for those of somebody else."""
    if person_with_hours(user_id).pk != user.pk:
        raise Forbidden("Only the teacher can change these hours.")
    return user
