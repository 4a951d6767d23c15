"""That a student can thank for a make-up session, on its page (rule GW-2)."""

from django.urls import reverse

from accounts.models import User
from goodwill.models import Reason
from goodwill.points.actions.awards import points_of, session_to_thank_for
from peerloop.kit import clock
from scheduling.models import Session
from scheduling.session_outcomes import Outcome


def thanks_for_extra_help(session: Session, viewer: User) -> Outcome | None:
    """For the student of a make-up session of the last seven days that nobody thanked for yet."""
    if session.kind != Session.Kind.MAKEUP or session.student_id != viewer.pk:
        return None
    if session_to_thank_for(to=session.teacher, by=viewer, at=clock.now()) is None:
        return None
    points = points_of(Reason.REMEDIAL_VOLUNTEER)
    return Outcome(
        words="Your teacher gave you this make-up session.",
        href=reverse("thank-extra-help", args=[session.pk]),
        label=f"Thank with {points} points",
    )


OUTCOMES = [thanks_for_extra_help]
