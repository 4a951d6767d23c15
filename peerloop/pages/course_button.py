"""The primary button of a course, the same on every page, by the viewer's status."""

from dataclasses import dataclass

from django.urls import reverse

from peerloop.pages.membership import CourseMembership

DISPUTED = "Nothing can be booked while the payment is disputed."
APPLIED = "The creator has your application and decides on it."
COMPLETED = "You have completed this course."
NO_TEACHER = "No teacher takes new students right now. Follow the course and look again later."
NO_TIME = "No teacher has a free time in the next days. You can enroll now and book later."


@dataclass(frozen=True, slots=True)
class CourseButton:
    """The next action. Without ``href`` it is not possible now, and ``note`` says why."""

    label: str
    href: str = ""
    note: str = ""
    icon: str = ""


def course_button(
    *,
    slug: str,
    membership: CourseMembership,
    is_listed: bool,
    is_own: bool,
    teachers: int,
    free: int,
) -> CourseButton | None:
    """The button for a member or visitor; None without an action.

    ``teachers`` may be chosen (rule TEACH-1), ``free`` of them have a time to show. The checkout
    checks again (ENR-1): this only avoids offering what it would refuse.
    """
    if membership.is_studying:
        return _studying(membership)
    if membership.is_disputed:
        room = reverse("learn-room", args=[membership.enrollment_id])
        return CourseButton("Open your course", room, DISPUTED)
    if is_own:
        return CourseButton("Open your courses", reverse("create"), icon="pencil-line")
    if membership.is_teacher:
        return CourseButton("Go to your teaching", reverse("teach"), icon="presentation")
    if membership.has_completed:
        return _completed(slug, membership)
    return _buying(slug, teachers=teachers, free=free) if is_listed else None


def _studying(membership: CourseMembership) -> CourseButton:
    if membership.session_id is not None:
        session = reverse("session", args=[membership.session_id])
        return CourseButton("Go to session", session, icon="video")
    if membership.is_taught:
        work = reverse("learn-homework", args=[membership.enrollment_id])
        return CourseButton("Do what is left", work, icon="pencil-line")
    label = "Book next session" if membership.has_begun else "Book first session"
    book = reverse("learn-book", args=[membership.enrollment_id])
    return CourseButton(label, book, icon="calendar-plus")


def _completed(slug: str, membership: CourseMembership) -> CourseButton:
    apply = reverse("teach-apply", args=[slug])
    if membership.has_applied:
        return CourseButton("See your application", apply, APPLIED)
    return CourseButton("Teach this course", apply, COMPLETED, "presentation")


def _buying(slug: str, *, teachers: int, free: int) -> CourseButton:
    if not teachers:
        return CourseButton("Enroll", note=NO_TEACHER)
    return CourseButton("Enroll", reverse("checkout", args=[slug]), "" if free else NO_TIME)
