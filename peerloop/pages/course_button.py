"""The one primary button of a course, everywhere the same: decided by where one stands in it."""

from dataclasses import dataclass

from django.urls import reverse

from peerloop.pages.standing import Standing

DISPUTED = "Nothing can be booked while the payment is disputed."
APPLIED = "The creator has your application and decides on it."
COMPLETED = "You have completed this course."
NO_TEACHER = "No teacher takes new students right now. Follow the course and look again later."
NO_TIME = "No teacher has a free time in the next days. You can enroll now and book later."


@dataclass(frozen=True, slots=True)
class CourseButton:
    """What to do next. Without ``href`` it can't be done now, and ``note`` says why."""

    label: str
    href: str = ""
    note: str = ""
    icon: str = ""


def course_button(
    *, slug: str, standing: Standing, is_listed: bool, is_own: bool, teachers: int, free: int
) -> CourseButton | None:
    """The button for a member or visitor; nothing where nothing can be done.

    ``teachers`` may be chosen (rule TEACH-1), ``free`` of them have a time to show. The guards of
    the checkout (ENR-1) say no again: this only keeps people from walking into them.
    """
    if standing.is_studying:
        return _studying(standing)
    if standing.is_disputed:
        room = reverse("learn-room", args=[standing.enrollment_id])
        return CourseButton("Open your course", room, DISPUTED)
    if is_own:
        return CourseButton("Open your courses", reverse("create"), icon="pencil-line")
    if standing.may_teach:
        return CourseButton("Go to your teaching", reverse("teach"), icon="presentation")
    if standing.has_completed:
        return _completed(slug, standing)
    return _buying(slug, teachers=teachers, free=free) if is_listed else None


def _studying(standing: Standing) -> CourseButton:
    if standing.session_id is not None:
        session = reverse("session", args=[standing.session_id])
        return CourseButton("Go to session", session, icon="video")
    label = "Book next session" if standing.has_begun else "Book first session"
    book = reverse("learn-book", args=[standing.enrollment_id])
    return CourseButton(label, book, icon="calendar-plus")


def _completed(slug: str, standing: Standing) -> CourseButton:
    apply = reverse("teach-apply", args=[slug])
    if standing.has_applied:
        return CourseButton("See your application", apply, APPLIED)
    return CourseButton("Teach this course", apply, COMPLETED, "presentation")


def _buying(slug: str, *, teachers: int, free: int) -> CourseButton:
    if not teachers:
        return CourseButton("Enroll", note=NO_TEACHER)
    return CourseButton("Enroll", reverse("checkout", args=[slug]), "" if free else NO_TIME)
