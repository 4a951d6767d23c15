"""Lists of requests. What was decided is not counted, only paged (docs/architecture.md)."""

from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from catalog.models import ContentRequest, ContentRequestVote
from catalog.models.content_request import LIVE
from peerloop.kit.refusals import Missing


def wanted_requests(viewer: User | None) -> QuerySet[ContentRequest]:
    """What is open or planned, most wanted first, with ``is_voted`` for the viewer."""
    rows = ContentRequest.objects.filter(status__in=LIVE)
    return _seen_by(rows, viewer).order_by("-vote_count", "-pk")


def decided_requests(status: str) -> QuerySet[ContentRequest]:
    """What was published or declined, latest first."""
    rows = ContentRequest.objects.filter(status=status)
    return _seen_by(rows, None).order_by("-decided_at", "-pk")


def one_request(key: UUID, viewer: User | None) -> ContentRequest:
    """A request with ``is_voted`` for the viewer; raises Missing."""
    row = _seen_by(ContentRequest.objects.filter(pk=key), viewer).first()
    if row is None:
        raise Missing
    return row


def _seen_by(rows: QuerySet[ContentRequest], viewer: User | None) -> QuerySet[ContentRequest]:
    votes = ContentRequestVote.objects.filter(request=OuterRef("pk"), user=viewer)
    # Not Exists: for that all votes of the viewer would be read first.
    vote = Subquery(votes.values_list(Value(True))[:1])
    is_voted = Value(False) if viewer is None else Coalesce(vote, Value(False))
    return rows.select_related("course").defer("course__search").annotate(is_voted=is_voted)
