"""What somebody earned with a session, on its page."""

from django.urls import reverse

from accounts.models import User
from billing.models import PaymentSplit
from billing.queries.earnings import earned_rows
from peerloop.kit.formats import money_text
from scheduling.models import Session
from scheduling.session_outcomes import Outcome


def earned_in_session(session: Session, viewer: User) -> Outcome | None:
    """Their shares of the part that the session delivered, in cents; None without any."""
    gone = (PaymentSplit.Status.REFUNDED, PaymentSplit.Status.REVERSED)
    rows = list(earned_rows(viewer).filter(session=session).exclude(status__in=gone))
    if not rows:
        return None
    earned = money_text(sum(row.amount_cents for row in rows), rows[0].transaction.currency)
    held_until = [row.releasable_at for row in rows if row.is_held and row.releasable_at]
    return Outcome(
        words=f"You earned {earned} with this session.",
        href=reverse("earned-share", args=[rows[0].pk]),
        label="See where it comes from",
        held_until=max(held_until, default=None),
    )


OUTCOMES = [earned_in_session]
