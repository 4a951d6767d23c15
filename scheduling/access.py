"""From an id to a row for a person, or a refusal (rule ROLE-11)."""

from typing import Any

from accounts.models import User
from learning.access import own_enrollment, taught_enrollment
from learning.models import Enrollment
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


def enrollment_to_book(user: User, enrollment_id: Any) -> Enrollment:
    """The member's own enrollment, in any state: whether it can be booked is booking's to say."""
    return own_enrollment(user, enrollment_id)


def enrollment_to_leave(user: User, enrollment_id: Any) -> Enrollment:
    """An enrollment of which the member is the student or the teacher; raises Missing."""
    try:
        return own_enrollment(user, enrollment_id)
    except Missing:
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


def person_with_hours(user_id: Any) -> User:
    """Any member whose account stands, for looking at their hours; raises Missing."""
    member = User.objects.active().filter(pk=identifier(user_id)).first()
    if member is None:
        raise Missing
    return member


def hours_to_write(user: User, user_id: Any) -> User:
    """The member, if the hours are their own; Forbidden for those of somebody else."""
    if person_with_hours(user_id).pk != user.pk:
        raise Forbidden("Only the teacher can change these hours.")
    return user
