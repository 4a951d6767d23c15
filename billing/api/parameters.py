"""Parameters that several money endpoints take, for the OpenAPI document."""

from drf_spectacular.utils import OpenApiParameter

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A key of the caller's: the same key and body answer the same and act once.",
)
