"""A creator's own courses."""

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from catalog.models import Course


def own_courses(user: User) -> QuerySet[Course]:
    """The member's courses in all statuses, newest first, with ``module_count``. One query."""
    return (
        Course.objects.filter(creator=user, deleted_at=None)
        .select_related("category")
        .defer("search")
        .annotate(module_count=Count("modules", filter=Q(modules__archived_at=None)))
        .order_by("-created_at", "-pk")
    )
