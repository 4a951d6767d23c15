"""Tells open pages about calls for help: they ask what changed."""

from collections.abc import Iterable
from uuid import UUID

from accounts.notifications.live_count import publish_changed, publish_to_pages
from goodwill.models import HelpSummons

# To helpers: a call came or went.
CALLS = "summons"


def event_of(summons_id: UUID) -> str:
    """The name of the event that one call changed, sent to the two that it concerns."""
    return f"summons-{summons_id.hex}"


def publish_calls(helpers: Iterable[UUID]) -> None:
    """After commit, let the helpers' open pages show the call, or that it is taken."""
    people = list(helpers)
    publish_to_pages(people, CALLS)
    publish_changed(people)


def publish_summons(summons: HelpSummons) -> None:
    """After commit, let the open pages of who called and who answered show its new state."""
    people = [summons.student_id] + ([summons.helper_id] if summons.helper_id else [])
    publish_to_pages(people, event_of(summons.pk))
    publish_changed(people)
