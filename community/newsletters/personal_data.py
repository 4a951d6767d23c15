"""What newsletters hold of a member (rule PRI-3)."""

from datetime import datetime

from community.models.newsletter import REMOVED
from community.newsletters.actions.subscribing import end_subscriptions_of
from peerloop.kit.personal_data import ClosedAccount, Table


def end_subscriptions(account: ClosedAccount, at: datetime) -> None:
    """Neither reads nor is read any more; the figures of the newsletters stay."""
    end_subscriptions_of(user_id=account.user_id, at=at)


ERASING_STEPS = (end_subscriptions,)
TABLES = (
    Table(
        model="community.Newsletter",
        description="Newsletters that you wrote, and what became of them",
        owned=("creator",),
        blanked={"creator": ("subject", "body", "stopped_because")},
        blanked_to={"subject": REMOVED, "body": REMOVED, "stopped_because": REMOVED},
    ),
    Table(
        model="community.NewsletterSubscriber",
        description="Newsletters that you asked for, and who asked for yours",
        owned=("user",),
        participated=("creator",),
    ),
    Table(
        model="community.NewsletterDelivery",
        description="Newsletters that were sent to you",
        owned=("subscriber__user",),
        participated=("newsletter__creator",),
    ),
)
