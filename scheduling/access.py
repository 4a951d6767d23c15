"""The way from an id to a row that a person may see, or a refusal (rule ROLE-11)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.members.access import visible_member, visible_member_of_handle
from accounts.models import User
from catalog.models import Course
from learning.access import certifiable_enrollment, own_enrollment, taught_enrollment
from learning.actions.locks import WITHOUT_SEARCH
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Forbidden, Invalid, Missing
from scheduling.models import (
    Availability,
    AvailabilityOverride,
    Session,
    SessionMaterial,
    SessionRecording,
    TimeOff,
)
from scheduling.queries.intros import IntroOffer, intro_offer


def session_of(user: User, session_id: Any) -> Session:
    """A session that the member teaches or takes; raises Missing for anybody else."""
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
    """A session for its two people, the creator of its course, or an admin; raises Missing."""
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


def recording_of(user: User, session_id: Any, recording_id: Any) -> SessionRecording:
    """A recording of a session that the member may see (rule PRIV-8); raises Missing."""
    session = watched_session(user, session_id)
    rows = session.recordings.watchable().select_related("file", "session")
    recording = rows.filter(pk=identifier(recording_id)).first()
    if recording is None:
        raise Missing
    return recording


def session_with_content(user: User, session_id: Any) -> Session:
    """A session whose materials the member may open: as its teacher, its student while their
    enrollment opens content (ENR-6), the creator or an admin; raises Missing.
    """
    session = watched_session(user, session_id)
    enrollment = session.enrollment
    if user.pk == session.student_id and enrollment is not None and not enrollment.opens_content:
        raise Missing
    return session


def material_of(user: User, session_id: Any, material_id: Any) -> SessionMaterial:
    """A material of a session that the member may open (RES-1); raises Missing."""
    session = session_with_content(user, session_id)
    rows = SessionMaterial.objects.filter(session=session).select_related("file")
    material = rows.filter(pk=identifier(material_id)).first()
    if material is None:
        raise Missing
    material.session = session
    return material


def enrollment_to_book(user: User, enrollment_id: Any) -> Enrollment:
    """The member's own enrollment, in any state: booking decides whether it takes a session.

    Read with its course only: in a rush for one time this is most of what a try costs.
    """
    rows = Enrollment.objects.select_related("course").defer(WITHOUT_SEARCH)
    found = rows.filter(pk=identifier(enrollment_id), student=user)
    # There is at most one. ``first`` would sort, which costs more than finding it.
    enrollment = next(iter(found[:1]), None)
    if enrollment is None:
        raise Missing
    enrollment.student = user
    return enrollment


def enrollment_to_leave(user: User, enrollment_id: Any) -> Enrollment:
    """An enrollment that the member takes or teaches; raises Missing."""
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
    """One of the member's own weekly windows; raises Missing."""
    window = Availability.objects.filter(user=user, pk=identifier(window_id)).first()
    if window is None:
        raise Missing
    return window


def own_date(user: User, override_id: Any) -> AvailabilityOverride:
    """A date on which the member's own hours differ from the week; raises Missing."""
    override = AvailabilityOverride.objects.filter(user=user, pk=identifier(override_id)).first()
    if override is None:
        raise Missing
    return override


def own_time_off(user: User, time_off_id: Any) -> TimeOff:
    """Days off of the member's own; raises Missing."""
    time_off = TimeOff.objects.filter(user=user, pk=identifier(time_off_id)).first()
    if time_off is None:
        raise Missing
    time_off.user = user
    return time_off


def person_with_hours(viewer: User, user_id: Any, *, course: Course | None = None) -> User:
    """An active member whose hours the viewer may read: who was ever to teach, or the viewer.

    Of others not even the time zone is told (rule PRIV-2): raises Missing. Annotated with
    ``teaches`` and ``is_open``: whether they have a right to teach (that course, if one is given),
    and whether they may teach by it now (rule TEACH-1).
    """
    every = StudentTeacher.objects.filter(user=OuterRef("pk"))
    rights = every if course is None else every.filter(course=course)
    member = (
        User.objects.active()
        .filter(Q(Exists(every)) | Q(pk=viewer.pk), pk=identifier(user_id))
        .annotate(teaches=Exists(rights), is_open=Exists(rights.eligible()))
        .first()
    )
    if member is None:
        raise Missing
    return member


def teacher_to_meet(viewer: User | None, handle: str) -> IntroOffer:
    """What a teacher offers to meet about, for free (rule BOOK-11).

    Raises Missing for anybody who has no course to teach now, or who shut the viewer out.
    """
    offer = intro_offer(visible_member_of_handle(viewer, handle))
    if not offer.courses:
        raise Missing
    return offer


def teacher_and_course(viewer: User, user_id: Any, course_id: Any) -> tuple[User, Course]:
    """A teacher whom the viewer may see, and one of the courses that they teach now.

    Raises Missing for the person, Invalid of ``course_id`` for another course.
    """
    offer = intro_offer(visible_member(viewer, user_id))
    course = next((one for one in offer.courses if one.pk == identifier(course_id)), None)
    if course is None:
        raise Invalid.field("course_id", "This person does not teach this course right now.")
    return offer.teacher, course


def own_hours(user: User, user_id: Any) -> User:
    """The member, whose own hours are to be read or changed; Forbidden for somebody else's."""
    member = User.objects.active().filter(pk=identifier(user_id)).first()
    if member is None:
        raise Missing
    if member.pk != user.pk:
        raise Forbidden("Only the teacher can see and change these hours.")
    return user
