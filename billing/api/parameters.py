"""Parameters that several money endpoints take, for the OpenAPI document."""

from drf_spectacular.utils import OpenApiParameter

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A key of the caller's: the same key and body answer the same and act once.",
)
PAGING = [
    OpenApiParameter("page", int, description="From 1; pages behind 5,000 rows are empty"),
    OpenApiParameter("limit", int, description="At most 50"),
]
