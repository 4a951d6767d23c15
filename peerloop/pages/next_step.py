"""The one thing to do next in an enrollment, the same on every page that shows it."""

from dataclasses import dataclass

from django.urls import reverse

from learning.models import Enrollment
from learning.queries.standing import EARN
from scheduling.models import Session


@dataclass(frozen=True, slots=True)
class NextStep:
    """A button: its words, where it leads, its icon."""

    words: str
    path: str
    icon: str


def next_step(
    enrollment: Enrollment, *, upcoming: Session | None, loop_step: int
) -> NextStep | None:
    """What the student does next; nothing while the payment is disputed.

    ``upcoming`` is the next open session, ``loop_step`` where the course stands on the ring.
    """
    if upcoming is not None and enrollment.status != Enrollment.Status.CANCELLED:
        return NextStep("Go to session", f"/sessions/{upcoming.pk}", "video")
    if enrollment.is_active:
        which = "first" if enrollment.status == Enrollment.Status.ENROLLED else "next"
        book = reverse("learn-book", args=[enrollment.pk])
        return NextStep(f"Book {which} session", book, "calendar")
    if enrollment.status == Enrollment.Status.COMPLETED:
        if loop_step >= EARN:
            return NextStep("Go to teaching", reverse("teach"), "presentation")
        apply = reverse("teach-apply", args=[enrollment.course.slug])
        return NextStep("Teach this course", apply, "presentation")
    if enrollment.status == Enrollment.Status.CANCELLED:
        return NextStep("See the course", f"/courses/{enrollment.course.slug}", "book-open")
    return None
