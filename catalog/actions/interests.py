"""Save what a member would like to learn (rule PRIV-9)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.members.actions.onboarding import save_goals
from accounts.models import User
from catalog.models import Category, Course, Interest
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import one_line

MAX_TAGS = 12
MAX_TAG_LENGTH = 40


@transaction.atomic
def save_interests(
    *,
    by: User,
    categories: Iterable[UUID | str],
    tags: Iterable[str],
    level: str,
    goals: Iterable[str],
    at: datetime,
) -> None:
    """Replace the member's interests and goals.

    ``level`` is one of ``Course.Level`` or "", and applies to all interests. Raises Invalid naming
    categories, tags, level or goals. Safe to repeat.
    """
    chosen, words = {_key(category) for category in categories}, _tags(tags)
    if level and level not in Course.Level.values:
        raise Invalid.field("level", "Choose one of the levels.")
    known = set(Category.objects.filter(pk__in=chosen, is_active=True).values_list("pk", flat=True))
    if chosen - known:
        raise Invalid.field("categories", "Choose from the list.")
    # This locks the member, so that two forms submitted concurrently do not mix.
    save_goals(user=by, goals=goals, at=at)
    times = {"level": level, "created_at": at, "updated_at": at}
    Interest.objects.filter(user=by).delete()
    Interest.objects.bulk_create(
        [
            *(Interest(user=by, category_id=key, **times) for key in sorted(chosen)),
            *(Interest(user=by, tag=word, **times) for word in words),
        ]
    )


def _key(category: UUID | str) -> UUID:
    try:
        return UUID(str(category))
    except ValueError:
        raise Invalid.field("categories", "Choose from the list.") from None


def _tags(given: Iterable[str]) -> list[str]:
    words = list(dict.fromkeys(word for word in (one_line(tag).lower() for tag in given) if word))
    if len(words) > MAX_TAGS:
        raise Invalid.field("tags", f"Give at most {MAX_TAGS}.")
    if any(len(word) > MAX_TAG_LENGTH for word in words):
        raise Invalid.field("tags", f"Use at most {MAX_TAG_LENGTH} characters for each.")
    return words
