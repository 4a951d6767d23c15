"""Lists of requests. What was decided is not counted, only paged (docs/architecture.md)."""

from django.db.models import Exists, OuterRef, QuerySet, Value

from accounts.models import User
from catalog.models import ContentRequest, ContentRequestVote
from catalog.models.content_request import LIVE


def wanted_requests(viewer: User | None) -> QuerySet[ContentRequest]:
    """What is open or planned, most wanted first, with ``is_voted`` for the viewer."""
    rows = ContentRequest.objects.filter(status__in=LIVE)
    return _seen_by(rows, viewer).order_by("-vote_count", "-pk")


def decided_requests(status: str) -> QuerySet[ContentRequest]:
    """What was published or declined, latest first."""
    rows = ContentRequest.objects.filter(status=status)
    return _seen_by(rows, None).order_by("-decided_at", "-pk")


def _seen_by(rows: QuerySet[ContentRequest], viewer: User | None) -> QuerySet[ContentRequest]:
    votes = ContentRequestVote.objects.filter(request=OuterRef("pk"), user=viewer)
    is_voted = Exists(votes) if viewer is not None else Value(False)
    return rows.select_related("course").annotate(is_voted=is_voted)
