"""Onboarding: goals of a member, and that it was completed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from peerloop.kit.refusals import Invalid


@transaction.atomic
def save_goals(*, user: User, goals: Iterable[str], at: datetime) -> None:
    """Save the goals of the member: learn, teach, create, or none.

    Locks the member until the transaction ends. Safe to repeat. Raises Invalid naming ``goals``.
    """
    wanted = set(goals)
    if wanted - set(User.Goal.values):
        raise Invalid.field("goals", "Choose from the list.")
    member = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    member.goals = [goal for goal in User.Goal.values if goal in wanted]
    member.save(update_fields=["goals"])
    user.goals = member.goals


def finish_onboarding(*, user: User, at: datetime) -> None:
    """Mark the onboarding as completed or skipped. Safe to repeat."""
    User.objects.filter(pk=user.pk, onboarding_completed_at=None).update(
        onboarding_completed_at=at, updated_at=at
    )
