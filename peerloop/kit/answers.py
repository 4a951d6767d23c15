"""Errors that endpoints of every app may answer, for the OpenAPI document."""

from drf_spectacular.utils import OpenApiResponse

BAD = OpenApiResponse(description="Something in the request is not right; names the field.")
FORBIDDEN = OpenApiResponse(description="Known, but not for this caller.")
MISSING = OpenApiResponse(description="Not there, or nothing of the caller's.")
CLASH = OpenApiResponse(description="Right in itself, but not in the present state.")
LIMIT = OpenApiResponse(description="A limit of the rules is reached.")
TOO_MANY = OpenApiResponse(description="Too often; Retry-After says when to go on.")
