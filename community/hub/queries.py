"""What a creator sees of their community beside its members."""

from accounts.models import User
from catalog.models import Course
from community.models import CommunityModerator

MOST_ENDED = 20
MOST_COURSES = 50


def former_moderators_of(creator: User) -> list[CommunityModerator]:
    """The last appointments that ended."""
    rows = CommunityModerator.objects.filter(creator=creator, is_active=False)
    newest = rows.select_related("user", "revoked_by").order_by("-created_at", "-pk")
    return list(newest[:MOST_ENDED])


def courses_with_feeds(creator: User) -> list[Course]:
    """The creator's courses, whose feeds moderators keep order in too."""
    rows = Course.objects.filter(creator=creator, deleted_at=None)
    return list(rows.exclude(first_published_at=None).order_by("title", "pk")[:MOST_COURSES])
