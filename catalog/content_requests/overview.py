"""What of missing courses the first page of the admin site begins with."""

from catalog.models import ContentRequest
from peerloop.kit.overview import Wait

WAITS = (
    Wait(
        label="Courses that members wish for",
        order=140,
        rows=lambda: ContentRequest.objects.filter(status=ContentRequest.Status.OPEN),
        since="created_at",
        page="admin:catalog_contentrequest_changelist",
        query="status__exact=open",
    ),
)
