"""Newsletters of a creator with their figures, their readers, and a member's subscriptions."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from community.models import Newsletter, NewsletterSubscriber
from community.newsletters.rules import reachable
from peerloop.kit.counting import count_up_to


@dataclass(frozen=True, slots=True)
class Readers:
    """How many subscribed, at most 1,000 of them counted, and how many the next one reaches."""

    subscribed: int
    reached: int

    @property
    def left_out(self) -> int:
        """Subscribers whom the next newsletter leaves out."""
        return max(0, self.subscribed - self.reached)


def newsletters_of(creator: User) -> QuerySet[Newsletter]:
    """The newest first."""
    return Newsletter.objects.filter(creator=creator).order_by("-created_at", "-pk")


def readers_of(creator: User) -> Readers:
    """Two statements that read an index up to 1,000 rows."""
    subscribed = NewsletterSubscriber.objects.active().filter(creator=creator)
    return Readers(count_up_to(subscribed), count_up_to(reachable(creator)))


def reached_by(creator: User) -> int:
    """Exactly how many get the next newsletter: for the confirmation before it is sent."""
    return reachable(creator).count()


def subscribers_of(creator: User) -> QuerySet[NewsletterSubscriber]:
    """Active subscribers, the newest first."""
    rows = NewsletterSubscriber.objects.active().filter(creator=creator)
    return rows.select_related("user").order_by("-subscribed_at", "-pk")


def subscriptions_of(user: User) -> QuerySet[NewsletterSubscriber]:
    """What a member is subscribed to, the newest first."""
    rows = NewsletterSubscriber.objects.active().filter(user=user)
    return rows.select_related("creator").order_by("-subscribed_at", "-pk")


def is_subscribed(user: User, creator: User) -> bool:
    """Whether the member gets the creator's newsletters."""
    return NewsletterSubscriber.objects.active().filter(creator=creator, user=user).exists()
